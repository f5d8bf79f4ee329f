//! How a bitstream becomes Verilog again: what a family is given, and what it gives back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Error, Family};
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

/// What is not understood of a file.
pub(super) fn form(path: PathBuf) -> impl FnOnce(String) -> Error {
    move |what| Error::Form { path, what }
}
