//! `infer`: images through a board, real or simulated; what is asked, what is answered, what is told.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::ArgGroup;
use spikestream::command;
use spikestream::data::{self, DataError, Source, Split};
use spikestream::output::{self, Reader};
use spikestream::progress::Heartbeat;
use spikestream::protocol::frame::Answer;
use spikestream::spec::Net;
use spikestream_flows::FlowError;
use spikestream_flows::board::{self, BAUD};
use spikestream_flows::build::report::Report;
use spikestream_flows::estimate::Engine;
use spikestream_flows::place::{NetFolder, Place};

use crate::{Client, Error, Patience, Serial, Troubles, read_image};

/// What is asked of a board.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("what").required(true).args(["image", "data"]))]
pub struct Request {
    /// The board's serial port, such as /dev/ttyUSB1
    #[arg(long, value_name = "PATH")]
    pub port: PathBuf,
    /// An image: numbers of 0 to 255 as text, or a PGM file; a row of numbers for a network of a table
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    pub image: Option<PathBuf>,
    /// A data set: digits, a folder of IDX files, or a CSV file, with labels or without
    #[arg(long, value_name = "DATA")]
    pub data: Option<String>,
    /// Which part of it [default: test; all rows of a table without labels]
    #[arg(long, requires = "data", value_parser = ["train", "test", "all"])]
    pub split: Option<String>,
    /// How many of them [default: all]
    #[arg(long, requires = "data", conflicts_with = "image", value_parser = clap::value_parser!(u32).range(1..))]
    pub images: Option<u32>,
    /// The network that the board must carry: a name of one that ships, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    pub net: String,
    /// The board that its bitstream was built for, which says how fast the line is [default: any that
    /// it was built for]
    #[arg(long, conflicts_with = "baud")]
    pub board: Option<String>,
    /// Bits a second [default: those that it was built for]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub baud: Option<u32>,
    /// How long an answer may take, 0.001 to 3600
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
    /// The folder of products in which the build is, which says how fast the line is
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.001..=3600.0).contains(seconds));
    seconds.ok_or_else(|| "write a number of seconds between 0.001 and 3600".to_owned())
}

fn wrong(option: &str, reason: String) -> Error {
    Error::Option { option: option.into(), reason }
}

/// Runs the images, and prints an answer a line.
///
/// # Errors
/// What reading the network and the images reports, and [`Error`] for the line and the board.
pub fn run(request: &Request, place: &Place) -> Result<(), FlowError> {
    let folder = place.net(&request.net)?;
    let net = Net::load(&folder.path)?;
    let split = images(request, &net)?;
    let baud = match request.baud {
        Some(baud) => baud,
        None => baud(request, &folder, place)?.try_into().unwrap_or(u32::MAX),
    };
    let mut patience = Patience::default();
    if let Some(seconds) = request.timeout {
        patience.timeout = Duration::from_secs_f64(seconds);
    }
    answers(request, &net, &split, Serial::open(&request.port, baud)?, patience)?;
    Ok(())
}

/// The rate that the network was built for, or last emitted for a board in simulation; the usual one if
/// it was neither.
fn baud(request: &Request, net: &NetFolder, place: &Place) -> Result<u64, FlowError> {
    let boards = match &request.board {
        Some(name) => vec![place.board(name)?],
        None => place.boards(),
    };
    let meant = net.identity()?;
    let mut rates = Vec::new();
    for board in &boards {
        let folder = place.products(net, board);
        let report = Report::read(&folder).ok();
        if request.board.is_some() {
            let build = command::build(&request.net, &board.name);
            place.tell_other_build(net, &folder, &build)?;
        }
        let built = report.filter(|report| report.net_hash == meant.hash);
        let built = built.and_then(|report| report.line).map(|line| line.baud);
        rates.extend(built.or_else(|| Engine::last_in(&folder).map(|engine| engine.baud)));
    }
    rates.sort_unstable();
    rates.dedup();
    match rates.as_slice() {
        [] if request.board.is_some() => Ok(boards[0].baud()),
        [] => Ok(BAUD),
        [rate] => Ok(*rate),
        _ => Err(board::Error::BaudUnclear { net: meant.to_string(), rates }.into()),
    }
}

