//! Puts a network's numbers into a design that was placed and routed with those of its shape.
//!
//! Only contents of block RAM change, so timing and placement stay what they were. Where each bit of
//! each memory went is worked out from the netlist and proved on the way: every bit of the shape's
//! own contents must be found, in the netlist and in the routed design, where the `mapping` says,
//! before a single one is replaced. Tools that swap by content (`icebram`, `ecpbram`) ask for
//! memories of whole blocks, and cannot tell that a match is the only one.

mod error;
mod mapping;
mod memories;

use std::path::Path;

use crate::base::error::FlowError;
use crate::family::{Family, ROUTED, ram};

pub use error::Error;
pub use memories::Memory;
pub(crate) use memories::read as read_memories;

/// Where a top's memories are, seen from the module of the board.
const PREFIX: &str = "core";

/// The routed design, as packing takes it, with a network's contents.
///
/// `folder` holds the routed shape; [`ROUTED`] in it says where each block RAM is.
///
/// # Errors
/// [`Error`], and those of [`Family::swap`].
pub fn fill(family: &dyn Family, memories: &[Memory], folder: &Path) -> Result<Vec<u8>, FlowError> {
    let kind = family.block_ram();
    let rams = ram::rams(&folder.join(ROUTED), kind)?;
    let filled = mapping::fill(kind, memories, &rams, PREFIX)?;
    family.swap(&folder.join(family.routed()), &filled)
}

/// A netlist in Yosys's JSON with a network's contents.
///
/// # Errors
/// As [`fill`].
pub fn fill_netlist(
    family: &dyn Family,
    memories: &[Memory],
    path: &Path,
) -> Result<Vec<u8>, FlowError> {
    let kind = family.block_ram();
    let rams = ram::rams(path, kind)?;
    let filled = mapping::fill(kind, memories, &rams, PREFIX)?;
    ram::swap(path, kind, &filled)
}
