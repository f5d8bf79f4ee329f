//! `neuron listing`: what a step of a network's named neurons is, operation by operation.

use spikestream::output;
use spikestream::spec::NetSpec;
use spikestream_flows::FlowError;
use spikestream_flows::place::Place;

use super::source::Error;

/// Arguments of `neuron listing`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long)]
    net: String,
    /// The neuron whose text is printed, to the byte by which the network's identity knows it [default: all]
    #[arg(long)]
    name: Option<String>,
}

/// Prints the list of one neuron, or of each behind its name.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let folder = Place::find(None)?.net(&args.net)?;
    let spec = NetSpec::read(&folder.path)?;
    let listing = |name: &str| spec.neurons.get(name)?.step().ok().map(|step| step.listing());
    if let Some(name) = &args.name {
        let unknown =
            || Error::Unnamed { name: name.clone(), legal: spec.neurons.keys().cloned().collect() };
        output::text(listing(name).ok_or_else(unknown)?)?;
        return Ok(());
    }
    if spec.neurons.is_empty() {
        output::tell(
            "note: no layer names a neuron: all have that of [neuron], as docs/contract.md has it",
        );
    }
    for name in spec.neurons.keys() {
        output::line(format_args!("# {name}"))?;
        output::text(listing(name).unwrap_or_default())?;
    }
    Ok(())
}
