//! The import stage as a program: float weights of any library in, a network's folder out.

use spikestream::data::{self, Dataset, Source};
use spikestream::neuron::lif::kept;
use spikestream::output;
use spikestream::parent;
use spikestream::spec::{Net, Reset};
use spikestream::text::quoted;
use spikestream::{Error, eval};
use spikestream_train::{
    Encoder, EncoderConfig, ExportReport, Import, Imported, LossConfig, Samples, ScConfig, evaluate,
};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Time steps where neither an option nor a config says.
const STEPS: usize = 16;

/// What the command line says; the command that starts this program checks it.
#[derive(Default)]
struct Args {
    file: PathBuf,
    data: Source,
    out: PathBuf,
    name: Option<String>,
    bits: Option<u32>,
    membrane_bits: Option<u32>,
    steps: Option<usize>,
    import: Import,
    replace: bool,
    /// The options that shape the network, as they were given.
    given: Vec<String>,
}

fn main() -> ExitCode {
    parent::end_with_it();
    match args(std::env::args().skip(1)).and_then(|args| output::line(run(&args)?.trim_end())) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

fn args(given: impl IntoIterator<Item = String>) -> Result<Args, Error> {
    let mut args = Args::default();
    let mut given = given.into_iter();
    while let Some(name) = given.next() {
        if name == "--replace" {
            args.replace = true;
            continue;
        }
        let value = given.next().unwrap_or_default();
        match name.as_str() {
            "--file" => args.file = value.into(),
            "--data" => args.data = value.parse()?,
            "--out" => args.out = value.into(),
            _ => {
                args.shape(&name, &value)?;
                args.given.extend([name, quoted(&value)]);
            }
        }
    }
    Ok(args)
}

impl Args {
    /// Takes an option that shapes the network.
    fn shape(&mut self, name: &str, value: &str) -> Result<(), Error> {
        match name {
            "--name" => self.name = Some(value.into()),
            "--bits" => self.bits = Some(number(name, value)?),
            "--membrane-bits" => self.membrane_bits = Some(number(name, value)?),
            "--steps" => self.steps = Some(number(name, value)?),
            "--beta" => self.import.beta = Some(number(name, value)?),
            "--leak" => self.import.beta = Some(kept(number(name, value)?) as f32), // exact
            "--threshold" => self.import.threshold = Some(number(name, value)?),
            "--reset" => {
                self.import.reset = Some(match value {
                    "subtract" => Reset::Subtract,
                    "zero" => Reset::Zero,
                    _ => return Err(refused(name, value, "subtract, zero")),
                });
            }
            _ => {
                let range = "--file, --data, --out, --name, --bits, --membrane-bits, --steps, \
                             --beta, --leak, --threshold, --reset, --replace";
                return Err(refused("an argument", name, range));
            }
        }
        Ok(())
    }

    /// The command that makes the same network again.
    fn command(&self) -> String {
        let [file, data] = [self.file.display().to_string(), self.data.to_string()];
        let mut words = vec!["cargo xtask import".to_owned(), quoted(&file)];
        words.extend(["--data".to_owned(), quoted(&data)]);
        words.extend(self.given.iter().cloned());
        words.join(" ")
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Error> {
    value.parse().map_err(|_| refused(name, value, "the numbers"))
}

fn refused(field: &str, value: &str, range: &str) -> Error {
    Error::Range { field: field.into(), value: format!("{value:?}"), range: range.into() }
}

fn run(args: &Args) -> Result<String, Error> {
    let data = data::load(&args.data)?;
    let imported = args.import.read(&args.file, &data)?;
    let (own, own_steps) = imported.integers.clone().unwrap_or((ScConfig::default(), STEPS));
    let steps = args.steps.unwrap_or(own_steps);
    let sc = ScConfig {
        bits: args.bits.unwrap_or(own.bits),
        membrane_bits: args.membrane_bits.unwrap_or(own.membrane_bits),
        ..own
    };
    let name = args.name.clone().unwrap_or_else(|| {
        Source::new(args.out.display().to_string()).name() // as networks have them
    });
    // Before anything is run: what has no integer form has none on any data.
    let of_file = |error| match error {
        Error::Range { .. } => error, // of an option
        other => other.of_file(&args.file),
    };
    imported.net.to_net(&sc, &name, steps).map_err(of_file).inspect_err(|_| {
        // The error knows layers by their number: this tells their tensors.
        output::tell(origin(&imported).trim_end());
    })?;
    let spikes = EncoderConfig::Hardware { steps };
    let [currents, before] = [EncoderConfig::Direct { steps }, spikes].map(|encoder| {
        accuracy(&imported, &data, Encoder { config: encoder, generator: sc.encoder })
    });
    let (currents, before) = (currents?, before?);
    let (mut net, report) = imported.net.export(&sc, &name, steps, &data.test, before)?;
    let train = eval::evaluate(&net, &data.train)?.accuracy();
    let provenance = &mut net.spec.provenance;
    provenance.command = args.command();
    provenance.data = args.data.to_string();
    provenance.version = env!("CARGO_PKG_VERSION").into();
    provenance.train_accuracy = train;
    provenance.accuracy = report.after;
    if !args.replace {
        ensure_free(&args.out, &net)?;
    }
    net.save(&args.out)?;
    Ok(text(args, &imported, &net, &report, currents))
}

/// The share of the test images that the network in float has right.
fn accuracy(imported: &Imported, data: &Dataset, encoder: Encoder) -> Result<f64, Error> {
    let samples = Samples::all(&data.test)?;
    let verdict = evaluate(&imported.net, &samples, &encoder, &LossConfig::default(), false)?;
    Ok(verdict.evaluation.accuracy())
}

/// Refuses to write over another network.
fn ensure_free(out: &Path, net: &Net) -> Result<(), Error> {
    if !out.join("net.toml").exists() {
        return Ok(());
    }
    match Net::load(out) {
        Ok(there) if there.hash() == net.hash() => Ok(()),
        Ok(there) => {
            Err(Error::Occupied { path: out.to_path_buf(), name: there.spec.name.clone() })
        }
        Err(_) => {
            let name = "of which net.toml does not load".into();
            Err(Error::Occupied { path: out.to_path_buf(), name })
        }
    }
}

/// Where each layer came from, and what was assumed.
fn origin(imported: &Imported) -> String {
    let layers = imported.layers.iter().enumerate();
    let layers = layers.map(|(index, layer)| format!("layer {index}: {layer}\n"));
    let notes = imported.notes.iter().map(|note| format!("note: {note}\n"));
    layers.chain(notes).collect()
}

fn text(
    args: &Args,
    imported: &Imported,
    net: &Net,
    report: &ExportReport,
    currents: f64,
) -> String {
    let mut text = origin(imported);
    let (stream, steps) = (&net.spec.stream, net.spec.time.steps);
    text += &format!("\nin integers, B = {}, T = {steps}:\n{report}\n", stream.bits);
    let currents = 100.0 * currents;
    text += &format!("in float, with pixels as currents instead of spikes: {currents:.2} %\n");
    text + &format!("wrote {} ({})", args.out.display(), net.spec.name)
}

#[cfg(test)]
mod tests;
