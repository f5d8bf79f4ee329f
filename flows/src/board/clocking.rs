//! Where a design's clock comes from: the crystal itself, a PLL behind it, or an oscillator in the
//! FPGA.

use super::constraints::Constraints;
use super::part::Part;
use super::{Board, Clock, INPUTS, Source};
use crate::base::error::FlowError;
use crate::family;
use crate::family::clock::{CORE_CLOCK, ClockCell, Crystal, FASTEST, LOCKED};

/// What makes the clock.
#[derive(Debug, Clone, PartialEq)]
pub enum Clocking {
    /// The crystal.
    Direct,
    /// A cell of the FPGA.
    Cell(ClockCell),
}

/// What `board.v` writes for a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The cells, with the wires that they drive.
    pub cells: String,
    /// What the top's clock is connected to.
    pub clock: String,
    /// What the top's `hold` is connected to.
    pub hold: String,
}

impl Clocking {
    /// What makes a clock of `mhz` on a board.
    ///
    /// # Errors
    /// [`family::Error::Unreachable`] with the nearest frequency that there is, and what the family says if
    /// the pins do not let the PLL have its clock.
    pub fn on(board: &Board, mhz: f64) -> Result<Self, FlowError> {
        Self::of(&board.part, &board.clock, &board.constraints, mhz)
    }

    /// As [`Clocking::on`], for a part, a clock and pins.
    ///
    /// # Errors
    /// As [`Clocking::on`].
    pub fn of(
        part: &Part,
        clock: &Clock,
        constraints: &Constraints,
        mhz: f64,
    ) -> Result<Self, FlowError> {
        match &clock.source {
            Source::Crystal { mhz: crystal, .. } if *crystal == mhz => Ok(Self::Direct),
            Source::Crystal { port, mhz: crystal, pll } => {
                let crystal = Crystal {
                    port,
                    mhz: *crystal,
                    input: *pll,
                    part: &part.name,
                    flags: &part.flags,
                    pads: part.pll.as_deref().unwrap_or_default(),
                    pins: &constraints.pins,
                    inputs: &INPUTS,
                };
                part.family.clock_of_crystal(&crystal, mhz).map(Self::Cell)
            }
            Source::Internal => {
                // A board whose part has none is refused when it is read.
                let none =
                    || family::Error::Unreachable { crystal: 0.0, wanted: mhz, nearest: 0.0 };
                part.family
                    .clock_of_oscillator(mhz)
                    .unwrap_or_else(|| Err(none().into()))
                    .map(Self::Cell)
            }
        }
    }

    /// The fastest that a clock of nominally `mhz` may be, which is what the design has to meet.
    pub fn at_most(&self, mhz: f64) -> f64 {
        match self {
            Self::Direct => mhz,
            Self::Cell(cell) => cell.at_most,
        }
    }

    /// The cells behind the clock's port.
    pub fn instance(&self, port: &str) -> Instance {
        match self {
            Self::Direct => {
                Instance { cells: String::new(), clock: port.to_owned(), hold: "1'b0".to_owned() }
            }
            Self::Cell(ClockCell { verilog, locks, .. }) => Instance {
                cells: if *locks {
                    format!("    wire {CORE_CLOCK};\n    wire {LOCKED};\n{verilog}")
                } else {
                    format!("    wire {CORE_CLOCK};\n{verilog}")
                },
                clock: CORE_CLOCK.to_owned(),
                hold: if *locks { format!("~{LOCKED}") } else { "1'b0".to_owned() },
            },
        }
    }
}

/// The fastest clock up to `limit` MHz that a board can have, in steps of half a megahertz: what to
/// ask for instead of one that the design does not reach.
pub fn fastest(board: &Board, limit: f64) -> Option<f64> {
    let halves = (limit.clamp(0.0, FASTEST) * 2.0) as u32;
    let mut steps = (1..=halves).rev().map(|half| f64::from(half) / 2.0);
    steps.find(|mhz| Clocking::on(board, *mhz).is_ok())
}
