//! `bench`: starts a measurement.

mod load;
mod measure;
mod peers;
mod streams;
mod train;
mod work;

use std::process::ExitCode;

use spikestream_flows::estimate::Engine;
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};
use spikestream_sim::bench;
use spikestream_sim::emit::emit;

/// Arguments of `bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is measured
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Co-simulation against a bare C++ loop over the same model, in one run
    Cosim {
        /// The network: a name of one that ships, or a folder with a net.toml
        #[arg(long, default_value = "digits")]
        net: String,
        /// The board that the design is for
        #[arg(long, default_value = "icebreaker")]
        board: String,
        /// How many rounds of all that is compared
        #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u16).range(1..))]
        rounds: u16,
    },
    /// One epoch of training a float network: the digits, 64-128-128-10 over 25 time steps, or MNIST
    Train(train::Args),
    /// A dense layer of bitstreams, 64 x 32, 1024 cycles
    Sc(streams::Args),
}

/// The share of the bare loop's speed that co-simulation must reach.
const LIMIT: f64 = 0.8;

/// Measures.
pub(crate) fn run(args: &Args) -> Result<ExitCode, FlowError> {
    match &args.what {
        What::Cosim { net, board, rounds } => cosim(net, board, usize::from(*rounds)),
        What::Train(args) => train::run(args).map(|()| ExitCode::SUCCESS),
        What::Sc(args) => streams::run(args).map(|()| ExitCode::SUCCESS),
    }
}

/// Prints what was measured, and fails unless it is fast enough.
fn cosim(net: &str, board: &str, rounds: usize) -> Result<ExitCode, FlowError> {
    let place = Place::find(None)?;
    let (board, net) = (place.board(board)?, place.net(net)?);
    let folder = place.products(&net, &board);
    let engine = Engine::to_simulate(&net.path, &board, &folder);
    emit(&net.path, &board, &engine, None, &folder)?;
    let report = bench::run(&net.path, &folder, &folder, rounds)?;
    output::text(report.table())?;
    if report.ratio >= LIMIT {
        return Ok(ExitCode::SUCCESS);
    }
    output::line(format_args!("co-simulation is below {LIMIT} of the bare loop"))?;
    Ok(ExitCode::FAILURE)
}