fn answers(
    request: &Request,
    net: &Net,
    split: &Split,
    line: Serial,
    patience: Patience,
) -> Result<(), Error> {
    let heartbeat = Heartbeat::start("waiting for the board");
    let mut client = Client::connect(net, line, patience)?;
    drop(heartbeat);
    let (mut right, mut taken) = (0, Duration::ZERO);
    for (index, image) in split.images.iter().enumerate() {
        let begin = Instant::now();
        let answer = client.infer(image)?;
        let seconds = begin.elapsed();
        taken += seconds;
        let label = split.labels.get(index).copied();
        right += usize::from(label.map(usize::from) == Some(answer.class));
        let line = match request.json {
            true => json(index, label, &answer, seconds, net),
            false => words(index, label, &answer, net),
        };
        if output::line(line)? == Reader::Gone {
            return Ok(());
        }
    }
    if !request.json && !split.labels.is_empty() {
        let total = split.images.len();
        let percent = 100.0 * right as f64 / total as f64;
        output::line(format_args!("{right} of {total} right ({percent:.2} %)"))?;
    }
    if !request.json {
        output::line(speed(split.images.len(), taken))?;
    }
    trouble(client.troubles());
    Ok(())
}

/// What is to be run, all of it read and checked before the board is asked.
fn images(request: &Request, net: &Net) -> Result<Split, Error> {
    let name = match (&request.image, &request.data) {
        (Some(file), _) => return image(file, net),
        (None, name) => name.as_deref().unwrap_or_default(),
    };
    let mut part = part(request, net, &Source::from_here(name)?)?;
    let (size, inputs) = (part.images.first().map_or(0, Vec::len), net.spec.inputs());
    if size != inputs {
        let reason = format!("its images have {size} pixels, and the network has {inputs} inputs");
        return Err(wrong("--data", reason));
    }
    let count = request.images.map_or(part.images.len(), |count| count as usize);
    if count > part.images.len() {
        let reason = format!("there are {} images in that part", part.images.len());
        return Err(wrong("--images", reason));
    }
    part.images.truncate(count);
    part.labels.truncate(count);
    Ok(part)
}

fn image(file: &Path, net: &Net) -> Result<Split, Error> {
    Ok(Split { images: vec![read_image(file, net)?], labels: Vec::new() })
}

/// The images of a data set that are asked for, as the network takes them.
fn part(request: &Request, net: &Net, source: &Source) -> Result<Split, Error> {
    let split = request.split.as_deref().unwrap_or("test");
    let set = data::load_for(net, source, split == "all")?;
    set.notes.iter().for_each(|note| output::tell(format_args!("note: {note}")));
    let (part, rows) = match split {
        "train" => ("train", set.train),
        _ => ("test", set.test),
    };
    if rows.images.is_empty() {
        let path = source.source.clone().into();
        return Err(spikestream::Error::from(DataError::NoRows { path, part }).into());
    }
    Ok(rows)
}

/// What a class is called: its number, and its name where the network has one.
fn called(class: usize, net: &Net) -> String {
    match net.inputs.as_ref().and_then(|inputs| inputs.class(class)) {
        Some(name) if name != class.to_string() => format!("{class} {name}"),
        _ => class.to_string(),
    }
}

fn words(index: usize, label: Option<u8>, answer: &Answer, net: &Net) -> String {
    let label =
        label.map_or_else(String::new, |label| format!(" (label {})", called(label.into(), net)));
    let counts: Vec<String> = answer.counts.iter().map(ToString::to_string).collect();
    let (class, counts, cycles) = (called(answer.class, net), counts.join(" "), answer.cycles);
    let of = net.spec.time.steps;
    let steps = answer.steps.map_or_else(String::new, |steps| format!(", {steps} of {of} steps"));
    format!("image {index}: class {class}{label}, spikes {counts}, {cycles} cycles{steps}")
}

/// What was measured from the host, line and system included.
fn speed(images: usize, taken: Duration) -> String {
    let each = taken.as_secs_f64() / images.max(1) as f64;
    format!("end to end: {:.2} ms an image, {:.1} images a second", 1e3 * each, 1.0 / each)
}

fn json(index: usize, label: Option<u8>, answer: &Answer, taken: Duration, net: &Net) -> String {
    let Answer { class, steps, cycles, counts, membranes } = answer;
    let mut line = serde_json::json!({
        "image": index, "class": class, "label": label, "counts": counts,
        "membranes": membranes, "cycles": cycles, "seconds": taken.as_secs_f64(),
    });
    if let Some(steps) = steps {
        line["steps"] = (*steps).into();
    }
    if let Some(name) = net.inputs.as_ref().and_then(|inputs| inputs.class(*class)) {
        line["name"] = name.into();
    }
    line.to_string()
}

