//! `spikestream-infer`: images through a board, real or simulated.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use spikestream::data::{self, Split};
use spikestream::spec::Net;
use spikestream_flows::progress::Heartbeat;
use spikestream_hw::frame::Answer;
use spikestream_sim::SimError;
use spikestream_sim::client::{Client, Patience, Serial, Troubles, read_image};

const USAGE: &str = "spikestream-infer --net DIR --port PATH (--image FILE | --data DATA [--images N]) \
                     [--baud N] [--timeout SECONDS] [--json]";

#[derive(Default)]
struct Arguments {
    net: Option<PathBuf>,
    port: Option<PathBuf>,
    image: Option<PathBuf>,
    data: Option<String>,
    images: Option<usize>,
    baud: Option<u32>,
    timeout: Option<f64>,
    json: bool,
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.render());
            ExitCode::FAILURE
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, SimError> {
    let mut parsed = Arguments::default();
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| wrong(&name, "it needs a value"));
        match name.as_str() {
            "--net" => parsed.net = Some(value()?.into()),
            "--port" => parsed.port = Some(value()?.into()),
            "--image" => parsed.image = Some(value()?.into()),
            "--data" => parsed.data = Some(value()?),
            "--images" => parsed.images = Some(count(&name, &value()?)? as usize),
            "--baud" => parsed.baud = Some(count(&name, &value()?)?),
            "--timeout" => parsed.timeout = Some(number(&name, &value()?)?),
            "--json" => parsed.json = true,
            _ => return Err(wrong(&name, "there is no such option")),
        }
    }
    Ok(parsed)
}

fn count(name: &str, text: &str) -> Result<u32, SimError> {
    match number(name, text)? {
        0 => Err(wrong(name, "it takes a number, at least 1")),
        count => Ok(count),
    }
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, SimError> {
    text.parse().map_err(|_| wrong(name, "it takes a number"))
}

fn wrong(option: &str, reason: &str) -> SimError {
    SimError::Option { option: option.into(), reason: reason.into(), usage: USAGE }
}

fn run(arguments: &Arguments) -> Result<(), SimError> {
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
            true => json(index, label, &answer, seconds),
            false => words(index, label, &answer),
        };
        if !say(&line) {
            return Ok(());
        }
    }
    if !arguments.json && !split.labels.is_empty() {
        let total = split.images.len();
        say(&format!("{right} of {total} right ({:.2} %)", 100.0 * right as f64 / total as f64));
    }
    if !arguments.json {
        say(&speed(split.images.len(), taken));
    }
    trouble(client.troubles());
    Ok(())
}

/// What is to be run, all of it read and checked before the board is asked.
fn images(arguments: &Arguments, net: &Net) -> Result<Split, SimError> {
    match (&arguments.image, &arguments.data) {
        (Some(_), None) if arguments.images.is_some() => {
            Err(wrong("--images", "it goes with --data"))
        }
        (Some(file), None) => {
            let image = read_image(file, net.spec.inputs())?;
            Ok(Split { images: vec![image], labels: Vec::new() })
        }
        (None, Some(name)) => {
            let mut test = data::load(&name.parse()?)?.test;
            let size = test.images.first().map_or(0, Vec::len);
            if size != net.spec.inputs() {
                return Err(wrong(
                    "--data",
                    &format!(
                        "its images have {size} pixels, and the network has {} inputs",
                        net.spec.inputs()
                    ),
                ));
            }
            let count = arguments.images.unwrap_or(test.images.len());
            if count > test.images.len() {
                let reason = format!("there are {} test images", test.images.len());
                return Err(wrong("--images", &reason));
            }
            test.images.truncate(count);
            test.labels.truncate(count);
            Ok(test)
        }
        _ => Err(wrong("--image", "give either --image FILE or --data DATA")),
    }
}

/// Prints a line; false when nobody reads any more, which is no error.
fn say(line: &str) -> bool {
    writeln!(std::io::stdout(), "{line}").is_ok()
}

fn words(index: usize, label: Option<u8>, answer: &Answer) -> String {
    let label = label.map_or_else(String::new, |label| format!(" (label {label})"));
    let counts: Vec<String> = answer.counts.iter().map(ToString::to_string).collect();
    let (class, counts, cycles) = (answer.class, counts.join(" "), answer.cycles);
    format!("image {index}: class {class}{label}, spikes {counts}, {cycles} cycles")
}

/// What was measured from the host, line and system included.
fn speed(images: usize, taken: Duration) -> String {
    let each = taken.as_secs_f64() / images.max(1) as f64;
    format!("end to end: {:.2} ms an image, {:.1} images a second", 1e3 * each, 1.0 / each)
}

fn json(index: usize, label: Option<u8>, answer: &Answer, taken: Duration) -> String {
    let Answer { class, cycles, counts, membranes } = answer;
    let line = serde_json::json!({
        "image": index, "class": class, "label": label, "counts": counts,
        "membranes": membranes, "cycles": cycles, "seconds": taken.as_secs_f64(),
    });
    line.to_string()
}

/// Says what went wrong on the way, if anything did: the answers are right all the same.
fn trouble(troubles: Troubles) {
    if troubles != Troubles::default() {
        eprintln!(
            "note: {} requests were sent again, {} bytes passed over, the line came back {} times",
            troubles.retries, troubles.skipped_bytes, troubles.reconnects
        );
    }
}
