//! What a build made, as Verilog again: the mapped netlist and the bitstream, flat and down to
//! expressions and flip-flops, for a simulator that knows no FPGA.
//!
//! | level | family | made from |
//! |---|---|---|
//! | netlist | both | Yosys's netlist, with the network's contents in its block RAMs |
//! | bitstream | iCE40 | the bitstream, unpacked, and nothing else |
//! | bitstream | ECP5 | nextpnr's netlist after routing, with the block RAM contents of the bitstream |
//!
//! A netlist's cells are replaced by what Yosys's library says they do (`flatten`), and by the
//! models in `flows/models` where that library has none. A build that is not whole, was changed
//! since, or was made from something else is refused first (`built`).

mod built;
mod error;
mod flatten;
mod icebox;
mod routed;

use std::path::{Path, PathBuf};

use crate::board::Board;
use crate::contents;
use crate::design;
use crate::error::FlowError;
use crate::family::Family;
use crate::files;
use crate::flow::{NETLIST, Places};
use crate::tool::{Tool, Tools};

pub use error::Error;

/// The folder below a network's products that all of this happens in.
const FOLDER: &str = "proof";

/// How far down a build is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// After synthesis.
    Netlist,
    /// After packing.
    Bitstream,
}

impl Level {
    /// The level's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Netlist => "netlist",
            Self::Bitstream => "bitstream",
        }
    }

    /// The level of a name, if it is one of these.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Netlist, Self::Bitstream].into_iter().find(|level| level.name() == name)
    }

    /// The tools that turn a build back.
    pub fn tools(self, family: Family) -> &'static [Tool] {
        match (self, family) {
            (Self::Netlist, _) => &[Tool::Yosys],
            (Self::Bitstream, Family::Ice40) => &icebox::TOOLS,
            (Self::Bitstream, Family::Ecp5) => &routed::TOOLS,
        }
    }
}

/// A build to be turned back.
#[derive(Debug, Clone, Copy)]
pub struct Build<'a> {
    /// The board it is for.
    pub board: &'a Board,
    /// Where it was made.
    pub places: Places<'a>,
    /// The command that makes it, for remedies.
    pub command: &'a str,
}

/// A build as Verilog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The file; its one module is [`crate::wrapper::MODULE`], its ports are the board's.
    pub verilog: PathBuf,
    /// The port of the clock.
    pub clock: String,
    /// What it was made from, in words.
    pub made_from: &'static str,
}

/// Turns a build back into Verilog, or finds that nothing has changed since it last was.
///
/// # Errors
/// Those of [`Error`], [`FlowError::Contents`], and what [`crate::run::run`] reports.
pub fn device(build: &Build<'_>, level: Level, tools: &Tools) -> Result<Device, FlowError> {
    let board = build.board;
    let clock = built::ensure_talks(board, level)?;
    let origin = built::ensure_whole(build)?;
    let family = board.part.family;
    let synthesis = build.places.routed.join(&origin.synthesis);
    let folder = build.places.product.join(FOLDER);
    let (source, made_from) = match (level, family) {
        (Level::Netlist, _) => {
            let memories = design::read_memories(build.places.product)?;
            let netlist = contents::fill_netlist(family, &memories, &synthesis.join(NETLIST))?;
            (flatten::Source::Netlist(netlist), "Yosys's netlist")
        }
        (Level::Bitstream, Family::Ice40) => {
            let verilog = icebox::verilog(build, &clock, tools, &folder)?;
            (flatten::Source::Unpacked(verilog), "the bitstream, unpacked")
        }
        (Level::Bitstream, Family::Ecp5) => {
            let routing = synthesis.join(&origin.routing);
            let netlist = routed::netlist(build, &routing, tools, &folder)?;
            let made_from =
                "nextpnr's netlist after routing, with the block RAM contents of the bitstream";
            (flatten::Source::Routed(netlist), made_from)
        }
    };
    let verilog = flatten::run(family, source, tools, &folder.join(level.name()))?;
    Ok(Device { verilog, clock, made_from })
}

/// The bitstream of a build.
fn bitstream(build: &Build<'_>) -> Result<Vec<u8>, FlowError> {
    files::read(&build.places.product.join(build.board.part.family.bitstream()))
}

/// A text that a step has written.
fn text(path: &Path) -> Result<String, FlowError> {
    Ok(String::from_utf8_lossy(&files::read(path)?).into_owned())
}
