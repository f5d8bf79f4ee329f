//! Where a clock of some frequency comes from: a cell of `board.v`, and the search for its settings.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Error;

/// The net that clocks the top, where it is not the port's own.
pub const CORE_CLOCK: &str = "core_clk";

/// The net that says that the clock is steady.
pub const LOCKED: &str = "locked";

/// How far an output may lie from what was asked for, as a fraction: a serial line takes 2 %.
const TOLERANCE: f64 = 0.005;

/// No PLL of any family gives more, MHz.
pub const FASTEST: f64 = 400.0;

/// How a phase-locked loop with a pin of its own gets at the crystal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PllInput {
    /// From the pin beside it.
    Pad,
    /// Through the fabric, from any other.
    Core,
}

/// A crystal, and what lies around it.
#[derive(Debug, Clone, Copy)]
pub struct Crystal<'a> {
    /// The port of the clock.
    pub port: &'a str,
    /// The frequency, MHz.
    pub mhz: f64,
    /// How the loop is to get at it.
    pub input: PllInput,
    /// The part.
    pub part: &'a str,
    /// How place and route is told of it.
    pub flags: &'a [String],
    /// The pin beside each loop of the part.
    pub pads: &'a [String],
    /// The pins by port.
    pub pins: &'a BTreeMap<String, String>,
    /// The ports that are inputs.
    pub inputs: &'a [&'a str],
}

/// A clock as `board.v` writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockCell {
    /// The cell that drives [`CORE_CLOCK`].
    pub verilog: String,
    /// Whether the cell drives [`LOCKED`].
    pub locks: bool,
    /// The fastest that it may be, MHz, which is what the design has to meet.
    pub at_most: f64,
}

/// The setting whose output is nearest to what is wanted, if it is near enough.
///
/// # Errors
/// [`Error::Unreachable`].
pub(super) fn nearest<T>(
    settings: impl Iterator<Item = T>,
    output: impl Fn(&T) -> f64,
    source: f64,
    wanted: f64,
) -> Result<T, Error> {
    let distance = |setting: &T| (output(setting) - wanted).abs();
    match settings.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
        Some(setting) if distance(&setting) <= wanted * TOLERANCE => Ok(setting),
        other => {
            let nearest = other.map_or(source, |setting| (output(&setting) * 1e3).round() / 1e3);
            Err(Error::Unreachable { crystal: source, wanted, nearest })
        }
    }
}
