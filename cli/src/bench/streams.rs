//! `bench sc`: the time that a dense layer of streams takes a sample, ours and, on request, another library's.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use spikestream::columns;
use spikestream::random::philox::Philox;
use spikestream::sc::lab::DenseStreams;
use spikestream::sc::lab::generators::Pair;
use spikestream_flows::run::talk::Talk;
use spikestream_flows::{FlowError, output};

use super::measure::median;
use super::{load, peers};

/// How long the library may take for a batch, and to start.
const LIMIT: Duration = Duration::from_secs(120);

/// Inputs, neurons and cycles of the layer.
pub(super) const SHAPE: [usize; 3] = [64, 32, 1024];

/// Arguments of `bench sc`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Time sc-neurocore-engine too: 60 MB, installed into the user's cache folder once
    #[arg(long)]
    peers: bool,
    /// Samples of a batch
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    samples: u32,
    /// How many batches of each are timed, by turns
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u16).range(1..=1000))]
    rounds: u16,
    /// Generators: of both, or WEIGHTS/INPUTS
    #[arg(long, default_value = "van-der-corput/counter")]
    generator: String,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// What a program says once it is ready.
#[derive(Debug, Clone, Deserialize)]
struct Greeting {
    name: String,
    version: String,
    on: String,
}

/// What a batch took.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Batch {
    seconds: f64,
    /// The root of the mean square by which sums miss those of the numbers.
    error: f64,
}

/// What was measured of one.
#[derive(Debug, Serialize)]
struct Timing {
    name: String,
    version: String,
    on: String,
    /// Every timed batch.
    seconds: Vec<f64>,
    /// The median, a sample.
    microseconds: f64,
    /// The median over the rounds of its time to ours.
    ratio: f64,
    error: f64,
}

#[derive(Debug, Serialize)]
struct Report {
    inputs: usize,
    neurons: usize,
    length: usize,
    samples: u32,
    rounds: u16,
    /// The share of the machine that other programs took just before.
    busy: Option<f64>,
    systems: Vec<Timing>,
}

/// Measures.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let pair = Pair::named(&args.generator).map_err(spikestream::Error::from)?;
    let ours = Ours::new(pair, args.samples as usize)?;
    let mut talks = Vec::new();
    if args.peers {
        let stage = peers::streams(args.samples, SHAPE)?;
        talks.push(Talk::start::<Greeting>(&stage, LIMIT)?);
    }
    let busy = load::busy();
    let mut all: Vec<Vec<Batch>> = vec![Vec::new(); 1 + talks.len()];
    // The first round warms up.
    for round in 0..=args.rounds {
        let mut batches = vec![ours.batch()?];
        for (talk, _) in &mut talks {
            batches.push(talk.ask("batch", LIMIT)?);
        }
        if round > 0 {
            all.iter_mut().zip(batches).for_each(|(own, batch)| own.push(batch));
        }
    }
    let greetings =
        std::iter::once(ours.greeting(&args.generator)).chain(talks.into_iter().map(|talk| talk.1));
    let first: Vec<f64> = all[0].iter().map(|batch| batch.seconds).collect();
    let systems = greetings.zip(&all).map(|(told, own)| timing(told, own, &first, args.samples));
    let [inputs, neurons, length] = SHAPE;
    let (samples, rounds) = (args.samples, args.rounds);
    let systems = systems.collect();
    print(&Report { inputs, neurons, length, samples, rounds, busy, systems }, args.json)
}

/// Our layer, and a batch.
struct Ours {
    layer: DenseStreams,
    batch: Vec<f64>,
    exact: Vec<f64>,
}

