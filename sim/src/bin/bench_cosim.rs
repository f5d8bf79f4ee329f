//! `spikestream-bench-cosim`: bulk co-simulation against a bare C++ loop over the same model. Exit
//! code 1 when it is slower than [`LIMIT`] of it.

use std::path::PathBuf;
use std::process::ExitCode;

use spikestream::{output, parent};
use spikestream_sim::SimError;
use spikestream_sim::bench::{self, Report};

/// The share of the bare loop's speed that co-simulation must reach.
const LIMIT: f64 = 0.8;

const USAGE: &str = "spikestream-bench-cosim --net DIR --board-dir DIR --out DIR [--rounds N]";

fn main() -> ExitCode {
    parent::end_with_it();
    match run(std::env::args().skip(1)).and_then(|report| fast_enough(&report)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

/// Prints what was measured, and says whether it is fast enough.
fn fast_enough(report: &Report) -> Result<bool, SimError> {
    output::text(report.table())?;
    let enough = report.ratio >= LIMIT;
    if !enough {
        output::line(format_args!("co-simulation is below {LIMIT} of the bare loop"))?;
    }
    Ok(enough)
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<Report, SimError> {
    let (mut net, mut board_dir, mut out, mut rounds) = (None, None, None, 21);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| wrong(&name, "it needs a value"))?;
        match name.as_str() {
            "--net" => net = Some(PathBuf::from(value)),
            "--board-dir" => board_dir = Some(PathBuf::from(value)),
            "--out" => out = Some(PathBuf::from(value)),
            "--rounds" => {
                let count = value.parse().ok().filter(|&count: &usize| count > 0);
                rounds = count.ok_or_else(|| wrong(&name, "it takes a number, at least 1"))?;
            }
            _ => return Err(wrong(&name, "there is no such option")),
        }
    }
    let missing = |name: &str| wrong(name, "it is missing");
    let net = net.ok_or_else(|| missing("--net"))?;
    let board_dir = board_dir.ok_or_else(|| missing("--board-dir"))?;
    bench::run(&net, &board_dir, &out.ok_or_else(|| missing("--out"))?, rounds)
}

fn wrong(option: &str, reason: &str) -> SimError {
    SimError::Option { option: option.to_owned(), reason: reason.to_owned(), usage: USAGE }
}
