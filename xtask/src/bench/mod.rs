//! `bench`: starts a measurement.

mod load;
mod measure;
pub(crate) mod peers;
mod train;

use spikestream_flows::FlowError;

use crate::emit::{self, Engine};
use crate::stages::BENCH;
use crate::workspace::Workspace;

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
        /// The network: a name in nets/, or a folder with a net.toml
        #[arg(long, default_value = "digits")]
        net: String,
        /// The board that the design is for
        #[arg(long, default_value = "icebreaker")]
        board: String,
    },
    /// One epoch of training a float network on the digits, 64-128-128-10 over 25 time steps
    Train(train::Args),
}

/// Measures.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    match &args.what {
        What::Cosim { net, board } => cosim(workspace, net, board),
        What::Train(args) => train::run(args, workspace),
    }
}

fn cosim(workspace: &Workspace, net: &str, board: &str) -> Result<(), FlowError> {
    let board = workspace.board(board)?;
    let net = workspace.net(net)?;
    let folder = workspace.products(&net, &board);
    let engine = Engine::to_simulate(&net, &board, &folder);
    emit::run(workspace, &net, &board, &engine, &folder)?;
    let folder = folder.display().to_string();
    let mut stage = vec!["--net".to_owned(), net.path.display().to_string()];
    stage.extend(["--board-dir".to_owned(), folder.clone(), "--out".to_owned(), folder]);
    BENCH.run(workspace, stage)
}
