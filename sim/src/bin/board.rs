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

const USAGE: &str = "spikestream-board --net DIR --board-dir DIR [--link PATH]";

struct Arguments {
    net: PathBuf,
    board_dir: PathBuf,
    link: Option<PathBuf>,
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
    while let Some(name) = arguments.next() {
        let value = arguments.next().map(PathBuf::from);
        let value = value.ok_or_else(|| wrong(&name, "it needs a value"))?;
        match name.as_str() {
            "--net" => net = Some(value),
            "--board-dir" => board_dir = Some(value),
            "--link" => link = Some(value),
            _ => return Err(wrong(&name, "there is no such option")),
        }
    }
    let missing = |name: &str| wrong(name, "it is missing");
    Ok(Arguments {
        net: net.ok_or_else(|| missing("--net"))?,
        board_dir: board_dir.ok_or_else(|| missing("--board-dir"))?,
        link,
    })
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