/// Says what went wrong on the way, if anything did: the answers are right all the same.
fn trouble(troubles: Troubles) {
    if troubles != Troubles::default() {
        output::tell(format_args!(
            "note: {} requests were sent again, {} bytes passed over, the line came back {} times",
            troubles.retries, troubles.skipped_bytes, troubles.reconnects
        ));
    }
}

#[cfg(test)]
mod tests {
    use spikestream::spec::{Inputs, example};

    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        request: Request,
    }

    #[test]
    fn options_that_mean_nothing_together_are_refused() {
        for line in [
            "--port p",
            "--image i",
            "--port p --image i --data digits",
            "--port p --image i --images 3",
            "--port p --data digits --images 0",
            "--port p --data digits --baud 0",
            "--port p --data digits --timeout 0",
            "--port p --data digits --split none",
            "--port p --data digits --baud 3000000 --board icebreaker",
        ] {
            assert!(Line::try_parse_from(format!("infer {line}").split(' ')).is_err(), "{line}");
        }
        for line in ["--port p --image i", "--port p --data digits --images 3 --timeout 0.5"] {
            assert!(Line::try_parse_from(format!("infer {line}").split(' ')).is_ok(), "{line}");
        }
    }

    fn of_trees() -> Net {
        let mut net = example(&[2, 2]);
        net.inputs = Some(Inputs {
            label: "kind".into(),
            classes: vec!["elm".into(), "fir".into()],
            columns: vec!["a".into(), "b".into()],
            ranges: vec![[0.0, 10.0], [0.0, 1.0]],
        });
        net
    }

    fn given(net: &Net, table: &str, more: &[&str]) -> Result<Split, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, table).unwrap();
        let data = path.display().to_string();
        let words =
            ["infer", "--port", "p", "--data", &data].into_iter().chain(more.iter().copied());
        images(&Line::try_parse_from(words).unwrap().request, net)
    }

    #[test]
    fn rows_are_taken_by_the_columns_and_ranges_of_the_network() {
        let rows = given(&of_trees(), "b;a\n0,5;10\n1;0\n", &[]).unwrap();
        assert_eq!((rows.images, rows.labels.len()), (vec![vec![255, 128], vec![0, 255]], 0));
        let table = "a,b,kind\n1,1,fir\n2,1,elm\n3,1,fir\n";
        let all = given(&of_trees(), table, &["--split", "all", "--images", "2"]).unwrap();
        assert_eq!((all.images.len(), all.labels), (2, vec![1, 0]));
        let code = |table, more: &[&str]| given(&of_trees(), table, more).unwrap_err().code();
        assert_eq!(code("a,c\n1,2\n", &[]), "spikestream::data::lacking-columns");
        assert_eq!(code("a,b,kind\n1,1,fir\n", &[]), "spikestream::data::no-rows");
        assert_eq!(code(table, &["--split", "all", "--images", "9"]), "sim::verify::option");
    }

    #[test]
    fn classes_have_their_names() {
        let (counts, membranes) = (vec![0, 3], vec![0, 0]);
        let answer = Answer { class: 1, steps: None, cycles: 7, counts, membranes };
        let net = of_trees();
        let line = words(4, Some(0), &answer, &net);
        assert_eq!(line, "image 4: class 1 fir (label 0 elm), spikes 0 3, 7 cycles");
        assert!(json(4, Some(0), &answer, Duration::ZERO, &net).contains("\"name\":\"fir\""));
        let plain = example(&[2, 2]);
        let line = words(4, Some(0), &answer, &plain);
        assert_eq!(line, "image 4: class 1 (label 0), spikes 0 3, 7 cycles");
        let json = |answer: &Answer| json(4, Some(0), answer, Duration::ZERO, &plain);
        assert!(!json(&answer).contains("name") && !json(&answer).contains("steps"));
        let early = Answer { steps: Some(9), ..answer };
        let line = words(4, Some(0), &early, &plain);
        assert_eq!(line, "image 4: class 1 (label 0), spikes 0 3, 7 cycles, 9 of 16 steps");
        assert!(json(&early).contains("\"steps\":9"));
    }
}
