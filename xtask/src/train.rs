//! `train`: starts the training stage.

use spikestream_flows::FlowError;

use crate::stages::TRAIN;
use crate::workspace::Workspace;

/// Arguments of `train`; all are passed on to the stage.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Options of the training stage: `cargo xtask train --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<String>,
}

/// Trains.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    TRAIN.run(workspace, args.options.clone())
}
