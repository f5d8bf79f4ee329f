//! `spikestream-infer`: images through a board, on a machine that has nothing but the board.

use std::process::ExitCode;

use clap::Parser;
use spikestream::{command, output, parent};
use spikestream_flows::FlowError;
use spikestream_flows::place::Place;
use spikestream_host::infer::{self, Request};

/// Runs images on a board, real or simulated.
#[derive(Debug, Parser)]
#[command(name = "spikestream-infer", version)]
struct Line {
    #[command(flatten)]
    request: Request,
}

fn main() -> ExitCode {
    parent::end_with_it();
    let line: Line = match command::given(std::env::args_os()) {
        Ok(line) => line,
        Err(code) => return code,
    };
    let done = || -> Result<(), FlowError> {
        infer::run(&line.request, &Place::find(line.request.out.as_deref())?)
    };
    match done() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}
