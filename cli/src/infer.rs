//! `infer`: images through a board on a serial port, real or simulated.

use spikestream_flows::FlowError;
use spikestream_flows::place::Place;
use spikestream_host::infer::{self, Request};

/// Arguments of `infer`: those of the client.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    request: Request,
}

/// Asks the board.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    infer::run(&args.request, &Place::find(args.request.out.as_deref())?)
}
