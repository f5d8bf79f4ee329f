//! The import stage as a program: float weights or a graph of any library in, a network's folder out.

mod nir;

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use spikestream::command;
use spikestream::data::{self, Dataset, Source};
use spikestream::neuron::lif::kept;
use spikestream::output;
use spikestream::parent;
use spikestream::spec::{Net, Reset};
use spikestream::text::quoted;
use spikestream::{Error, eval};
use spikestream_train::{
    Encoder, EncoderConfig, ExportReport, Import, Imported, LossConfig, PruneReport, Samples,
    ScConfig, Silent, TrainError, evaluate,
};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Time steps where neither an option nor a config says.
const STEPS: usize = 16;

/// What `--data` takes.
const DATA: &str =
    "the data that the weights were trained on: digits, a folder of IDX files, or a CSV file";

/// Time steps that the integers can have.
const ALL_STEPS: [&str; 9] = ["1", "2", "4", "8", "16", "32", "64", "128", "256"];

/// Makes a network of float weights that another library, or our own, has trained.
#[derive(Debug, Parser)]
#[command(name = "import", version)]
struct Args {
    /// Float weights of a net of linear layers and LIF neurons, as safetensors: those of PyTorch
    /// (`save_file(net.state_dict(), ..)`), or the model.safetensors of `train`; or a graph of NIR, as .nir
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The data it was trained on, to judge it by: digits, a folder of IDX files, or a CSV file; a .nir may do without
    #[arg(long)]
    data: Option<String>,
    /// The folder that becomes the network
    #[arg(long, value_name = "NET")]
    out: PathBuf,
    /// The network's name [default: that of the folder]
    #[arg(long)]
    name: Option<String>,
    /// Bits of a weight's magnitude, 1 to 7 [default: 4]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=7))]
    bits: Option<u32>,
    /// Bits of a membrane, 8 to 24 [default: 16]
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(8..=24))]
    membrane_bits: Option<u32>,
    /// Time steps [default: 16]
    #[arg(long, value_parser = ALL_STEPS)]
    steps: Option<String>,
    /// Share of a membrane that a step leaves, where the file holds none: 0 to 1
    #[arg(long, value_name = "X", conflicts_with = "leak")]
    beta: Option<f32>,
    /// The same as a shift: a step loses V >> A; 0 is no leak
    #[arg(long, value_name = "A", value_parser = clap::value_parser!(u32).range(0..=15))]
    leak: Option<u32>,
    /// Threshold, where the file holds none [default: 1, with a note]
    #[arg(long, value_name = "X")]
    threshold: Option<f32>,
    /// What a spike does to the membrane, where the file does not say [default: subtract, with a note; of a .nir none]
    #[arg(long, value_parser = ["subtract", "zero"])]
    reset: Option<String>,
    /// Seconds of a time step of a .nir [default: 1e-4, with a note]
    #[arg(long, value_name = "SECONDS")]
    dt: Option<f64>,
    /// What becomes of hidden neurons that never fire: they are removed, or kept
    #[arg(long, value_name = "WHAT", default_value = "remove", value_parser = silent())]
    silent: Silent,
    /// Write over another network in that folder
    #[arg(long)]
    replace: bool,
}

/// What becomes of silent neurons, by its name.
fn silent() -> impl TypedValueParser<Value = Silent> {
    let names = PossibleValuesParser::new(Silent::ALL.map(Silent::name));
    names.map(|name| name.parse().unwrap_or_default())
}

