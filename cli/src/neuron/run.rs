//! `neuron run`: a neuron in real numbers and in words, side by side.

use std::path::{Path, PathBuf};

use super::Words;
use super::source::{Error, Source};
use spikestream::columns;
use spikestream::neuron::equations::{Bounds, Compiled, Equations};
use spikestream_flows::base::files;
use spikestream_flows::{FlowError, output};
use spikestream_report::plot::{Trace, traces};

/// Steps of a run at a constant current.
const STEPS: usize = 1000;

/// Arguments of `neuron run`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One that ships, or a file that ends in .toml
    neuron: String,
    /// The input: a number, or a file with one a line, a step each
    #[arg(long, allow_hyphen_values = true)]
    current: String,
    /// Steps; all of a file, or 1000
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    steps: Option<u32>,
    #[command(flatten)]
    words: Words,
    /// The folder of the products, run.csv and run.svg
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What came of a run, a row a step.
struct Both {
    current: Vec<f64>,
    /// For each state, its real values and those of its words.
    states: Vec<[Vec<f64>; 2]>,
    /// The steps of the spikes, real and in words.
    spikes: [Vec<usize>; 2],
}

/// Runs it, prints a summary, and writes a table and a picture.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let source = Source::find(&args.neuron)?;
    let compiled = args.words.compile(&source.neuron).map_err(|wrong| source.wrong(wrong))?;
    let current = current(&args.current, args.steps.map(|steps| steps as usize), &source.neuron)?;
    let both = both(&source, &compiled, current)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| spikestream::command::products().join("neuron").join(&source.name));
    files::write(&out.join("run.csv"), table(&source.neuron, &both).as_bytes())?;
    files::write(&out.join("run.svg"), picture(&source, &compiled, &both).as_bytes())?;
    print(&source, &compiled, &both)?;
    for file in ["run.csv", "run.svg"] {
        output::line(spikestream::command::shown(&out.join(file)))?;
    }
    Ok(())
}

fn current(given: &str, steps: Option<usize>, neuron: &Equations) -> Result<Vec<f64>, FlowError> {
    let fault = |reason: String| Error::Current { given: given.to_owned(), reason };
    let values = match given.trim().parse::<f64>() {
        Ok(value) => vec![value; steps.unwrap_or(STEPS)],
        Err(_) => {
            if !Path::new(given).is_file() {
                return Err(fault("it is neither a number nor a file".to_owned()).into());
            }
            let text = files::read_text(Path::new(given))?;
            let mut values = Vec::new();
            for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                let value = line.trim().parse();
                let reason = || format!("line {} is {}", i + 1, line.trim());
                values.push(value.map_err(|_| fault(reason()))?);
            }
            if let Some(steps) = steps.filter(|&steps| steps > values.len()) {
                return Err(fault(format!("it has {} lines, not {steps}", values.len())).into());
            }
            values.truncate(steps.unwrap_or(values.len()));
            values
        }
    };
    if values.is_empty() {
        return Err(fault("it is empty".to_owned()).into());
    }
    let Bounds { low, high } = neuron.input;
    match values.iter().find(|value| !(low..=high).contains(*value)) {
        None => Ok(values),
        Some(value) => {
            Err(fault(format!("{value} is outside the input's range, {low} to {high}")).into())
        }
    }
}

fn both(source: &Source, compiled: &Compiled, current: Vec<f64>) -> Result<Both, FlowError> {
    let neuron = &source.neuron;
    let (mut real, mut words) = (neuron.initial(), compiled.initial(neuron));
    let mut states: Vec<[Vec<f64>; 2]> = vec![Default::default(); neuron.states.len()];
    let mut spikes: [Vec<usize>; 2] = Default::default();
    for (step, &input) in current.iter().enumerate() {
        let fired = [
            neuron.step(&mut real, input).map_err(|wrong| source.wrong(wrong))?,
            compiled.step(neuron, &mut words, compiled.word(input)),
        ];
        for (spikes, fired) in spikes.iter_mut().zip(fired) {
            spikes.extend(fired.then_some(step));
        }
        for (i, [reals, of_words]) in states.iter_mut().enumerate() {
            reals.push(real.states[i]);
            of_words.push(compiled.number(words.states[i]));
        }
    }
    Ok(Both { current, states, spikes })
}

fn print(source: &Source, compiled: &Compiled, both: &Both) -> Result<(), FlowError> {
    let [real, words] = &both.spikes;
    let steps = both.current.len();
    output::line(format_args!(
        "{}: {steps} steps in words of {} bits, {}",
        source.name, compiled.format.bits, compiled.format
    ))?;
    output::line(format_args!("spikes: {} in real numbers, {} in words", real.len(), words.len()))?;
    let parts = real.iter().zip(words).find(|(a, b)| a != b).map(|(a, b)| *a.min(b));
    let parts = parts.or_else(|| {
        let shorter = real.len().min(words.len());
        real.get(shorter).or(words.get(shorter)).copied()
    });
    let until = parts.unwrap_or(steps);
    match parts {
        None => output::line("every spike is in the same step")?,
        Some(step) => output::line(format_args!("the same steps up to step {step}"))?,
    };
    output::line("")?;
    let rows = source.neuron.states.iter().zip(&both.states).zip(&compiled.errors);
    let rows = rows.map(|((state, [real, words]), error)| {
        let apart = real.iter().zip(words).take(until).map(|(a, b)| (a - b).abs());
        let largest = apart.fold(0.0, f64::max);
        vec![state.name.clone(), format!("{error:.3e}"), format!("{largest:.3e}")]
    });
    let rows: Vec<_> = rows.collect();
    let measured = format!(">measured in {until} steps");
    columns::print(&["state", ">apart after a step at most", &measured], &rows)?;
    output::line("")?;
    Ok(())
}

fn table(neuron: &Equations, both: &Both) -> String {
    let names = neuron.states.iter().flat_map(|s| [s.name.clone(), format!("{} in words", s.name)]);
    let mut text = format!("step,I,{},fired,fired in words\n", names.collect::<Vec<_>>().join(","));
    let fired = |spikes: &[usize], step: usize| u8::from(spikes.binary_search(&step).is_ok());
    for (step, current) in both.current.iter().enumerate() {
        text.push_str(&format!("{step},{current}"));
        for values in both.states.iter().flatten() {
            text.push_str(&format!(",{}", values[step]));
        }
        let [real, words] = [&both.spikes[0], &both.spikes[1]].map(|spikes| fired(spikes, step));
        text.push_str(&format!(",{real},{words}\n"));
    }
    text
}

fn picture(source: &Source, compiled: &Compiled, both: &Both) -> String {
    let states = source.neuron.states.iter().zip(&both.states);
    let states = states.map(|(state, [real, words])| Trace { name: &state.name, real, words });
    let [real, words] = &both.spikes;
    let subtitle = format!(
        "{} steps, words of {} bits, {}: {} spikes in real numbers, {} in words",
        both.current.len(),
        compiled.format.bits,
        compiled.format,
        real.len(),
        words.len()
    );
    traces(&source.name, &subtitle, &states.collect::<Vec<_>>(), [real, words])
}
