//! The evaluation stage as a program: how right a network is on a data set, in integers or in float.

// A program prints its results.
#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "eval/predictions.rs"]
mod predictions;

use predictions::predictions;
use serde::Serialize;
use spikestream::Error;
use spikestream::data::{self, DataError, Dataset, Reading, Source, Split};
use spikestream::eval::{self, Evaluation};
use spikestream::export::report;
use spikestream::spec::{Inputs, Net};
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
    /// The classes' names, where the network has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<String>>,
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
    let net = if args.float { None } else { Some(Net::load(&args.net)?) };
    let inputs = match &net {
        Some(net) => net.inputs.clone(),
        None => Inputs::beside(&args.net)?,
    };
    let trained_on = match &net {
        Some(net) => net.spec.provenance.data.clone(),
        None => trained_on(&args.net)?,
    };
    let (inputs, trained_on, whole) = (inputs.as_ref(), Some(&*trained_on), args.split == "all");
    let set = data::load_as(&args.data, &Reading { inputs, trained_on, whole })?;
    set.notes.iter().for_each(|note| eprintln!("note: {note}"));
    let split = if args.split == "train" { &set.train } else { &set.test };
    if split.images.is_empty() {
        let part = if args.split == "train" { "train" } else { "test" };
        return Err(DataError::NoRows { path: args.data.source.clone().into(), part }.into());
    }
    match split.labels.is_empty() {
        true => predictions(args, net.as_ref(), &set, split, inputs),
        false => judgement(args, net.as_ref(), &set, split, inputs),
    }
}

/// How right the network is on rows with labels.
fn judgement(
    args: &Args,
    net: Option<&Net>,
    set: &Dataset,
    split: &Split,
    inputs: Option<&Inputs>,
) -> Result<String, Error> {
    let (evaluation, layers) = match net {
        None => float(&args.net, set, split).map(|(evaluation, layers, _)| (evaluation, layers))?,
        Some(net) => integers(net, split)?,
    };
    let report = Report {
        net: name(&args.net),
        kind: kind(args),
        data: args.data.to_string(),
        split: args.split.clone(),
        images: evaluation.images(),
        right: evaluation.right(),
        accuracy: evaluation.accuracy(),
        layers,
        confusion: evaluation.confusion.clone(),
        classes: inputs.map(|inputs| inputs.classes.clone()),
    };
    // Numbers and names only: it always has a form.
    let json = || serde_json::to_string(&report).unwrap_or_default();
    Ok(if args.json { json() } else { table(&report, &evaluation) })
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn kind(args: &Args) -> &'static str {
    if args.float { "float" } else { "integers" }
}

fn integers(net: &Net, split: &Split) -> Result<(Evaluation, Vec<LayerLine>), Error> {
    let evaluation = eval::evaluate(net, split)?;
    let layers = report::activity(net, &split.images)?.into_iter().map(|layer| LayerLine {
        neurons: layer.neurons,
        rate: layer.rate,
        silent: layer.silent,
        saturated: Some(layer.saturated),
    });
    Ok((evaluation, layers.collect()))
}

/// The data that a network in float was trained on, as its config says.
#[cfg(feature = "train")]
fn trained_on(folder: &Path) -> Result<String, Error> {
    let config = spikestream::train::TrainConfig::load(&folder.join("config.toml"))?;
    Ok(config.data.to_string())
}

#[cfg(not(feature = "train"))]
fn trained_on(_: &Path) -> Result<String, Error> {
    Ok(String::new())
}

/// Counts, layers and each image's class.
type OfFloats = (Evaluation, Vec<LayerLine>, Vec<usize>);

#[cfg(feature = "train")]
fn float(folder: &Path, set: &Dataset, split: &Split) -> Result<OfFloats, Error> {
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
    let layers = layers.map(line).collect();
    Ok((verdict.evaluation, layers, verdict.predicted))
}

/// Floats are the training's; the command that starts this program builds it with them.
#[cfg(not(feature = "train"))]
fn float(folder: &Path, _: &Dataset, _: &Split) -> Result<OfFloats, Error> {
    let source = std::io::Error::other("built without the feature `train`");
    Err(Error::Read { path: folder.join("model.safetensors"), source })
}

