//! The evaluation stage as a program: how right a network is on a data set, in integers or in float.

// A program prints its results.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use serde::Serialize;
use spikestream::Error;
use spikestream::data::{self, Dataset, Source, Split};
use spikestream::eval::{self, Evaluation, Part, Unlike};
use spikestream::export::report;
use spikestream::spec::Net;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// From this number of classes on a confusion matrix is only in the JSON.
const MOST_CLASSES: usize = 16;

/// What the command line says; the command that starts this program checks it.
struct Args {
    net: PathBuf,
    data: Source,
    split: String,
    float: bool,
    json: bool,
}

/// What a network made of a split.
#[derive(Serialize)]
struct Report {
    net: String,
    kind: &'static str,
    data: String,
    split: String,
    images: u64,
    right: u64,
    accuracy: f64,
    layers: Vec<LayerLine>,
    confusion: Vec<Vec<u32>>,
    /// What the network's file records otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize)]
struct LayerLine {
    neurons: usize,
    /// Spikes a neuron and step.
    rate: f64,
    /// Neurons that spike on no image.
    silent: usize,
    /// Neurons whose membrane reaches an end of its bits; floats have none.
    saturated: Option<usize>,
}

fn main() -> ExitCode {
    match args(std::env::args().skip(1)).and_then(|args| run(&args)) {
        Ok(text) => {
            // Whoever reads it may have read enough.
            let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", error.render());
            ExitCode::FAILURE
        }
    }
}

fn args(given: impl IntoIterator<Item = String>) -> Result<Args, Error> {
    let mut args = Args {
        net: PathBuf::new(),
        data: Source::new(""),
        split: "test".into(),
        float: false,
        json: false,
    };
    let mut given = given.into_iter();
    while let Some(name) = given.next() {
        match name.as_str() {
            "--float" => args.float = true,
            "--json" => args.json = true,
            "--net" => args.net = given.next().unwrap_or_default().into(),
            "--data" => args.data = given.next().unwrap_or_default().parse()?,
            "--split" => args.split = given.next().unwrap_or_default(),
            _ => {
                let range = "--net, --data, --split, --float, --json".into();
                return Err(Error::Range { field: "an argument".into(), value: name, range });
            }
        }
    }
    Ok(args)
}

fn run(args: &Args) -> Result<String, Error> {
    let set = data::load(&args.data)?;
    let split = if args.split == "train" { &set.train } else { &set.test };
    let (evaluation, layers, note) = match args.float {
        true => {
            let (evaluation, layers) = float(&args.net, &set, split)?;
            (evaluation, layers, None) // what is recorded is of the integers
        }
        false => integers(args, split)?,
    };
    let name = args.net.file_name().unwrap_or_default();
    let report = Report {
        net: name.to_string_lossy().into_owned(),
        kind: if args.float { "float" } else { "integers" },
        data: args.data.to_string(),
        split: args.split.clone(),
        images: evaluation.images(),
        right: evaluation.right(),
        accuracy: evaluation.accuracy(),
        layers,
        confusion: evaluation.confusion.clone(),
        note,
    };
    // Numbers and names only: it always has a form.
    let json = || serde_json::to_string(&report).unwrap_or_default();
    Ok(if args.json { json() } else { table(&report, &evaluation) })
}

/// The golden model on a split, its layers, and what the network's file records otherwise.
fn integers(
    args: &Args,
    split: &Split,
) -> Result<(Evaluation, Vec<LayerLine>, Option<String>), Error> {
    let net = Net::load(&args.net)?;
    let evaluation = eval::evaluate(&net, split)?;
    let provenance = &net.spec.provenance;
    let part = if args.split == "train" { Part::Train } else { Part::Test };
    let same = provenance.data.parse::<Source>().is_ok_and(|data| data.is_same(&args.data));
    let unlike = || Unlike::of(provenance, part, evaluation.right(), evaluation.images());
    let note = same.then(unlike).flatten().map(|unlike| unlike.to_string());
    let layers = report::activity(&net, &split.images)?.into_iter().map(|layer| LayerLine {
        neurons: layer.neurons,
        rate: layer.rate,
        silent: layer.silent,
        saturated: Some(layer.saturated),
    });
    Ok((evaluation, layers.collect(), note))
}

#[cfg(feature = "train")]
fn float(
    folder: &Path,
    set: &Dataset,
    split: &Split,
) -> Result<(Evaluation, Vec<LayerLine>), Error> {
    use spikestream::train::{FloatWeights, Model, Samples, TrainConfig, device, evaluate};
    let config = TrainConfig::load(&folder.join("config.toml"))?;
    let path = folder.join("model.safetensors");
    let model = match Model::new(&config, set, &device())? {
        Model::Dense(net) => Model::Dense(net.load(&path)?),
        Model::Conv(net) => Model::Conv(net.load(&path)?),
    };
    let decide = config.sc.is_some();
    let samples = Samples::all(split)?;
    let verdict = evaluate(&model, &samples, &config.encoder(), &config.loss, decide)?;
    let neurons = model.summary().layers.into_iter().map(|layer| layer.neurons);
    let layers = neurons.zip(verdict.rates.iter().zip(&verdict.silent));
    let line = |(neurons, (&rate, &silent))| LayerLine { neurons, rate, silent, saturated: None };
    Ok((verdict.evaluation.clone(), layers.map(line).collect()))
}

/// Floats are the training's; the command that starts this program builds it with them.
#[cfg(not(feature = "train"))]
fn float(folder: &Path, _: &Dataset, _: &Split) -> Result<(Evaluation, Vec<LayerLine>), Error> {
    let source = std::io::Error::other("built without the feature `train`");
    Err(Error::Read { path: folder.join("model.safetensors"), source })
}

fn table(report: &Report, evaluation: &Evaluation) -> String {
    let Report { net, kind, data, split, images, accuracy, .. } = report;
    let mut text = format!("{net} in {kind}, {images} {split} images of {data}\n\n");
    text += "layer  neurons    rate  silent  saturated\n";
    for (index, LayerLine { neurons, rate, silent, saturated }) in report.layers.iter().enumerate()
    {
        let saturated = saturated.map_or("-".into(), |n| n.to_string());
        text += &format!("{index:<5}  {neurons:>7}  {rate:>6.4}  {silent:>6}  {saturated:>9}\n");
    }
    text += "\n";
    text += &match evaluation.confusion.len() <= MOST_CLASSES {
        true => evaluation.to_string(),
        false => {
            format!("accuracy {:.2} % ({} of {images} images)\n", 100.0 * accuracy, report.right)
        }
    };
    let note = report.note.iter().map(|note| format!("note: {note}\n"));
    text + &note.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(net: &str, more: &[&str]) -> Result<String, Error> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets").join(net);
        let folder = folder.display().to_string();
        let given = ["--net", &folder, "--data", "digits"].into_iter().chain(more.iter().copied());
        args(given.map(str::to_owned)).and_then(|args| run(&args))
    }

