//! Level `formal`: what the Verilog of a unit does, proved for all values by a solver.
//!
//! A neuron's block is proved equal to its program, operation by operation ([`neuron`]); the units of stochastic
//! computing do what they are for, by induction over the clock's cycles: what is proved of any state that keeps to what
//! is said of it holds in every cycle, as it holds in the first.

mod broken;
mod context;
mod dot;
mod error;
pub mod neuron;
mod readout;
mod sequences;
#[cfg(test)]
mod tests;
mod unit;

pub use error::Error;

use spikestream::neuron::lif::block;
use spikestream::spec::NetSpec;
use spikestream_flows::FlowError;
use spikestream_hw::emit::ENGINE_MODULE;

pub use unit::Site;

/// Something that was proved.
#[derive(Clone, Debug, PartialEq)]
pub struct Proved {
    /// The unit.
    pub unit: String,
    /// What of it.
    pub what: String,
    /// For all of what.
    pub over: String,
    /// Claims that the solver decided.
    pub claims: usize,
    /// Seconds that this took.
    pub seconds: f64,
}

/// Prints proofs as a table.
///
/// # Errors
/// As printing does.
pub fn print(proofs: &[Proved]) -> Result<(), FlowError> {
    let rows = proofs.iter().map(|proved| {
        let Proved { unit, what, over, claims, seconds } = proved;
        vec![unit.clone(), what.clone(), over.clone(), claims.to_string(), format!("{seconds:.1}")]
    });
    let rows: Vec<_> = rows.collect();
    let headings = ["unit", "proved", "over", ">claims", ">seconds"];
    spikestream::columns::print(&headings, &rows)?;
    Ok(())
}

/// Proves the units of a network's engine, on the text of the design.
///
/// # Errors
/// [`Error`] where something is not proved, and whatever the tools report.
pub fn engine(
    site: Site<'_>,
    spec: &NetSpec,
    current_bits: usize,
) -> Result<Vec<Proved>, FlowError> {
    let module = |unit: &str| format!("{ENGINE_MODULE}_{unit}");
    let program = block::program(&spec.neuron, current_bits as u32);
    let lif = module("lif");
    let verilog = unit::with_below(site.verilog, &lif);
    let neuron =
        neuron::Block { unit: "neuron", verilog: &verilog, module: &lif, program: &program };
    let mut proved = neuron::prove(neuron, site.tools, &site.folder.join("neuron"))?.proved;
    proved.push(dot::prove(site, &module("dot"), spec)?);
    proved.push(sequences::ruler(site, &module("sequencer_ruler"), spec)?);
    proved.push(sequences::encoder(site, &module("encoder"), spec)?);
    proved.push(sequences::noise(site, &module("noise"), spec)?);
    proved.push(readout::prove(site, &module("readout"), spec)?);
    Ok(proved)
}
