//! `spikestream-verify`: a network on a level, against the golden model. Exit code 1 on any
//! mismatch.

use std::process::ExitCode;

use spikestream::{output, parent};
use spikestream_sim::SimError;
use spikestream_sim::options::Options;
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

fn parse(arguments: impl Iterator<Item = String>) -> Result<Request, SimError> {
    let (mut net, mut level, mut board_dir, mut out) = (None, None, None, None);
    let (mut images, mut pins, mut trace) = (None, None, None);
    let (mut port, mut baud) = (None, 1_000_000);
    let (mut device, mut clock, mut made_from) = (None, None, None);
    let mut options = Options::new(arguments, USAGE);
    for given in options.by_ref() {
        let count = || given.number(1.., "a number of images, at least 1");
        let path = || given.path().map(Some);
        match given.name.as_str() {
            "--net" => net = path()?,
            "--level" => level = Some(Level::parse(given.value()?)?),
            "--board-dir" => board_dir = path()?,
            "--out" => out = path()?,
            "--images" => images = Some(count()?),
            "--pins" => pins = Some(count()?),
            "--port" => port = path()?,
            "--baud" => baud = given.number(1.., "bits a second")?,
            "--device" => device = path()?,
            "--clock" => clock = Some(given.value()?.to_owned()),
            "--made-from" => made_from = Some(given.value()?.to_owned()),
            "--trace" => trace = path()?,
            _ => return Err(given.unknown()),
        }
    }
    let device = match device {
        None => None,
        Some(verilog) => Some(Device {
            verilog,
            clock: clock.ok_or_else(options.missing("--clock"))?,
            made_from: made_from.ok_or_else(options.missing("--made-from"))?,
        }),
    };
    Ok(Request {
        net: net.ok_or_else(options.missing("--net"))?,
        level: level.ok_or_else(options.missing("--level"))?,
        board_dir: board_dir.ok_or_else(options.missing("--board-dir"))?,
        images,
        pins,
        trace,
        device,
        port: port.map(|port| (port, baud)),
        out: out.ok_or_else(options.missing("--out"))?,
    })
}