fn main() -> ExitCode {
    parent::end_with_it();
    let args: Args = match command::given(std::env::args_os()) {
        Ok(args) => args,
        Err(code) => return code,
    };
    match run(&args).and_then(|text| output::line(text.trim_end())) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

impl Args {
    /// What the file may not say.
    fn import(&self) -> Import {
        let of_leak = self.leak.map(|leak| kept(leak) as f32); // exact
        Import { beta: self.beta.or(of_leak), threshold: self.threshold, reset: self.reset() }
    }

    /// The name of the network: that of the folder, where none is given, as networks have them.
    fn name(&self) -> String {
        let folder = || Source::new(self.out.display().to_string()).name();
        self.name.clone().unwrap_or_else(folder)
    }

    /// What a spike does to a membrane, where it is given.
    fn reset(&self) -> Option<Reset> {
        self.reset.as_deref().map(|reset| match reset {
            "zero" => Reset::Zero,
            _ => Reset::Subtract,
        })
    }

    /// The command that makes the same network again.
    fn command(&self, data: Option<&Source>) -> String {
        let file = std::path::absolute(&self.file).unwrap_or_else(|_| self.file.clone());
        let mut words = vec![quoted(&file.display().to_string())];
        let data = data.map(|data| ["--data".to_owned(), quoted(&data.to_string())]);
        words.extend(data.into_iter().flatten());
        let number = |value: Option<u32>| value.map(|value| value.to_string());
        let share = |value: Option<f32>| value.map(|value| value.to_string());
        let other = Some(self.silent).filter(|silent| *silent != Silent::default());
        let given = [
            ("--name", self.name.clone()),
            ("--bits", number(self.bits)),
            ("--membrane-bits", number(self.membrane_bits)),
            ("--steps", self.steps.clone()),
            ("--beta", share(self.beta)),
            ("--leak", number(self.leak)),
            ("--threshold", share(self.threshold)),
            ("--reset", self.reset.clone()),
            ("--dt", self.dt.map(|dt| dt.to_string())),
            ("--silent", other.map(|silent| silent.name().to_owned())),
        ];
        for (option, value) in given {
            words.extend(value.into_iter().flat_map(|value| [option.to_owned(), quoted(&value)]));
        }
        command::command(format_args!("import {}", words.join(" ")))
    }
}

fn run(args: &Args) -> Result<String, Error> {
    if args.file.extension().is_some_and(|extension| extension == "nir") {
        return nir::run(args);
    }
    weights(args)
}

/// A file of float weights.
fn weights(args: &Args) -> Result<String, Error> {
    let missing = || TrainError::MissingValue { option: "--data".into(), allowed: DATA.into() };
    let source = Source::from_here(args.data.as_ref().ok_or_else(missing)?)?;
    if let Some(dt) = args.dt {
        let (path, name) = (args.file.clone(), "--beta or its tensors".into());
        let (option, given) = ("--dt", dt.to_string());
        let found = "leaks for a step, without a time".into();
        return Err(TrainError::Contradiction { option, given, path, name, found }.into());
    }
    let data = data::load(&source)?;
    let imported = args.import().read(&args.file, &data)?;
    let (own, own_steps) = imported.integers.clone().unwrap_or((ScConfig::default(), STEPS));
    let steps = args.steps.as_deref().and_then(|steps| steps.parse().ok()).unwrap_or(own_steps);
    let sc = ScConfig {
        bits: args.bits.unwrap_or(own.bits),
        membrane_bits: args.membrane_bits.unwrap_or(own.membrane_bits),
        ..own
    };
    let name = args.name();
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
    // What was trained in integers here has its scales.
    let scales = (!imported.exact).then_some(&data.train);
    let (whole, report) = imported.net.export(&sc, &name, steps, &data.test, before, scales)?;
    for doubt in report.doubts() {
        let help = "--bits gives each weight more steps; trained with weight decay, the largest weight is smaller";
        output::tell(format_args!("note: {doubt}\n  help: {help}"));
    }
    let (mut net, pruned) = PruneReport::asked(args.silent, whole, &data)?;
    let train = eval::evaluate(&net, &data.train)?.accuracy();
    let provenance = &mut net.spec.provenance;
    provenance.command = args.command(Some(&source));
    provenance.data = source.to_string();
    provenance.version = env!("CARGO_PKG_VERSION").into();
    provenance.train_accuracy = train;
    provenance.accuracy = pruned.as_ref().map_or(report.after, |pruned| pruned.accuracy[1]);
    if !args.replace {
        ensure_free(&args.out, &net)?;
    }
    net.save(&args.out)?;
    Ok(text(args, &imported, &net, (&report, pruned.as_ref()), currents))
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
    (report, pruned): (&ExportReport, Option<&PruneReport>),
    currents: f64,
) -> String {
    let mut text = origin(imported);
    report.scales.iter().for_each(|note| text += &format!("note: {note}\n"));
    let (stream, steps) = (&net.spec.stream, net.spec.time.steps);
    text += &format!("\nin integers, B = {}, T = {steps}:\n{report}\n", stream.bits);
    let currents = 100.0 * currents;
    text += &format!("in float, with pixels as currents instead of spikes: {currents:.2} %\n");
    if let Some(pruned) = pruned.filter(|pruned| pruned.is_news()) {
        text += &pruned.to_string();
    }
    text + &format!("wrote {} ({})", args.out.display(), net.spec.name)
}

#[cfg(test)]
mod tests;