    #[test]
    fn the_shipped_networks_are_as_right_as_they_say() {
        for name in ["digits", "digits-tiny"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets").join(name);
            let provenance = Net::load(&folder).unwrap().spec.provenance;
            for (split, noted) in
                [("train", provenance.train_accuracy), ("test", provenance.accuracy)]
            {
                let text = shipped(name, &["--split", split, "--json"]).unwrap();
                let report: serde_json::Value = serde_json::from_str(&text).unwrap();
                let right = noted * report["images"].as_f64().unwrap();
                assert_eq!(report["right"].as_f64().unwrap(), right.round(), "{name} {split}");
                // As text, because a JSON reader may be off by a last bit.
                assert!(text.contains(&format!("\"accuracy\":{noted:?},")), "{name}: {text}");
                assert_eq!(report["layers"].as_array().unwrap().len(), 2);
                let table = shipped(name, &["--split", split]).unwrap();
                assert!(table.contains(&format!("accuracy {:.2} %", 100.0 * noted)), "{table}");
            }
        }
    }

    /// Weights in another order are a network of the same form, and another one.
    #[test]
    fn another_accuracy_than_the_recorded_one_is_told() {
        let shipped_net = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits");
        let mut net = Net::load(&shipped_net).unwrap();
        net.layers[0].weights.reverse();
        let folder = tempfile::tempdir().unwrap();
        net.save(folder.path()).unwrap();
        let own = folder.path().display().to_string();
        let said = |more: &[&str]| shipped("digits", &[&["--net", &own], more].concat()).unwrap();
        for (split, field) in [("test", "accuracy"), ("train", "train_accuracy")] {
            let table = said(&["--split", split]);
            let last = table.lines().last().unwrap();
            assert!(last.starts_with("note: net.toml records 9"), "{table}");
            assert!(last.contains(&format!("(provenance.{field})")), "{table}");
            let json = said(&["--split", split, "--json"]);
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert!(last.ends_with(json["note"].as_str().unwrap()), "{json}");
        }
        // Of other data nothing is recorded.
        assert!(!said(&["--data", "digits,classes=10,shape=1x4x16"]).contains("note:"));
        assert!(!shipped("digits", &[]).unwrap().contains("note:"));
        assert!(!shipped("digits", &["--json"]).unwrap().contains("note"));
    }

    #[cfg(feature = "train")]
    #[test]
    fn a_network_in_float_is_read_beside_its_config() {
        use spikestream::train::{FloatWeights, Model, Samples, TrainConfig, device, evaluate};
        let folder = tempfile::tempdir().unwrap();
        // Another seed than the config's, so that weights that were not read would show.
        let mut config = TrainConfig::shipped();
        let (set, own) = (data::digits(), folder.path());
        config.run.seed = 9;
        let model = Model::new(&config, &set, &device()).unwrap();
        model.dense().unwrap().save(&own.join("model.safetensors"), &Default::default()).unwrap();
        std::fs::write(own.join("config.toml"), TrainConfig::shipped().to_toml()).unwrap();
        let test = Samples::all(&set.test).unwrap();
        let verdict = evaluate(&model, &test, &config.encoder(), &config.loss, true).unwrap();
        let more = ["--net", &own.display().to_string(), "--float", "--json"];
        let text = shipped("digits", &more).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::to_value(&verdict.evaluation.confusion).unwrap();
        assert_eq!((&report["confusion"], &report["kind"]), (&expected, &"float".into()));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let code = |result: Result<String, Error>| result.map_or_else(|e| e.code(), |_| "ok");
        assert_eq!(code(shipped("nowhere", &[])), "spikestream::file::read");
        assert_eq!(code(shipped("digits", &["--float"])), "spikestream::file::read");
        assert_eq!(code(shipped("digits", &["--data", "digts"])), "spikestream::data::unknown");
        let mut table = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
        std::io::Write::write_all(&mut table, b"a,label\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n").unwrap();
        let table = table.path().display().to_string();
        assert_eq!(code(shipped("digits", &["--data", &table])), "spikestream::net::shape");
    }
}
