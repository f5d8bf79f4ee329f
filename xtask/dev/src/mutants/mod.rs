//! `mutants`: small changes of the sources or of the emitted Verilog, made on purpose; what notices none is a
//! hole in the tests.

mod sample;
mod sources;

use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::mutants::{Accepted, Listed, Record};

/// The record of the sources' mutants, and the list of those that change nothing.
const RECORD: &str = "xtask/mutants/record.toml";
const ACCEPTED: &str = "xtask/mutants/accepted.toml";

/// How many mutants the tests try again.
const FEW: u32 = 4;

/// Arguments of `mutants`. Those of the emitted Verilog are a program's of its own (`mutants --hardware --help`).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this source, by its path from the root, also if it has not changed; may be given again
    #[arg(long, value_name = "PATH")]
    file: Vec<String>,
    /// Where the choice of a sample begins
    #[arg(long, value_name = "N", default_value_t = 1, requires = "sample",
          value_parser = clap::value_parser!(u32).range(1..4096))]
    seed: u32,
    /// Only so many of those that are recorded as caught, chosen by the seed
    #[arg(long, value_name = "N", conflicts_with = "file",
          value_parser = clap::value_parser!(u32).range(1..2048))]
    sample: Option<u32>,
}

impl Args {
    /// A sample, as the tests try it.
    pub(crate) fn few() -> Self {
        Self { file: Vec::new(), seed: 1, sample: Some(FEW) }
    }
}

/// Tries mutants of the sources.
pub(crate) fn run(args: &Args, root: &Path) -> Result<(), FlowError> {
    let Some(count) = args.sample else { return sources::run(&args.file, root) };
    let record = record(root)?;
    record.ensure_true(root)?;
    sample::run(&record, count as usize, args.seed, root)
}

fn record(root: &Path) -> Result<Record, FlowError> {
    Record::read(&root.join(RECORD))
}

fn accepted(root: &Path) -> Result<Vec<Accepted>, FlowError> {
    Accepted::read(&root.join(ACCEPTED))
}
