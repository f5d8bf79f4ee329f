//! `train` and `import`: other programs' options, passed on as they are.

use spikestream_flows::FlowError;

use crate::programs::Program;

/// Arguments of another program, which knows its options, their help and their mistakes: a second list here
/// could only differ from it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its options: `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<String>,
}

/// Runs the program.
pub(crate) fn run(program: &'static Program, args: &Args) -> Result<(), FlowError> {
    program.run(args.options.clone())
}