impl Ours {
    fn new(pair: Pair, samples: usize) -> Result<Self, FlowError> {
        let [inputs, neurons, length] = SHAPE;
        let mut draws = Philox::new(1).stream(0);
        let mut shares =
            |count: usize| -> Vec<f64> { (0..count).map(|_| draws.uniform()).collect() };
        let (weights, batch) = (shares(neurons * inputs), shares(samples * inputs));
        let product =
            |sample: &[f64], row: &[f64]| sample.iter().zip(row).map(|(x, w)| x * w).sum();
        let exact = batch
            .chunks_exact(inputs)
            .flat_map(|sample| weights.chunks_exact(inputs).map(move |row| product(sample, row)))
            .collect();
        Ok(Self { layer: DenseStreams::new(&weights, inputs, length, pair)?, batch, exact })
    }

    fn greeting(&self, generator: &str) -> Greeting {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Greeting { name: "spikestream".into(), version, on: generator.to_owned() }
    }

    fn batch(&self) -> Result<Batch, FlowError> {
        let begin = Instant::now();
        let counts = self.layer.counts(black_box(&self.batch))?;
        let seconds = begin.elapsed().as_secs_f64();
        let length = SHAPE[2] as f64;
        let miss = counts
            .iter()
            .zip(&self.exact)
            .map(|(count, exact)| (f64::from(*count) / length - exact).powi(2));
        Ok(Batch { seconds, error: (miss.sum::<f64>() / counts.len() as f64).sqrt() })
    }
}

fn timing(told: Greeting, own: &[Batch], first: &[f64], samples: u32) -> Timing {
    let seconds: Vec<f64> = own.iter().map(|batch| batch.seconds).collect();
    let ratios: Vec<f64> = seconds.iter().zip(first).map(|(own, first)| own / first).collect();
    Timing {
        microseconds: 1e6 * median(&seconds) / f64::from(samples),
        ratio: median(&ratios),
        error: own.last().map_or(0.0, |batch| batch.error),
        seconds,
        name: told.name,
        version: told.version,
        on: told.on,
    }
}

fn print(report: &Report, json: bool) -> Result<(), FlowError> {
    if json {
        output::line(serde_json::to_string_pretty(report).unwrap_or_default())?;
        return Ok(());
    }
    let row = |timing: &Timing| {
        vec![
            timing.name.clone(),
            timing.version.clone(),
            timing.on.clone(),
            format!("{:.2}", timing.microseconds),
            format!("{:.2}", timing.ratio),
            format!("{:.3}", timing.error),
        ]
    };
    let rows: Vec<Vec<String>> = report.systems.iter().map(row).collect();
    columns::print(&["system", "version", "on", ">us a sample", ">ratio", ">error"], &rows)?;
    let Report { inputs, neurons, length, samples, rounds, .. } = report;
    output::line(format_args!(
        "\nA dense layer, {inputs} x {neurons}, streams of {length} cycles, {samples} samples a batch, one thread: the inputs' \
         streams are made\nfor each sample, and every product bit is counted. Median of {rounds} rounds by turns after a warm-up; \
         the ratio is\nthe median of the rounds' ratios; the error is that of a sum of {inputs} products, root mean square."
    ))?;
    if let Some(warning) = load::warning(report.busy) {
        output::line(format_args!("\n{warning}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_sums_are_near_those_of_the_numbers() {
        let error =
            |pair: &str| Ours::new(Pair::named(pair).unwrap(), 6).unwrap().batch().unwrap().error;
        assert!(error("van-der-corput/counter") < 0.1);
        // One sequence for both gives the smaller of two numbers in place of their product.
        assert!(error("counter") > 5.0);
    }

    #[test]
    fn a_time_is_held_against_ours() {
        let told = Greeting { name: "n".into(), version: "1".into(), on: "x".into() };
        let batch = |seconds| Batch { seconds, error: 0.5 };
        let timing =
            timing(told, &[batch(3.0), batch(8.0), batch(5.0)], &[1.0, 2.0, 1.0], 1_000_000);
        assert_eq!((timing.microseconds, timing.ratio, timing.error), (5.0, 4.0, 0.5));
    }
}
