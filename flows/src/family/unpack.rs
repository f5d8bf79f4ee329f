//! How a bitstream becomes Verilog again: what a family is given, and what it gives back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Error, Family, MODULE};
use crate::base::error::FlowError;
use crate::base::files;

/// A bitstream and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Unpacking<'a> {
    /// The bitstream.
    pub bitstream: &'a [u8],
    /// The board, in words.
    pub board: &'a str,
    /// How place and route was told of the part.
    pub flags: &'a [String],
    /// The pins by port.
    pub pins: &'a BTreeMap<String, String>,
    /// The port of the clock.
    pub clock: &'a str,
    /// The folder of place and route.
    pub routing: &'a Path,
    /// The folder of packing.
    pub product: &'a Path,
    /// Where to work.
    pub folder: &'a Path,
}

/// What is flattened into expressions, flip-flops and memories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The text.
    pub device: Device,
    /// Yosys' commands that read its models of the cells.
    pub library: &'static str,
    /// Models of our own.
    pub models: String,
}

/// A text that describes an FPGA's cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// A netlist, as JSON.
    Netlist(Vec<u8>),
    /// Verilog.
    Verilog(String),
}

impl Source {
    /// A text whose cells are those of a family's netlists.
    pub fn of(family: &dyn Family, device: Device) -> Self {
        Self { device, library: family.library(), models: family.models().to_owned() }
    }
}

/// A text that a step has written.
pub(super) fn text(path: &Path) -> Result<String, FlowError> {
    Ok(String::from_utf8_lossy(&files::read(path)?).into_owned())
}

/// A netlist with each of its cells changed, as the one module of a board.
///
/// # Errors
/// What is not as nextpnr writes it.
pub(super) fn each_cell(
    text: &[u8],
    change: impl Fn(&mut Value) -> Option<()>,
) -> Result<Vec<u8>, String> {
    let mut netlist: Value = serde_json::from_slice(text).map_err(|e| e.to_string())?;
    let modules = netlist.get_mut("modules").and_then(Value::as_object_mut);
    let modules = modules.ok_or("it has no modules")?;
    let mut all = std::mem::take(modules).into_iter();
    let (Some((_, mut module)), None) = (all.next(), all.next()) else {
        return Err("it has not one module".to_owned());
    };
    let cells = module.get_mut("cells").and_then(Value::as_object_mut);
    for cell in cells.ok_or("it has no cells")?.values_mut() {
        change(cell).ok_or("a cell has no connections")?;
    }
    modules.insert(MODULE.to_owned(), module);
    serde_json::to_vec(&netlist).map_err(|e| e.to_string())
}

/// What is not understood of a file.
pub(super) fn form(path: PathBuf) -> impl FnOnce(String) -> Error {
    move |what| Error::Form { path, what }
}
