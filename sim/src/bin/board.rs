//! `spikestream-board`: a board in simulation, on a pseudo-terminal, until it is stopped.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use spikestream::spec::Net;
use spikestream::{output, parent};
use spikestream_sim::SimError;
use spikestream_sim::board::{Board, Link};
use spikestream_sim::build::Builder;
use spikestream_sim::verify::{Built, top_source};

const USAGE: &str =
    "spikestream-board --net DIR --board-dir DIR [--link PATH] [--disturb RATE [--seed N]]";

struct Arguments {
    net: PathBuf,
    board_dir: PathBuf,
    link: Option<PathBuf>,
    /// The share of bytes that its line disturbs, and from which seed.
    disturb: Option<f64>,
    seed: u64,
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, SimError> {
    let (mut net, mut board_dir, mut link) = (None, None, None);
    let (mut disturb, mut seed) = (None, None);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| wrong(&name, "it needs a value"))?;
        match name.as_str() {
            "--net" => net = Some(value.into()),
            "--board-dir" => board_dir = Some(value.into()),
            "--link" => link = Some(value.into()),
            "--disturb" => disturb = Some(number(&name, &value)?),
            "--seed" => seed = Some(number(&name, &value)?),
            _ => return Err(wrong(&name, "there is no such option")),
        }
    }
    if disturb.is_none() && seed.is_some() {
        return Err(wrong("--seed", "it goes with --disturb"));
    }
    let missing = |name: &str| wrong(name, "it is missing");
    Ok(Arguments {
        net: net.ok_or_else(|| missing("--net"))?,
        board_dir: board_dir.ok_or_else(|| missing("--board-dir"))?,
        link,
        disturb,
        seed: seed.unwrap_or(1),
    })
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, SimError> {
    text.parse().map_err(|_| wrong(name, "it takes a number"))
}

fn wrong(option: &str, reason: &str) -> SimError {
    SimError::Option { option: option.into(), reason: reason.into(), usage: USAGE }
}

fn run(arguments: &Arguments) -> Result<(), SimError> {
    let net = Net::load(&arguments.net)?;
    let built = Built::read(&arguments.board_dir, &net)?;
    let builder = Builder::locate(&arguments.board_dir.join("models"))?;
    let source = top_source(&built.verilog, &built.design.top);
    let dut = builder.model(&source, false)?;
    let mut board = Board::power_on(&built, Box::new(dut))?;
    if let Some(rate) = arguments.disturb {
        board.disturb(rate, arguments.seed)?;
    }

    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed))
        .map_err(|e| SimError::Terminal { reason: e.to_string() })?;
    let orphaned = Arc::clone(&stop);
    parent::follow(move || orphaned.store(true, Ordering::Relaxed));
    let link = arguments.link.as_deref();
    let _link = link.map(|link| Link::make(link, board.path())).transpose()?;
    output::line(link.unwrap_or(board.path()).display())?;
    if std::io::stderr().is_terminal() {
        let design = &built.design;
        let mhz = f64::from(design.board_clock_hz) / 1e6;
        output::tell(format_args!(
            "{} at {mhz} MHz, {} baud, simulated from its Verilog; Ctrl-C switches it off",
            design.net, design.baud
        ));
    }
    board.run(&stop)
}