fn table(report: &Report, evaluation: &Evaluation) -> String {
    let Report { net, kind, data, split, images, accuracy, .. } = report;
    let split = if split == "all" { "" } else { &format!("{split} ") };
    let mut text = format!("{net} in {kind}, {images} {split}images of {data}\n\n");
    text += "layer  neurons    rate  silent  saturated\n";
    for (index, LayerLine { neurons, rate, silent, saturated }) in report.layers.iter().enumerate()
    {
        let saturated = saturated.map_or("-".into(), |n| n.to_string());
        text += &format!("{index:<5}  {neurons:>7}  {rate:>6.4}  {silent:>6}  {saturated:>9}\n");
    }
    if let Some(classes) = report.classes.as_ref().filter(|classes| classes.len() <= MOST_CLASSES) {
        let named = classes.iter().enumerate().map(|(class, name)| format!("{class} {name}"));
        text += &format!("\nclasses: {}\n", named.collect::<Vec<_>>().join(", "));
    }
    if evaluation.confusion.len() <= MOST_CLASSES {
        return format!("{text}\n{evaluation}");
    }
    format!("{text}\naccuracy {:.2} % ({} of {images} images)\n", 100.0 * accuracy, report.right)
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

    /// A network of two inputs that a table named, and an evaluation of it on another.
    fn on_a_table(table: &str, more: &[&str]) -> Result<String, Error> {
        let folder = tempfile::tempdir().unwrap();
        let mut net = spikestream::spec::example(&[2, 2]);
        net.inputs = Some(Inputs {
            label: "kind".into(),
            classes: vec!["elm".into(), "fir".into()],
            columns: vec!["a".into(), "b".into()],
            ranges: vec![[0.0, 10.0], [0.0, 1.0]],
        });
        net.save(folder.path()).unwrap();
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, table).unwrap();
        let own = folder.path().display().to_string();
        let data = path.display().to_string();
        let given = ["--net", &own, "--data", &data].into_iter().chain(more.iter().copied());
        args(given.map(str::to_owned)).and_then(|args| run(&args))
    }

    #[test]
    fn rows_without_labels_get_the_names_of_classes() {
        let rows = "b,a\n0.5,3\n1,10\n0,0\n";
        let text = on_a_table(rows, &["--json"]).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let net = spikestream::spec::example(&[2, 2]);
        let images = [vec![77, 128], vec![255, 255], vec![0, 0]];
        let classes = eval::predict(&net, &images).unwrap();
        for (image, class) in classes.iter().enumerate() {
            let found = &report["predictions"][image];
            assert_eq!(found["class"], *class);
            assert_eq!(found["name"], ["elm", "fir"][*class]);
        }
        let table = on_a_table(rows, &[]).unwrap();
        assert!(table.contains("3 rows of") && table.contains("without labels"), "{table}");
        assert!(table.contains(&format!("0      {}", ["elm", "fir"][classes[0]])), "{table}");
    }

    #[test]
    fn rows_with_labels_are_judged_whole_if_asked() {
        let rows: String =
            (0..10).map(|n| format!("{n},0.{n},{}\n", ["elm", "fir"][n % 2])).collect();
        let rows = format!("a,b,kind\n{rows}");
        let text = on_a_table(&rows, &["--split", "all"]).unwrap();
        assert!(text.contains("in integers, 10 images of"), "{text}");
        assert!(text.contains("classes: 0 elm, 1 fir"), "{text}");
        assert!(on_a_table(&rows, &[]).unwrap().contains("2 test images of"));
        let few = on_a_table("a,b,kind\n1,2,elm\n", &[]).unwrap_err();
        assert_eq!(few.code(), "spikestream::data::no-rows");
        assert!(few.remedy().contains("--split all"), "{}", few.remedy());
        let other = on_a_table("a,c,kind\n1,2,elm\n", &[]).unwrap_err();
        assert_eq!(other.code(), "spikestream::data::lacking-columns");
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
