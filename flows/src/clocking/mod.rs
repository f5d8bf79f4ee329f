//! Where a design's clock comes from: the crystal itself, a PLL behind it, or an oscillator in the
//! FPGA.

mod ecp5_pll;
mod error;
mod ice40_pll;
mod oscillator;
mod pads;

use crate::board::{Board, Clock, PllInput, Source};
use crate::constraints::Constraints;
use crate::error::FlowError;
use crate::family::Family;
use crate::part::Part;

pub use ecp5_pll::Ecp5Pll;
pub use error::Error;
pub use ice40_pll::Ice40Pll;
pub use oscillator::Oscillator;

/// The net that clocks the top, where it is not the port's own.
pub const CORE_CLOCK: &str = "core_clk";

/// The net that says that the clock is steady.
pub(crate) const LOCKED: &str = "locked";

/// How far an output may lie from what was asked for, as a fraction: a serial line takes 2 %.
const TOLERANCE: f64 = 0.005;

/// No PLL of either family gives more, MHz.
const FASTEST: f64 = 400.0;

/// What makes the clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clocking {
    /// The crystal.
    Direct,
    /// An iCE40's PLL.
    Ice40(Ice40Pll, PllInput),
    /// An ECP5's PLL.
    Ecp5(Ecp5Pll),
    /// An UltraPlus's oscillator.
    Oscillator(Oscillator),
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
    /// [`FlowError::PllUnreachable`] with the nearest frequency that there is, and [`Error`] if the
    /// pins do not let the PLL have its clock.
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
        match (&clock.source, part.family) {
            (Source::Internal, _) => Oscillator::find(mhz).map(Self::Oscillator),
            (Source::Crystal { mhz: crystal, .. }, _) if *crystal == mhz => Ok(Self::Direct),
            (Source::Crystal { port, mhz: crystal, pll }, Family::Ice40) => {
                let setting = Ice40Pll::find(*crystal, mhz)?;
                pads::ensure(part, port, *crystal, *pll, constraints)?;
                Ok(Self::Ice40(setting, *pll))
            }
            (Source::Crystal { mhz: crystal, .. }, Family::Ecp5) => {
                Ecp5Pll::find(*crystal, mhz).map(Self::Ecp5)
            }
        }
    }

    /// The fastest that a clock of nominally `mhz` may be, which is what the design has to meet.
    pub fn at_most(&self, mhz: f64) -> f64 {
        match self {
            Self::Direct | Self::Ice40(..) | Self::Ecp5(_) => mhz,
            Self::Oscillator(_) => oscillator::at_most(mhz),
        }
    }

    /// The cells behind the clock's port.
    pub fn instance(&self, port: &str) -> Instance {
        let behind = |cell: String, held: bool| Instance {
            cells: if held {
                format!("    wire {CORE_CLOCK};\n    wire {LOCKED};\n{cell}")
            } else {
                format!("    wire {CORE_CLOCK};\n{cell}")
            },
            clock: CORE_CLOCK.to_owned(),
            hold: if held { format!("~{LOCKED}") } else { "1'b0".to_owned() },
        };
        match self {
            Self::Direct => {
                Instance { cells: String::new(), clock: port.to_owned(), hold: "1'b0".to_owned() }
            }
            Self::Ice40(pll, input) => behind(pll.verilog(port, *input), true),
            Self::Ecp5(pll) => behind(pll.verilog(port), true),
            Self::Oscillator(oscillator) => behind(oscillator.verilog(), false),
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

/// The setting whose output is nearest to what is wanted, if it is near enough.
fn nearest<T>(
    settings: impl Iterator<Item = T>,
    output: impl Fn(&T) -> f64,
    source: f64,
    wanted: f64,
) -> Result<T, FlowError> {
    let distance = |setting: &T| (output(setting) - wanted).abs();
    match settings.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
        Some(setting) if distance(&setting) <= wanted * TOLERANCE => Ok(setting),
        other => {
            let nearest = other.map_or(source, |setting| (output(&setting) * 1e3).round() / 1e3);
            Err(FlowError::PllUnreachable { crystal: source, wanted, nearest })
        }
    }
}
