//! `spikestream-mutants`: mutants of an emitted design, each played against the sound one. Exit code 1
//! if one survives that is neither proved to change nothing nor accepted.

#![allow(clippy::print_stdout)] // its table is its output

use std::process::ExitCode;

use spikestream::output;
use spikestream_flows::mutate::Choice;
use spikestream_sim::SimError;
use spikestream_sim::mutants::{self, Kept, Request, USAGE, Which};
use spikestream_sim::options::{Given, Options};

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)).and_then(|request| run(&request)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

/// Plays them and prints the table; whether no mutant survives that may not.
fn run(request: &Request) -> Result<bool, SimError> {
    let report = mutants::run(request)?;
    output::text(report.table())?;
    Ok(report.open().next().is_none())
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Request, SimError> {
    let (mut net, mut board_dir, mut which) = (None, None, Which::All);
    let mut kept = Kept::default();
    let mut choice = Choice { logic: 400, contents: 100, seed: 1 };
    let mut options = Options::new(arguments, USAGE);
    for given in options.by_ref() {
        let number = || given.number(1..4096, "a number from 1 to 4095");
        let path = || given.path().map(Some);
        match given.name.as_str() {
            "--net" => net = path()?,
            "--board-dir" => board_dir = path()?,
            "--count" => choice.logic = number()?,
            "--contents" => choice.contents = number()?,
            "--seed" => choice.seed = number()? as u32,
            "--sample" => which = Which::Sample(number()?),
            "--only" => which = Which::Only(only(&given)?),
            "--record" => kept.record = path()?,
            "--accepted" => kept.accepted = path()?,
            "--proofs" => kept.proofs = path()?,
            _ => return Err(given.unknown()),
        }
    }
    Ok(Request {
        net: net.ok_or_else(options.missing("--net"))?,
        board_dir: board_dir.ok_or_else(options.missing("--board-dir"))?,
        choice,
        which,
        kept,
    })
}

/// Numbers with commas between them.
fn only(given: &Given) -> Result<Vec<usize>, SimError> {
    let numbers = given.value()?.split(',').map(str::parse);
    let numbers = numbers.collect::<Result<Vec<usize>, _>>().ok();
    numbers.ok_or_else(|| given.wrong("it takes numbers of mutants with commas between them"))
}
