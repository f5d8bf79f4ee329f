//! The high-frequency oscillator of the iCE40 UltraPlus: 48 MHz, divided by 1, 2, 4 or 8.
//!
//! It may be off by a tenth (Lattice, iCE40 UltraPlus data sheet), which no serial line takes: a
//! board that runs on it has no UART.

use crate::base::error::FlowError;
use crate::family::Error;
use crate::family::clock::{CORE_CLOCK, ClockCell, nearest};

/// Undivided, MHz.
const MHZ: f64 = 48.0;

/// How far it may be off, as a fraction.
const TOLERANCE: f64 = 0.1;

/// The clock of `mhz`.
///
/// # Errors
/// [`Error::Unreachable`].
pub(super) fn clock(mhz: f64) -> Result<ClockCell, FlowError> {
    let verilog = Oscillator::find(mhz)?.verilog();
    Ok(ClockCell { verilog, locks: false, at_most: at_most(mhz) })
}

/// The fastest that it may be at nominally `mhz`.
fn at_most(mhz: f64) -> f64 {
    // In whole kHz: a tool is told this, and nobody wants to read 26.400000000000002.
    (mhz * (1.0 + TOLERANCE) * 1e3).round() / 1e3
}

/// The oscillator, divided.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Oscillator {
    /// The divider, as a power of two.
    shift: u32,
}

impl Oscillator {
    /// The divider that gives `wanted` MHz.
    ///
    /// # Errors
    /// [`Error::Unreachable`] if none does.
    fn find(wanted: f64) -> Result<Self, Error> {
        let settings = (0..4).map(|shift| Self { shift });
        nearest(settings, |setting| MHZ / f64::from(1 << setting.shift), MHZ, wanted)
    }

    /// The cell that drives the core's clock.
    fn verilog(self) -> String {
        format!(
            "    SB_HFOSC #(\n        .CLKHF_DIV(\"0b{:02b}\")\n    ) oscillator (\n\
             \x20       .CLKHFPU(1'b1),\n        .CLKHFEN(1'b1),\n        .CLKHF({CORE_CLOCK})\n    );\n",
            self.shift
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_by_powers_of_two_only() {
        assert_eq!(Oscillator::find(24.0).unwrap().shift, 1);
        assert!(Oscillator::find(6.0).unwrap().verilog().contains("\"0b11\""));
        for wanted in [0.0, 3.0, 20.0, 96.0, f64::NAN] {
            assert!(Oscillator::find(wanted).is_err(), "{wanted}");
        }
    }
}
