//! What a flow builds: the Verilog, what its emitter says of it, and the choices of this build.

use std::path::Path;

use serde::Deserialize;

use crate::board::Board;
use crate::error::FlowError;
use crate::files;

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
    /// Clock cycles from the last byte of an image to the answer's first.
    pub cycles_per_image: u64,
    /// Memories that must be in block RAM, by the start of their names.
    pub weight_memories: Vec<String>,
    /// How many bits those memories hold together.
    pub weight_bits: u64,
}

/// One build: a design for a board.
#[derive(Debug, Clone)]
pub struct Design<'a> {
    /// The board.
    pub board: &'a Board,
    /// `top.v`.
    pub verilog: Vec<u8>,
    /// `design.json`, as it is.
    pub facts_json: Vec<u8>,
    /// `design.json`, read.
    pub facts: Facts,
    /// The seed of place and route.
    pub seed: u32,
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
        seed: u32,
        freq_mhz: f64,
    ) -> Result<Self, FlowError> {
        let verilog = files::read(&folder.join("top.v"))?;
        let path = folder.join("design.json");
        let facts_json = files::read(&path)?;
        let facts = serde_json::from_slice(&facts_json).map_err(|e| FlowError::ReportForm {
            path,
            tool: "spikestream-emit",
            reason: e.to_string(),
        })?;
        Ok(Self { board, verilog, facts_json, facts, seed, freq_mhz })
    }
}
