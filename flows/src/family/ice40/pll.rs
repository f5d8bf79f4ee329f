//! Settings of the iCE40's phase-locked loop: from the crystal to the clock that a design runs at.
//!
//! In its simple feedback mode the PLL divides the reference by `DIVR + 1`, compares it with the
//! oscillator divided by `DIVF + 1`, and gives the oscillator divided by `2^DIVQ`:
//!
//! `f_out = f_in * (DIVF + 1) / ((DIVR + 1) * 2^DIVQ)`
//!
//! The phase detector works from 10 to 133 MHz, the oscillator from 533 to 1066 MHz, the output from
//! 16 to 275 MHz (Lattice, iCE40 LP/HX and UltraPlus data sheets).

use crate::family::Error;
use crate::family::clock::{CORE_CLOCK, LOCKED, PllInput, nearest};

/// The parameters of an `SB_PLL40` cell, and what comes out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Setting {
    /// Reference divider, less one.
    pub(super) divr: u32,
    /// Feedback divider, less one.
    pub(super) divf: u32,
    /// Output divider, as a power of two.
    pub(super) divq: u32,
    /// The loop filter for the phase detector's frequency.
    pub(super) filter_range: u32,
    /// The output, MHz.
    pub(super) mhz: f64,
}

impl Setting {
    /// The settings whose output is nearest to `wanted` MHz from a crystal of `crystal` MHz.
    ///
    /// # Errors
    /// [`Error::Unreachable`] if the nearest is more than half a per cent away.
    pub(super) fn find(crystal: f64, wanted: f64) -> Result<Self, Error> {
        nearest(candidates(crystal), |pll| pll.mhz, crystal, wanted)
    }

    /// The cell behind a port; from its pad, if the port's pin is the one that drives the PLL.
    pub(super) fn verilog(&self, port: &str, input: PllInput) -> String {
        let (cell, reference) = match input {
            PllInput::Pad => ("SB_PLL40_PAD", "PACKAGEPIN"),
            PllInput::Core => ("SB_PLL40_CORE", "REFERENCECLK"),
        };
        let Self { divr, divf, divq, filter_range, .. } = self;
        format!(
            "    {cell} #(\n        .FEEDBACK_PATH(\"SIMPLE\"),\n\
             \x20       .DIVR(4'd{divr}),\n        .DIVF(7'd{divf}),\n\
             \x20       .DIVQ(3'd{divq}),\n        .FILTER_RANGE(3'd{filter_range})\n    ) pll (\n\
             \x20       .{reference}({port}),\n        .PLLOUTGLOBAL({CORE_CLOCK}),\n\
             \x20       .LOCK({LOCKED}),\n        .RESETB(1'b1),\n        .BYPASS(1'b0)\n    );\n"
        )
    }
}

fn candidates(crystal: f64) -> impl Iterator<Item = Setting> {
    let settings = (0..16).flat_map(|divr| (0..128).map(move |divf| (divr, divf)));
    settings.flat_map(|pair| (1..7).map(move |divq| (pair, divq))).filter_map(
        move |((divr, divf), divq)| {
            let detector = crystal / f64::from(divr + 1);
            let oscillator = detector * f64::from(divf + 1);
            let mhz = oscillator / f64::from(1 << divq);
            let ok = (10.0..=133.0).contains(&detector)
                && (533.0..=1066.0).contains(&oscillator)
                && (16.0..=275.0).contains(&mhz);
            ok.then(|| Setting { divr, divf, divq, filter_range: filter_range(detector), mhz })
        },
    )
}

/// The loop filter's setting for a phase detector's frequency.
fn filter_range(detector: f64) -> u32 {
    let upper = [17.0, 26.0, 44.0, 66.0, 101.0];
    upper.iter().take_while(|limit| detector >= **limit).count() as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_those_of_the_vendors_calculator() {
        // icepll -i 12 -o 24, -i 12 -o 48, -i 16 -o 20
        let pll = Setting::find(12.0, 24.0).unwrap();
        assert_eq!((pll.divr, pll.divf, pll.divq, pll.filter_range), (0, 63, 5, 1));
        let pll = Setting::find(12.0, 48.0).unwrap();
        assert_eq!((pll.divr, pll.divf, pll.divq, pll.filter_range), (0, 63, 4, 1));
        let pll = Setting::find(16.0, 20.0).unwrap();
        assert_eq!((pll.divr, pll.divf, pll.divq, pll.filter_range), (0, 39, 5, 1));
    }

    #[test]
    fn what_no_setting_reaches_is_an_error() {
        for wanted in [0.0, 8.0, 300.0, f64::NAN] {
            assert!(Setting::find(12.0, wanted).is_err(), "{wanted}");
        }
    }
}
