//! The evaluation stage as a program: how right a network is on a data set, in integers or in float.

mod predictions;
#[cfg(test)]
mod tests;

use predictions::predictions;
use serde::Serialize;
use spikestream::Error;
use spikestream::data::{self, DataError, Dataset, Reading, Source, Split};
use spikestream::eval::{self, Evaluation, Part, Unlike};
use spikestream::export::report;
use spikestream::output;
use spikestream::parent;
use spikestream::spec::{Inputs, Net};
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
    set.notes.iter().for_each(|note| output::tell(format_args!("note: {note}")));
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
        // What is recorded is of the integers.
        note: net.and_then(|net| unlike(args, net, &evaluation)),
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

/// What the network's file records otherwise, of the images that were run.
fn unlike(args: &Args, net: &Net, evaluation: &Evaluation) -> Option<String> {
    let provenance = &net.spec.provenance;
    let part = match args.split.as_str() {
        "train" => Part::Train,
        "test" => Part::Test,
        _ => return None,
    };
    let same = provenance.data.parse::<Source>().is_ok_and(|data| data.is_same(&args.data));
    let unlike = || Unlike::of(provenance, part, evaluation.right(), evaluation.images());
    same.then(unlike).flatten().map(|unlike| unlike.to_string())
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
    Ok(spikestream::train::TrainConfig::of_results(folder)?.data.to_string())
}

#[cfg(not(feature = "train"))]
fn trained_on(_: &Path) -> Result<String, Error> {
    Ok(String::new())
}

/// Counts, layers and each image's class.
type OfFloats = (Evaluation, Vec<LayerLine>, Vec<usize>);

#[cfg(feature = "train")]
fn float(folder: &Path, set: &Dataset, split: &Split) -> Result<OfFloats, Error> {
    use spikestream::train::{FloatWeights, MODEL, Model, Samples, TrainConfig, device, evaluate};
    let config = TrainConfig::of_results(folder)?;
    let path = folder.join(MODEL);
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
