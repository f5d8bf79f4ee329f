//! `export`: a network as a file that other frameworks read.

use std::path::PathBuf;

use spikestream::nir::Graph;
use spikestream::spec::Net;
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml
    net: String,
    /// The file of NIR that it becomes, as .nir; `import` makes the same network of it again
    #[arg(long, value_name = "FILE")]
    nir: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let folder = Place::find(None)?.net(&args.net)?;
    let net = Net::load(&folder.path)?;
    let graph = Graph::of_net(&net)?;
    graph.write(&args.nir)?;
    let (nodes, edges) = (graph.nodes.len(), graph.edges.len());
    output::line(format_args!("wrote {}: {nodes} nodes, {edges} edges", args.nir.display()))?;
    Ok(())
}
