//! `spikestream-eval`: how right a network in integers is on a data set.

use std::process::ExitCode;

fn main() -> ExitCode {
    spikestream::eval::program::main(None)
}
