//! `mutants`: small changes of the sources or of the emitted Verilog, made on purpose; what notices none is a
//! hole in the tests.

mod sample;
mod sources;

use spikestream_flows::FlowError;
use spikestream_flows::mutants::{Accepted, Listed, Record};

use crate::emit::{self, Engine};
use crate::stages::MUTANTS;
use crate::workspace::Workspace;

/// The record of the sources' mutants, and the list of those that change nothing.
const RECORD: &str = "xtask/mutants/record.toml";
const ACCEPTED: &str = "xtask/mutants/accepted.toml";

/// The same of the Verilog's: they hold for the network, the board and the mutants that are the defaults.
const HARDWARE_RECORD: &str = "xtask/mutants/hardware.toml";
const HARDWARE_ACCEPTED: &str = "xtask/mutants/hardware-accepted.toml";
const HARDWARE_PROOFS: &str = "xtask/mutants/proofs.toml";
const NET: &str = "digits";
const BOARD: &str = "icebreaker";
const COUNT: u32 = 400;
const CONTENTS: u32 = 100;
const SEED: u32 = 1;

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
    #[arg(long, default_value = NET, requires = "hardware")]
    net: String,
    /// The board that it is for
    #[arg(long, default_value = BOARD, requires = "hardware")]
    board: String,
    /// How many mutants of the logic there are
    #[arg(long, value_name = "N", default_value_t = COUNT, requires = "hardware",
          value_parser = clap::value_parser!(u32).range(1..2048))]
    count: u32,
    /// How many bits of memories are looked at for mutants
    #[arg(long, value_name = "N", default_value_t = CONTENTS, requires = "hardware",
          value_parser = clap::value_parser!(u32).range(1..2048))]
    contents: u32,
    /// Where the choice of the mutants begins
    #[arg(long, value_name = "N", default_value_t = SEED,
          value_parser = clap::value_parser!(u32).range(1..4096))]
    seed: u32,
    /// Only so many of them, chosen by the seed: of the sources, of those that are recorded as caught
    #[arg(long, value_name = "N", conflicts_with = "file",
          value_parser = clap::value_parser!(u32).range(1..2048))]
    sample: Option<u32>,
    /// Only the Verilog's mutants with these numbers, with commas between them
    #[arg(
        long,
        value_name = "N,N",
        value_delimiter = ',',
        requires = "hardware",
        conflicts_with = "sample"
    )]
    only: Vec<u32>,
}

/// How many mutants of the sources and of the Verilog the tests try again.
const FEW: u32 = 4;
const FEW_OF_HARDWARE: u32 = 40;

impl Args {
    /// A sample of the sources' recorded mutants, as the tests try it.
    pub(crate) fn few_of_the_sources() -> Self {
        Self {
            hardware: false,
            file: Vec::new(),
            net: NET.to_owned(),
            board: BOARD.to_owned(),
            count: COUNT,
            contents: CONTENTS,
            seed: SEED,
            sample: Some(FEW),
            only: Vec::new(),
        }
    }

    /// A sample of the Verilog's, whose record must be of the present Verilog.
    pub(crate) fn few_of_the_hardware() -> Self {
        Self { hardware: true, sample: Some(FEW_OF_HARDWARE), ..Self::few_of_the_sources() }
    }

    /// Whether the Verilog's mutants are those whose record is kept.
    fn are_recorded(&self) -> bool {
        let numbers = (self.count, self.contents, self.seed);
        self.net == NET && self.board == BOARD && numbers == (COUNT, CONTENTS, SEED)
    }
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
    if !args.only.is_empty() {
        let numbers: Vec<String> = args.only.iter().map(u32::to_string).collect();
        stage.extend(["--only".to_owned(), numbers.join(",")]);
    }
    if args.are_recorded() {
        let kept = [
            ("--record", HARDWARE_RECORD),
            ("--accepted", HARDWARE_ACCEPTED),
            ("--proofs", HARDWARE_PROOFS),
        ];
        for (option, file) in kept {
            let path = workspace.root.join(file);
            stage.extend([option.to_owned(), path.display().to_string()]);
        }
    }
    MUTANTS.run(workspace, stage)
}

fn record(workspace: &Workspace) -> Result<Record, FlowError> {
    Record::read(&workspace.root.join(RECORD))
}

fn accepted(workspace: &Workspace) -> Result<Vec<Accepted>, FlowError> {
    Accepted::read(&workspace.root.join(ACCEPTED))
}
