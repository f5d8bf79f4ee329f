//! `neuron prove`: that a neuron's Verilog is its function, for all states and inputs of a step.

use std::path::PathBuf;

use super::Words;
use super::source::Source;
use spikestream_flows::formal::TOOLS;
use spikestream_flows::tool::Tools;
use spikestream_flows::{FlowError, output};
use spikestream_sim::formal::{self, neuron};

/// Arguments of `neuron prove`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One that ships, or a file that ends in .toml
    neuron: String,
    #[command(flatten)]
    words: Words,
    /// The folder that what the solver is asked goes to [default: target/spikestream/neuron/NAME/proof]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Proves it, and prints what was proved.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let source = Source::find(&args.neuron)?;
    let compiled = args.words.compile(&source.neuron).map_err(|wrong| source.wrong(wrong))?;
    let tools = Tools::locate(&TOOLS)?;
    let default =
        || spikestream::command::products().join("neuron").join(&source.name).join("proof");
    let folder = args.out.clone().unwrap_or_else(default);
    let proof = neuron::prove_program(&source.name, &compiled.program, &tools, &folder)?;
    output::line(format_args!(
        "{}: words of {} bits, {}\n",
        source.name, compiled.format.bits, compiled.format
    ))?;
    formal::print(&proof.proved)?;
    output::line(format_args!("\n{}", proof.split))?;
    Ok(())
}
