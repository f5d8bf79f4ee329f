//! `net`: what a network is.

mod show;

use clap::Subcommand;
use spikestream_flows::FlowError;

/// Arguments of `net`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a network's layers: what they hear, their shapes, neurons and weights
    Show(show::Args),
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    match &args.command {
        Command::Show(args) => show::run(args),
    }
}
