//! `spikestream-mutants`: mutants of an emitted design, each played against the sound one. Exit code 1
//! if one survives that is neither proved to change nothing nor accepted.

use std::process::ExitCode;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use spikestream::sc::schedule::{SCHEDULES, Schedule};
use spikestream::{command, output, parent};
use spikestream_flows::FlowError;
use spikestream_flows::estimate::Engine;
use spikestream_flows::mutate::Choice;
use spikestream_flows::place::Place;
use spikestream_sim::emit;
use spikestream_sim::mutants::{self, Kept, Request, Which};

/// The mutants whose record is kept: of this network on this board by this schedule, so many, with this seed.
const NET: &str = "digits";
const BOARD: &str = "icebreaker";
const SCHEDULE: Schedule = Schedule::Planes;
const CHOICE: Choice = Choice { logic: 400, contents: 100, seed: 1 };

/// Changes the emitted Verilog on purpose, and sees whether the tests notice.
#[derive(Debug, Parser)]
#[command(name = "spikestream-mutants", version)]
struct Line {
    /// Of the Verilog: what else there is are those of the Rust sources
    #[arg(long, hide = true)]
    hardware: bool,
    /// The network whose Verilog is changed
    #[arg(long, default_value = NET)]
    net: String,
    /// The board that it is for
    #[arg(long, default_value = BOARD)]
    board: String,
    /// The schedule of its engine
    #[arg(long, default_value = SCHEDULE.name(), value_parser = SCHEDULES.map(Schedule::name))]
    schedule: String,
    /// How many mutants of the logic there are
    #[arg(long, value_name = "N", default_value_t = CHOICE.logic, value_parser = number())]
    count: usize,
    /// How many bits of memories are looked at for mutants
    #[arg(long, value_name = "N", default_value_t = CHOICE.contents, value_parser = number())]
    contents: usize,
    /// Where the choice of the mutants begins
    #[arg(long, value_name = "N", default_value_t = CHOICE.seed,
          value_parser = clap::value_parser!(u32).range(1..4096))]
    seed: u32,
    /// Only so many of them, chosen by the seed: the record must be of the present Verilog
    #[arg(long, value_name = "N", value_parser = number())]
    sample: Option<usize>,
    /// Only those with these numbers, with commas between them
    #[arg(long, value_name = "N,N", value_delimiter = ',', conflicts_with = "sample")]
    only: Vec<usize>,
}

fn number() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..2048)
}

fn main() -> ExitCode {
    parent::end_with_it();
    let line: Line = match command::given(std::env::args_os()) {
        Ok(line) => line,
        Err(code) => return code,
    };
    match run(&line) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

/// Plays them and prints the table; whether no mutant survives that may not.
fn run(line: &Line) -> Result<bool, FlowError> {
    let place = Place::find(None)?;
    let (board, net) = (place.board(&line.board)?, place.net(&line.net)?);
    let board_dir = place.products(&net, &board).join("mutants"); // what was built there stays
    let engine = Engine::fitting(&net.path, &board, Schedule::named(&line.schedule));
    emit::emit(&net.path, &board, &engine, None, &board_dir)?;
    let choice = Choice { logic: line.count, contents: line.contents, seed: line.seed };
    let which = match line.sample {
        Some(count) => Which::Sample(count),
        None if line.only.is_empty() => Which::All,
        None => Which::Only(line.only.clone()),
    };
    let recorded = (line.net.as_str(), line.board.as_str(), line.schedule.as_str(), choice)
        == (NET, BOARD, SCHEDULE.name(), CHOICE);
    let kept = if recorded { kept(&place) } else { Kept::default() };
    let report = mutants::run(&Request { net: net.path, board_dir, choice, which, kept })?;
    output::text(report.table())?;
    Ok(report.open().next().is_none())
}

fn kept(place: &Place) -> Kept {
    let file = |name: &str| Some(place.shipped().join("xtask/mutants").join(name));
    Kept {
        record: file("hardware.toml"),
        accepted: file("hardware-accepted.toml"),
        proofs: file("proofs.toml"),
    }
}
