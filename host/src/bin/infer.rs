//! `spikestream-infer`: images through a board, real or simulated.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use spikestream::data::{self, DataError, Source, Split};
use spikestream::output::{self, Reader};
use spikestream::parent;
use spikestream::progress::Heartbeat;
use spikestream::protocol::frame::Answer;
use spikestream::spec::Net;
use spikestream_host::{Client, Error, Patience, Serial, Troubles, read_image};

const USAGE: &str = "spikestream-infer --net DIR --port PATH (--image FILE | --data DATA [--images N]) \
                     [--split train|test|all] [--baud N] [--timeout SECONDS] [--json]";

#[derive(Default)]
struct Arguments {
    net: Option<PathBuf>,
    port: Option<PathBuf>,
    image: Option<PathBuf>,
    data: Option<String>,
    images: Option<usize>,
    split: Option<String>,
    baud: Option<u32>,
    timeout: Option<f64>,
    json: bool,
}

fn main() -> ExitCode {
    parent::end_with_it();
    match parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, Error> {
    let mut parsed = Arguments::default();
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| wrong(&name, "it needs a value"));
        match name.as_str() {
            "--net" => parsed.net = Some(value()?.into()),
            "--port" => parsed.port = Some(value()?.into()),
            "--image" => parsed.image = Some(value()?.into()),
            "--data" => parsed.data = Some(value()?),
            "--images" => parsed.images = Some(count(&name, &value()?)? as usize),
            "--split" => parsed.split = Some(value()?),
            "--baud" => parsed.baud = Some(count(&name, &value()?)?),
            "--timeout" => parsed.timeout = Some(number(&name, &value()?)?),
            "--json" => parsed.json = true,
            _ => return Err(wrong(&name, "there is no such option")),
        }
    }
    Ok(parsed)
}

fn count(name: &str, text: &str) -> Result<u32, Error> {
    match number(name, text)? {
        0 => Err(wrong(name, "it takes a number, at least 1")),
        count => Ok(count),
    }
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| wrong(name, "it takes a number"))
}

fn wrong(option: &str, reason: &str) -> Error {
    Error::Option { option: option.into(), reason: reason.into(), usage: USAGE }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let missing = |name: &str| wrong(name, "it is missing");
    let net = Net::load(arguments.net.as_ref().ok_or_else(|| missing("--net"))?)?;
    let port = arguments.port.as_ref().ok_or_else(|| missing("--port"))?;
    let split = images(arguments, &net)?;
    let mut patience = Patience::default();
    if let Some(seconds) = arguments.timeout {
        let usable = (0.001..=3600.0).contains(&seconds);
        let seconds = usable.then_some(seconds);
        let seconds = seconds.ok_or_else(|| wrong("--timeout", "between 0.001 and 3600 s"))?;
        patience.timeout = Duration::from_secs_f64(seconds);
    }
    let line = Serial::open(port, arguments.baud.unwrap_or(1_000_000))?;
    let heartbeat = Heartbeat::start("waiting for the board");
    let mut client = Client::connect(&net, line, patience)?;
    drop(heartbeat);
    let (mut right, mut taken) = (0, Duration::ZERO);
    for (index, image) in split.images.iter().enumerate() {
        let begin = Instant::now();
        let answer = client.infer(image)?;
        let seconds = begin.elapsed();
        taken += seconds;
        let label = split.labels.get(index).copied();
        right += usize::from(label.map(usize::from) == Some(answer.class));
        let line = match arguments.json {
            true => json(index, label, &answer, seconds, &net),
            false => words(index, label, &answer, &net),
        };
        if output::line(line)? == Reader::Gone {
            return Ok(());
        }
    }
    if !arguments.json && !split.labels.is_empty() {
        let total = split.images.len();
        let percent = 100.0 * right as f64 / total as f64;
        output::line(format_args!("{right} of {total} right ({percent:.2} %)"))?;
    }
    if !arguments.json {
        output::line(speed(split.images.len(), taken))?;
    }
    trouble(client.troubles());
    Ok(())
}

/// What is to be run, all of it read and checked before the board is asked.
fn images(arguments: &Arguments, net: &Net) -> Result<Split, Error> {
    match (&arguments.image, &arguments.data) {
        (Some(_), None) if arguments.images.is_some() => {
            Err(wrong("--images", "it goes with --data"))
        }
        (Some(_), None) if arguments.split.is_some() => {
            Err(wrong("--split", "it goes with --data"))
        }
        (Some(file), None) => {
            let image = read_image(file, net)?;
            Ok(Split { images: vec![image], labels: Vec::new() })
        }
        (None, Some(name)) => {
            let mut part = part(arguments, net, &name.parse()?)?;
            let size = part.images.first().map_or(0, Vec::len);
            if size != net.spec.inputs() {
                return Err(wrong(
                    "--data",
                    &format!(
                        "its images have {size} pixels, and the network has {} inputs",
                        net.spec.inputs()
                    ),
                ));
            }
            let count = arguments.images.unwrap_or(part.images.len());
            if count > part.images.len() {
                let reason = format!("there are {} images in that part", part.images.len());
                return Err(wrong("--images", &reason));
            }
            part.images.truncate(count);
            part.labels.truncate(count);
            Ok(part)
        }
        _ => Err(wrong("--image", "give either --image FILE or --data DATA")),
    }
}

/// The images of a data set that are asked for, as the network takes them.
fn part(arguments: &Arguments, net: &Net, source: &Source) -> Result<Split, Error> {
    let split = arguments.split.as_deref().unwrap_or("test");
    if !["train", "test", "all"].contains(&split) {
        return Err(wrong("--split", "it takes train, test or all"));
    }
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
    format!("image {index}: class {class}{label}, spikes {counts}, {cycles} cycles")
}

/// What was measured from the host, line and system included.
fn speed(images: usize, taken: Duration) -> String {
    let each = taken.as_secs_f64() / images.max(1) as f64;
    format!("end to end: {:.2} ms an image, {:.1} images a second", 1e3 * each, 1.0 / each)
}

fn json(index: usize, label: Option<u8>, answer: &Answer, taken: Duration, net: &Net) -> String {
    let Answer { class, cycles, counts, membranes } = answer;
    let mut line = serde_json::json!({
        "image": index, "class": class, "label": label, "counts": counts,
        "membranes": membranes, "cycles": cycles, "seconds": taken.as_secs_f64(),
    });
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
        let line = ["--data".to_owned(), path.display().to_string()].into_iter();
        let arguments = parse(line.chain(more.iter().map(|word| (*word).to_owned())))?;
        images(&arguments, net)
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
        assert_eq!(code(table, &["--split", "none"]), "sim::verify::option");
        assert_eq!(code(table, &["--split", "all", "--images", "9"]), "sim::verify::option");
    }

    #[test]
    fn classes_have_their_names() {
        let answer = Answer { class: 1, cycles: 7, counts: vec![0, 3], membranes: vec![0, 0] };
        let net = of_trees();
        let line = words(4, Some(0), &answer, &net);
        assert_eq!(line, "image 4: class 1 fir (label 0 elm), spikes 0 3, 7 cycles");
        assert!(json(4, Some(0), &answer, Duration::ZERO, &net).contains("\"name\":\"fir\""));
        let plain = example(&[2, 2]);
        let line = words(4, Some(0), &answer, &plain);
        assert_eq!(line, "image 4: class 1 (label 0), spikes 0 3, 7 cycles");
        assert!(!json(4, Some(0), &answer, Duration::ZERO, &plain).contains("name"));
    }
}
