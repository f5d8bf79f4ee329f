//! Evaluation as programs ask for it: how right a network is on a data set, in integers or in float.

mod early;
mod predictions;
#[cfg(test)]
mod tests;

use crate::Error;
use crate::data::{self, DataError, Dataset, Reading, Source, Split};
use crate::eval::{self, Evaluation, Part, Unlike};
use crate::export::report;
use crate::output;
use crate::spec::{Inputs, Net};
use early::EarlyLine;
use predictions::predictions;
use serde::Serialize;
use std::path::Path;

/// From this number of classes on a confusion matrix is only in the JSON.
const MOST_CLASSES: usize = 16;

/// What is judged on what.
#[derive(Clone, Debug, clap::Args)]
pub struct Request {
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long)]
    pub net: String,
    /// The data: digits, a folder of IDX files, or a CSV file
    #[arg(long)]
    pub data: String,
    /// Which part of it; rows without labels are all taken, and get the class that the network gives
    #[arg(long, default_value = "test", value_parser = ["train", "test", "all"])]
    pub split: String,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
    /// Whether it is told how soon classes are decided; an option of the command for integers alone.
    #[arg(skip)]
    pub early: bool,
}

impl Request {
    /// The same for another program, as it is typed there.
    pub fn words(&self) -> Vec<String> {
        let Self { net, data, split, json, .. } = self;
        let pairs = [("--net", net), ("--data", data), ("--split", split)];
        let words =
            pairs.into_iter().flat_map(|(option, value)| [option.to_owned(), value.clone()]);
        words.chain(json.then(|| "--json".to_owned())).collect()
    }
}

/// A request with its paths.
struct Args<'a> {
    net: &'a Path,
    data: Source,
    split: &'a str,
    /// Given for a network in float.
    floats: Option<Floats>,
    json: bool,
    early: bool,
}

/// How networks in float are judged, which only training knows.
#[derive(Clone, Copy, Debug)]
pub struct Floats {
    /// The data that the network in a folder was trained on.
    pub trained_on: fn(&Path) -> Result<String, Error>,
    /// What it makes of a part of a data set.
    pub judge: fn(&Path, &Dataset, &Split) -> Result<Judged, Error>,
}

/// What a network makes of a part of a data set.
pub struct Judged {
    /// Counts of right answers.
    pub evaluation: Evaluation,
    /// A line a layer.
    pub layers: Vec<LayerLine>,
    /// Each image's class.
    pub predicted: Vec<usize>,
}

/// The network that is judged.
enum Subject {
    Integers(Box<Net>),
    Float(Floats),
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
    /// How soon classes were decided, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    early: Option<EarlyLine>,
    confusion: Vec<Vec<u32>>,
    /// The classes' names, where the network has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<String>>,
    /// What the network's file records otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// How busy a layer is.
#[derive(Serialize)]
pub struct LayerLine {
    /// Its neurons.
    pub neurons: usize,
    /// Spikes a neuron and step.
    pub rate: f64,
    /// Neurons that spike on no image.
    pub silent: usize,
    /// Neurons whose membrane reaches an end of its bits; floats have none.
    pub saturated: Option<usize>,
}

/// What the network in a folder makes of the data; with `floats`, one in float.
///
/// # Errors
/// What reading the network and the data reports, and [`DataError::NoRows`].
pub fn run(request: &Request, floats: Option<Floats>) -> Result<String, Error> {
    let Request { net, data, split, json, early } = request;
    let data = Source::from_here(data)?;
    judged(&Args { net: Path::new(net), data, split, floats, json: *json, early: *early })
}

fn judged(args: &Args<'_>) -> Result<String, Error> {
    let subject = match args.floats {
        None => Subject::Integers(Box::new(Net::load(args.net)?)),
        Some(floats) => Subject::Float(floats),
    };
    let (inputs, trained_on) = match &subject {
        Subject::Integers(net) => (net.inputs.clone(), net.spec.provenance.data.clone()),
        Subject::Float(floats) => (Inputs::beside(args.net)?, (floats.trained_on)(args.net)?),
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
        true => predictions(args, &subject, &set, split, inputs),
        false => judgement(args, &subject, &set, split, inputs),
    }
}

/// How right the network is on rows with labels.
fn judgement(
    args: &Args<'_>,
    subject: &Subject,
    set: &Dataset,
    split: &Split,
    inputs: Option<&Inputs>,
) -> Result<String, Error> {
    let (evaluation, layers, note) = match subject {
        Subject::Float(floats) => {
            let Judged { evaluation, layers, .. } = (floats.judge)(args.net, set, split)?;
            (evaluation, layers, None)
        }
        Subject::Integers(net) => {
            let (evaluation, layers) = integers(net, split)?;
            let note = unlike(args, net, &evaluation);
            (evaluation, layers, note)
        }
    };
    let report = Report {
        net: name(args.net),
        kind: kind(args),
        data: args.data.to_string(),
        split: args.split.to_owned(),
        images: evaluation.images(),
        right: evaluation.right(),
        accuracy: evaluation.accuracy(),
        layers,
        early: EarlyLine::asked(args, subject, split)?,
        confusion: evaluation.confusion.clone(),
        classes: inputs.map(|inputs| inputs.classes.clone()),
        note,
    };
    // Numbers and names only: it always has a form.
    let json = || serde_json::to_string(&report).unwrap_or_default();
    Ok(if args.json { json() } else { table(&report, &evaluation) })
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn kind(args: &Args<'_>) -> &'static str {
    if args.floats.is_some() { "float" } else { "integers" }
}

/// What the network's file records otherwise, of the images that were run.
fn unlike(args: &Args<'_>, net: &Net, evaluation: &Evaluation) -> Option<String> {
    let provenance = &net.spec.provenance;
    let part = match args.split {
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
    text += &report.early.iter().map(EarlyLine::to_string).collect::<String>();
    let note = report.note.iter().map(|note| format!("note: {note}\n"));
    text + &note.collect::<String>()
}
