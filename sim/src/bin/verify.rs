//! `spikestream-verify`: a network on a level, against the golden model. Exit code 1 on any
//! mismatch.

use std::path::PathBuf;
use std::process::ExitCode;

use spikestream::{output, parent};
use spikestream_sim::SimError;
use spikestream_sim::verify::{self, Device, Level, Request, USAGE};

fn main() -> ExitCode {
    parent::end_with_it();
    match parse(std::env::args().skip(1)).and_then(|request| run(&request)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

/// Compares, prints what came out, and says whether all agree.
fn run(request: &Request) -> Result<bool, SimError> {
    let report = verify::run(request)?;
    report.notes.iter().for_each(|note| output::tell(format_args!("note: {note}")));
    output::text(report.table())?;
    if let Some(waves) = &request.trace {
        output::line(format_args!("waves: {}", waves.display()))?;
    }
    Ok(report.agrees())
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Request, SimError> {
    let (mut net, mut level, mut board_dir, mut out) = (None, None, None, None);
    let (mut images, mut pins, mut trace) = (None, None, None);
    let (mut port, mut baud) = (None, 1_000_000);
    let (mut device, mut clock, mut made_from) = (None, None, None);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| wrong(&name, "it needs a value"));
        match name.as_str() {
            "--net" => net = Some(PathBuf::from(value()?)),
            "--level" => level = Some(Level::parse(&value()?)?),
            "--board-dir" => board_dir = Some(PathBuf::from(value()?)),
            "--out" => out = Some(PathBuf::from(value()?)),
            "--images" => images = Some(count(&name, &value()?)?),
            "--pins" => pins = Some(count(&name, &value()?)?),
            "--port" => port = Some(PathBuf::from(value()?)),
            "--baud" => baud = speed(&name, &value()?)?,
            "--device" => device = Some(PathBuf::from(value()?)),
            "--clock" => clock = Some(value()?),
            "--made-from" => made_from = Some(value()?),
            "--trace" => trace = Some(PathBuf::from(value()?)),
            _ => return Err(wrong(&name, "there is no such option")),
        }
    }
    let missing = |name: &str| wrong(name, "it is missing");
    let device = match device {
        None => None,
        Some(verilog) => Some(Device {
            verilog,
            clock: clock.ok_or_else(|| missing("--clock"))?,
            made_from: made_from.ok_or_else(|| missing("--made-from"))?,
        }),
    };
    Ok(Request {
        net: net.ok_or_else(|| missing("--net"))?,
        level: level.ok_or_else(|| missing("--level"))?,
        board_dir: board_dir.ok_or_else(|| missing("--board-dir"))?,
        images,
        pins,
        trace,
        device,
        port: port.map(|port| (port, baud)),
        out: out.ok_or_else(|| missing("--out"))?,
    })
}

fn count(name: &str, text: &str) -> Result<usize, SimError> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(wrong(name, "it takes a number of images, at least 1")),
    }
}

fn speed(name: &str, text: &str) -> Result<u32, SimError> {
    let speed = text.parse().ok().filter(|&speed| speed > 0);
    speed.ok_or_else(|| wrong(name, "it takes bits a second"))
}

fn wrong(option: &str, reason: &str) -> SimError {
    SimError::Option { option: option.to_owned(), reason: reason.to_owned(), usage: USAGE }
}
