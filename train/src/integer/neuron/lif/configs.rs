//! The constants that configs ask for, where the neuron of format 1 has them: a leak by a shift.

use super::Shared;
use crate::cell::CellConfig;

/// The shift of the leak and the reset of a cell that is just this neuron.
pub(crate) fn exact(cell: &CellConfig) -> Option<Shared> {
    let (beta, reset) = match cell {
        CellConfig::Lif(c) => (c.beta, c.reset),
        CellConfig::If(c) => (1.0, c.reset),
        _ => return None,
    };
    let shift = (0..=15).find(|a| beta == shifted(*a))?;
    Some(Shared { shift, reset })
}

/// The beta of a leak `V - (V >> a)`; without one it is 1.
fn shifted(a: u32) -> f32 {
    if a == 0 { 1.0 } else { 1.0 - (-(a as f32)).exp2() }
}
