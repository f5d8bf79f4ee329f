//! Puts a network's numbers into a design that was placed and routed with those of its shape.
//!
//! Only contents of block RAM change, so timing and placement stay what they were. Where each bit of
//! each memory went is worked out from the netlist and proved on the way: every bit of the shape's
//! own contents must be found, in the netlist and in the routed design, where the `mapping` says,
//! before a single one is replaced. Tools that swap by content (`icebram`, `ecpbram`) ask for
//! memories of whole blocks, and cannot tell that a match is the only one.

mod asc;
mod config;
mod error;
mod mapping;
mod memories;
mod netlist;
mod ram;

use std::path::Path;

use crate::design::Design;
use crate::error::FlowError;
use crate::family::Family;
use crate::files;

pub use error::Error;
pub use memories::Memory;
pub(crate) use memories::read as read_memories;
pub use ram::Ram;

/// Where a top's memories are, seen from the module of the board.
const PREFIX: &str = "core";

/// The routed design, as packing takes it, with a network's contents.
///
/// `folder` holds the routed shape; `routed.json` in it says where each block RAM is.
///
/// # Errors
/// Those of [`Error`], [`FlowError::Unreadable`].
pub fn fill(design: &Design<'_>, folder: &Path) -> Result<Vec<u8>, FlowError> {
    let family = design.board.part.family;
    let rams = netlist::rams(&folder.join("routed.json"), family)?;
    let filled = mapping::fill(family, &design.memories, &rams, PREFIX)?;
    let path = folder.join(family.routed());
    let text = String::from_utf8_lossy(&files::read(&path)?).into_owned();
    let text = match family {
        Family::Ice40 => asc::swap(&text, &filled),
        Family::Ecp5 => config::swap(&text, &filled),
    };
    Ok(text.map_err(|error| error.in_file(&path))?.into_bytes())
}

/// A routed netlist with the contents that an ECP5 configuration gives its block RAMs.
///
/// # Errors
/// [`Error::Routed`] for a block RAM of which the configuration has no data,
/// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
pub fn read_back(netlist: &Path, config: &Path) -> Result<Vec<u8>, FlowError> {
    let rams = netlist::rams(netlist, Family::Ecp5)?;
    let text = String::from_utf8_lossy(&files::read(config)?).into_owned();
    let filled = config::read(&text, &rams).map_err(|error| error.in_file(config))?;
    netlist::swap(netlist, Family::Ecp5, &filled)
}

/// A netlist in Yosys's JSON with a network's contents.
///
/// # Errors
/// As [`fill`].
pub fn fill_netlist(
    family: Family,
    memories: &[Memory],
    path: &Path,
) -> Result<Vec<u8>, FlowError> {
    let rams = netlist::rams(path, family)?;
    let filled = mapping::fill(family, memories, &rams, PREFIX)?;
    netlist::swap(path, family, &filled)
}
