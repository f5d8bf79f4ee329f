//! `spikestream-mutants`: mutants of an emitted design, each played against the sound one. Exit code 1
//! if one survives that is neither proved to change nothing nor accepted.

#![allow(clippy::print_stdout)] // its table is its output

use std::path::PathBuf;
use std::process::ExitCode;

use spikestream::output;
use spikestream_flows::mutate::Choice;
use spikestream_sim::SimError;
use spikestream_sim::mutants::{self, Request, USAGE};

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

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Request, SimError> {
    let (mut net, mut board_dir, mut sample) = (None, None, None);
    let (mut record, mut accepted) = (None, None);
    let mut choice = Choice { logic: 400, contents: 100, seed: 1 };
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| wrong(&name, "it needs a value"));
        match name.as_str() {
            "--net" => net = Some(PathBuf::from(value()?)),
            "--board-dir" => board_dir = Some(PathBuf::from(value()?)),
            "--count" => choice.logic = number(&name, &value()?)?,
            "--contents" => choice.contents = number(&name, &value()?)?,
            "--seed" => choice.seed = number(&name, &value()?)? as u32,
            "--sample" => sample = Some(number(&name, &value()?)?),
            "--record" => record = Some(PathBuf::from(value()?)),
            "--accepted" => accepted = Some(PathBuf::from(value()?)),
            _ => return Err(wrong(&name, "there is no such option")),
        }
    }
    let missing = |name: &str| wrong(name, "it is missing");
    Ok(Request {
        net: net.ok_or_else(|| missing("--net"))?,
        board_dir: board_dir.ok_or_else(|| missing("--board-dir"))?,
        choice,
        sample,
        record,
        accepted,
    })
}

fn number(name: &str, text: &str) -> Result<usize, SimError> {
    let number = text.parse().ok().filter(|number| (1..4096).contains(number));
    number.ok_or_else(|| wrong(name, "it takes a number from 1 to 4095"))
}

fn wrong(option: &str, reason: &str) -> SimError {
    SimError::Option { option: option.to_owned(), reason: reason.to_owned(), usage: USAGE }
}
