//! Level `formal`: what the Verilog of a unit does, proved for all values by a solver.
//!
//! A neuron's block is proved equal to its program, operation by operation ([`neuron`]).

mod broken;
mod context;
mod error;
pub mod neuron;
#[cfg(test)]
mod tests;

pub use error::Error;

use spikestream_flows::FlowError;

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
