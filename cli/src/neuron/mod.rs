//! `neuron`: neurons as equations, what they become and how they run.

mod list;
mod listing;
mod prove;
mod run;
mod show;
mod source;
mod synth;

use clap::Subcommand;
use spikestream::neuron::equations::{Compiled, Equations, Error as Wrong, Format};
use spikestream_flows::FlowError;

/// Arguments of `neuron`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the neurons that ship
    List,
    /// Show a neuron's equations, and the word operations that they become
    Show(show::Args),
    /// Print the operations of a network's named neurons, as its identity knows them
    Listing(listing::Args),
    /// Run a neuron in real numbers and in words, side by side
    Run(run::Args),
    /// Prove that a neuron's Verilog is its function, for all states and inputs of a step
    Prove(prove::Args),
    /// Build a neuron alone for a board, with a serial port that takes currents and gives states
    Synth(synth::Args),
}

/// Which words a neuron gets.
#[derive(Debug, clap::Args)]
struct Words {
    /// Bits of a word, of states and input alike
    #[arg(long, requires = "fraction")]
    bits: Option<u32>,
    /// Bits behind the point
    #[arg(long, requires = "bits")]
    fraction: Option<u32>,
    /// Without --bits: as few as keep every state this near to the real one after a step, as a share of its range
    #[arg(long, default_value_t = 0.0001, conflicts_with = "bits")]
    within: f64,
    /// Knots of a table, as a power of two
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=12))]
    table_bits: u32,
}

impl Words {
    /// The equations in these words.
    fn compile(&self, neuron: &Equations) -> Result<Compiled, Wrong> {
        match (self.bits, self.fraction) {
            (Some(bits), Some(fraction)) => {
                neuron.compile(Format { bits, fraction }, self.table_bits)
            }
            _ => neuron.compile_within(self.within, self.table_bits),
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    match &args.command {
        Command::List => list::run(),
        Command::Show(args) => show::run(args),
        Command::Listing(args) => listing::run(args),
        Command::Run(args) => run::run(args),
        Command::Prove(args) => prove::run(args),
        Command::Synth(args) => synth::run(args),
    }
}
