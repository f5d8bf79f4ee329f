//! `spikestream-board`: a board in simulation, on a pseudo-terminal, until it is stopped.

#![allow(clippy::print_stdout)] // the terminal's path is its output

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spikestream::spec::Net;
use spikestream_sim::SimError;
use spikestream_sim::board::{Board, Link};
use spikestream_sim::build::Builder;
use spikestream_sim::system;
use spikestream_sim::verify::{Built, top_source};

const USAGE: &str = "spikestream-board --net DIR --board-dir DIR [--link PATH] [--with-parent]";

struct Arguments {
    net: PathBuf,
    board_dir: PathBuf,
    link: Option<PathBuf>,
    /// Switch off when the program that started this one ends.
    with_parent: bool,
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
    let (mut net, mut board_dir, mut link, mut with_parent) = (None, None, None, false);
    while let Some(name) = arguments.next() {
        if name == "--with-parent" {
            with_parent = true;
            continue;
        }
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
        with_parent,
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
    if arguments.with_parent {
        let orphaned = Arc::clone(&stop);
        std::thread::spawn(move || wait_for_parent(&orphaned));
    }
    let link = arguments.link.as_deref();
    let _link = link.map(|link| Link::make(link, board.path())).transpose()?;
    println!("{}", link.unwrap_or(board.path()).display());
    let _ = std::io::stdout().flush();
    if std::io::stderr().is_terminal() {
        let design = &built.design;
        let mhz = f64::from(design.board_clock_hz) / 1e6;
        eprintln!(
            "{} at {mhz} MHz, {} baud, simulated from its Verilog; Ctrl-C switches it off",
            design.net, design.baud
        );
    }
    board.run(&stop)
}

/// Asks for the end once the program that started this one has gone.
fn wait_for_parent(stop: &AtomicBool) {
    system::wait_for_parent(Duration::from_millis(200));
    stop.store(true, Ordering::Relaxed);
}
