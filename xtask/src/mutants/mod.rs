//! `mutants`: small changes of the sources or of the emitted Verilog, made on purpose; what notices none is a
//! hole in the tests.

mod sample;
mod sources;

use spikestream_flows::FlowError;
use spikestream_flows::mutants::{Accepted, Record};

use crate::emit::{self, Engine};
use crate::stages::MUTANTS;
use crate::workspace::Workspace;

/// The record of the sources' mutants, and the list of those that change nothing.
const RECORD: &str = "xtask/mutants/record.toml";
const ACCEPTED: &str = "xtask/mutants/accepted.toml";

/// Arguments of `mutants`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Of the emitted Verilog; without it, of the Rust sources that have changed since theirs were tried
    #[arg(long)]
    hardware: bool,
    /// Only this source, by its path from the root, also if it has not changed; may be given again
    #[arg(long, value_name = "PATH", conflicts_with = "hardware")]
    file: Vec<String>,
    /// The network whose Verilog is changed
    #[arg(long, default_value = "digits", requires = "hardware")]
    net: String,
    /// The board that it is for
    #[arg(long, default_value = "icebreaker", requires = "hardware")]
    board: String,
    /// How many mutants of the logic there are
    #[arg(long, value_name = "N", default_value_t = 400, requires = "hardware",
          value_parser = clap::value_parser!(u32).range(1..2048))]
    count: u32,
    /// How many bits of memories are looked at for mutants
    #[arg(long, value_name = "N", default_value_t = 100, requires = "hardware",
          value_parser = clap::value_parser!(u32).range(1..2048))]
    contents: u32,
    /// Where the choice of the mutants begins
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..4096))]
    seed: u32,
    /// Only so many of them, chosen by the seed: of the sources, of those that are recorded as caught
    #[arg(long, value_name = "N", conflicts_with = "file",
          value_parser = clap::value_parser!(u32).range(1..2048))]
    sample: Option<u32>,
}

/// Tries mutants of one kind.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    match (args.hardware, args.sample) {
        (true, _) => hardware(args, workspace),
        (false, None) => sources::run(&args.file, workspace),
        (false, Some(count)) => {
            let record = record(workspace)?;
            record.ensure_true(&workspace.root)?;
            sample::run(&record, count as usize, args.seed, workspace)
        }
    }
}

/// Emits the Verilog if need be, and plays its mutants.
fn hardware(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let board = workspace.board(&args.board)?;
    let net = workspace.net(&args.net)?;
    let folder = workspace.products(&net, &board);
    let engine = Engine::to_simulate(&net, &board, &folder);
    emit::run(workspace, &net, &board, &engine, &folder)?;
    let mut stage = vec!["--net".to_owned(), net.path.display().to_string()];
    stage.extend(["--board-dir".to_owned(), folder.display().to_string()]);
    let numbers = [("--count", args.count), ("--contents", args.contents), ("--seed", args.seed)];
    let sample = args.sample.map(|count| ("--sample", count));
    for (option, number) in numbers.into_iter().chain(sample) {
        stage.extend([option.to_owned(), number.to_string()]);
    }
    MUTANTS.run(workspace, stage)
}

fn record(workspace: &Workspace) -> Result<Record, FlowError> {
    Record::read(&workspace.root.join(RECORD))
}

fn accepted(workspace: &Workspace) -> Result<Vec<Accepted>, FlowError> {
    Accepted::read(&workspace.root.join(ACCEPTED))
}
