//! What a build made, as Verilog again: the mapped netlist and the bitstream, flat and down to
//! expressions and flip-flops, for a simulator that knows no FPGA.
//!
//! | level | family | made from |
//! |---|---|---|
//! | netlist | all | Yosys's netlist, with the network's contents in its block RAMs |
//! | bitstream | iCE40 | the bitstream, unpacked, and nothing else |
//! | bitstream | ECP5 | nextpnr's netlist after routing, with the block RAM contents of the bitstream |
//! | bitstream | Gowin | nextpnr's netlist after routing, as it was packed |
//!
//! A netlist's cells are replaced by what Yosys's library says they do (`flatten`), and by the
//! models in the family's folder where that library has none. [`counted()`] makes the same of the netlist, with counters
//! of what switches (`counted`). A build that is not whole, was changed
//! since, or was made from something else is refused first (`built`).

mod built;
mod counted;
mod error;
mod flatten;

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;
use crate::base::files;
use crate::board::Board;
use crate::build::{NETLIST, Places, design};
use crate::contents;
use crate::family::Family;
use crate::family::both_ways::{TRISTATE, opened};
use crate::family::switching::{Class, Switching};
use crate::family::unpack::{Device, Source, Unpacking};
use crate::tool::{Tool, Tools};

pub use counted::{BITS, COUNTED, Count, Event, PORT, Probed};
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
    pub fn tools(self, family: &dyn Family) -> &'static [Tool] {
        match self {
            Self::Netlist => &[Tool::YOSYS],
            Self::Bitstream => family.unpacking_tools(),
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
pub struct Turned {
    /// The file; its one module is [`crate::family::MODULE`], its ports are the board's.
    pub verilog: PathBuf,
    /// The port of the clock.
    pub clock: String,
    /// What it was made from, in words.
    pub made_from: &'static str,
}

/// Turns a build back into Verilog, or finds that nothing has changed since it last was.
///
/// # Errors
/// Those of [`Error`], [`contents::Error`], and what [`crate::run::run`] reports.
pub fn device(build: &Build<'_>, level: Level, tools: &Tools) -> Result<Turned, FlowError> {
    let board = build.board;
    let clock = built::ensure_talks(board, level)?;
    let origin = built::ensure_whole(build)?;
    let family = board.part.family;
    let synthesis = build.places.routed.join(&origin.synthesis);
    let folder = build.places.product.join(FOLDER);
    let (source, made_from) = match level {
        Level::Netlist => {
            let netlist = filled(build, &synthesis)?;
            (Source::of(family, Device::Netlist(netlist)), "Yosys's netlist")
        }
        Level::Bitstream => {
            let unpacking = Unpacking {
                bitstream: &files::read(&build.places.product.join(family.bitstream()))?,
                board: &board.description,
                flags: &board.part.flags,
                pins: &board.constraints.pins,
                clock: &clock,
                routing: &synthesis.join(&origin.routing),
                product: build.places.product,
                folder: &folder.join("unpacked"),
            };
            family.unpack(&unpacking, tools)?
        }
    };
    let verilog = flatten::run(source, tools, &folder.join(level.name()))?;
    Ok(Turned { verilog, clock, made_from })
}

/// The netlist of a build, with the network's contents.
fn filled(build: &Build<'_>, synthesis: &Path) -> Result<Vec<u8>, FlowError> {
    let memories = design::read_memories(build.places.product)?;
    let path = synthesis.join(NETLIST);
    let netlist = contents::fill_netlist(build.board.part.family, &memories, &path)?;
    opened(netlist, &TRISTATE).map_err(|reason| FlowError::ReportForm {
        path,
        tool: "yosys",
        reason,
    })
}

/// A build's netlist as Verilog that counts what switches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The text; its top is [`COUNTED`].
    pub verilog: String,
    /// The port of the clock.
    pub clock: String,
    /// The counts of [`PORT`], in order.
    pub counts: Vec<Count>,
    /// How many cells there are of each class.
    pub cells: Vec<(Class, u64)>,
}

impl Counted {
    /// A netlist of Yosys, flattened in `folder`, with such a port for its clock.
    ///
    /// # Errors
    /// [`FlowError::ReportForm`] for what Yosys does not write, and what [`crate::run::run`] reports.
    pub fn new(
        (family, switching): (&dyn Family, &[Switching]),
        netlist: &[u8],
        clock: &str,
        tools: &Tools,
        folder: &Path,
    ) -> Result<Self, FlowError> {
        let form = |reason| FlowError::ReportForm { path: folder.into(), tool: "yosys", reason };
        let probed = Probed::new(netlist, switching, clock).map_err(form)?;
        let source = Source::of(family, Device::Netlist(probed.netlist));
        let flat = flatten::run(source, tools, folder)?;
        Ok(Self {
            verilog: format!("{}{}", files::read_text(&flat)?, probed.module),
            clock: clock.to_owned(),
            counts: probed.counts,
            cells: probed.cells,
        })
    }
}

/// Turns the netlist of a build into Verilog that counts what switches in it.
///
/// # Errors
/// As [`device`].
pub fn counted(
    build: &Build<'_>,
    switching: &[Switching],
    tools: &Tools,
) -> Result<Counted, FlowError> {
    let clock = built::ensure_talks(build.board, Level::Netlist)?;
    let origin = built::ensure_whole(build)?;
    let netlist = filled(build, &build.places.routed.join(&origin.synthesis))?;
    let folder = build.places.product.join(FOLDER).join(COUNTED);
    Counted::new((build.board.part.family, switching), &netlist, &clock, tools, &folder)
}
