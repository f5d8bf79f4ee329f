//! What a flow builds: the Verilog, what its emitter says of it, and the choices of this build.

use std::ops::RangeInclusive;
use std::path::Path;

use serde::{Deserialize, Serialize};
use spikestream::hardware::flash::Read;

use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::files;
use crate::board::Board;
use crate::board::line::Exchange;
use crate::contents::{self, Memory};
use crate::net::Identity;

/// Where a network lies in a board's flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Stored {
    /// The address of its image.
    pub address: u32,
    /// The image's bytes.
    pub bytes: u32,
    /// How it is read, told by the number of data wires.
    #[serde(rename = "wires", default)]
    pub read: Read,
}

/// A network's file for a board's flash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredFile {
    /// The file, beside the design.
    pub file: String,
    /// The address that it belongs at.
    pub address: u32,
    /// Its SHA-256.
    pub sha256: String,
}

/// The file, as the emitter names it.
pub const IMAGE: &str = "weights.bin";

/// `design.json`: what the emitter says of the Verilog beside it.
#[derive(Debug, Clone, Deserialize)]
pub struct Facts {
    /// The top module.
    pub top: String,
    /// The net's name.
    pub net: String,
    /// The net's hash.
    pub net_hash: String,
    /// Inputs that the engine works on at once.
    pub lanes: u32,
    /// How the engine walks a weight: `planes` or `stream`.
    pub schedule: String,
    /// The clock that the UART and the timers were made for.
    pub board_clock_hz: u64,
    /// Bits a second of the serial line.
    pub baud: u64,
    /// Bytes on that line that bring an image.
    pub request_bytes: u64,
    /// Bytes on that line that answer it.
    pub reply_bytes: u64,
    /// Clock cycles from the last byte of an image to the answer's first, at most.
    pub cycles_per_image: u64,
    /// The same in the mean, where images take differently long and some were at hand.
    #[serde(default)]
    pub mean_cycles: Option<u64>,
    /// Memories that must be in block RAM, by the start of their names.
    pub weight_memories: Vec<String>,
    /// How many bits those memories hold together.
    pub weight_bits: u64,
    /// Where the network lies in the flash, if it is loaded from there.
    #[serde(default)]
    pub stored: Option<Stored>,
    /// Instances of the module `multiplier`, each with registers inside.
    #[serde(default)]
    pub multipliers: u64,
}

impl Facts {
    /// What goes over the serial line for an image, which the engine works on for so many
    /// microseconds.
    pub fn exchange(&self, engine_us: f64) -> Exchange {
        let Self { request_bytes, reply_bytes, .. } = *self;
        Exchange { request_bytes, reply_bytes, engine_us }
    }

    /// The network.
    pub fn identity(&self) -> Identity {
        Identity { name: self.net.clone(), hash: self.net_hash.clone() }
    }
}

/// Clocks that a design can be made for, Hz.
const CLOCKS: RangeInclusive<u64> = 100_000..=1_000_000_000;

/// Reads `design.json`. What is divided by must be there.
fn facts(text: &[u8]) -> Result<Facts, String> {
    let facts: Facts = serde_json::from_slice(text).map_err(|e| e.to_string())?;
    let Facts { lanes, board_clock_hz, baud, cycles_per_image, mean_cycles, .. } = facts;
    let outside = |key: &str, number: u64, range: RangeInclusive<u64>| {
        let (least, most) = (range.start(), range.end());
        let told = format!("{key} = {number} is not between {least} and {most}");
        (!range.contains(&number)).then_some(told)
    };
    let faults = [
        outside("board_clock_hz", board_clock_hz, CLOCKS),
        outside("baud", baud, 1..=board_clock_hz),
        outside("lanes", lanes.into(), 1..=4096),
        outside("cycles_per_image", cycles_per_image, 1..=u64::from(u32::MAX)),
        mean_cycles.and_then(|mean| outside("mean_cycles", mean, 1..=cycles_per_image)),
    ];
    faults.into_iter().flatten().next().map_or(Ok(facts), Err)
}

/// One build: a design for a board.
#[derive(Debug, Clone)]
pub struct Design<'a> {
    /// The board.
    pub board: &'a Board,
    /// `shape.v`: the design with the contents of its shape.
    pub shape: Vec<u8>,
    /// `memories.json`, read: the contents that the network puts there.
    pub memories: Vec<Memory>,
    /// `design.json`, read.
    pub facts: Facts,
    /// What lies in the flash, if the network is loaded from there.
    pub image: Option<StoredFile>,
    /// The seeds of place and route, at least one; the fastest is taken.
    pub seeds: Vec<u32>,
    /// The frequency that the design runs at, MHz.
    pub freq_mhz: f64,
}

impl<'a> Design<'a> {
    /// Reads what the emitter wrote into `folder`.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
    pub fn read(
        folder: &Path,
        board: &'a Board,
        seeds: Vec<u32>,
        freq_mhz: f64,
    ) -> Result<Self, FlowError> {
        let shape = files::read(&folder.join("shape.v"))?;
        let memories = read_memories(folder)?;
        let path = folder.join("design.json");
        let facts = emitted(&path, facts)?;
        let image = facts.stored.map(|stored| stored_file(folder, &path, stored)).transpose()?;
        Ok(Self { board, shape, memories, facts, image, seeds, freq_mhz })
    }
}

/// The file of a network that is loaded, which is as long as `design.json` at `path` says.
fn stored_file(folder: &Path, path: &Path, stored: Stored) -> Result<StoredFile, FlowError> {
    let bytes = files::read(&folder.join(IMAGE))?;
    if bytes.len() != stored.bytes as usize {
        let reason = format!("{IMAGE} has {} bytes, not {}", bytes.len(), stored.bytes);
        return Err(FlowError::ReportForm { path: path.to_path_buf(), tool: "the flow", reason });
    }
    let sha256 = digest::of_bytes(&bytes);
    Ok(StoredFile { file: IMAGE.to_owned(), address: stored.address, sha256 })
}

/// The contents of a network's memories, as the emitter wrote them into `folder`.
///
/// # Errors
/// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
pub fn read_memories(folder: &Path) -> Result<Vec<Memory>, FlowError> {
    emitted(&folder.join("memories.json"), contents::read_memories)
}

fn emitted<T>(path: &Path, read: impl Fn(&[u8]) -> Result<T, String>) -> Result<T, FlowError> {
    read(&files::read(path)?).map_err(|reason| FlowError::ReportForm {
        path: path.to_path_buf(),
        tool: "the flow",
        reason,
    })
}
