//! Settings of the ECP5's phase-locked loop, fed back from its first output.
//!
//! The reference is divided by `CLKI_DIV` and compared with the output divided by `CLKFB_DIV`; the
//! oscillator runs `CLKOP_DIV` times as fast as the output:
//!
//! `f_out = f_in * CLKFB_DIV / CLKI_DIV`, `f_vco = f_out * CLKOP_DIV`
//!
//! The phase detector works from 10 to 400 MHz, the oscillator from 400 to 800 MHz, the output from
//! 3.125 to 400 MHz (Lattice, FPGA-DS-02012, "sysCLOCK PLL Timing").

use crate::family::Error;
use crate::family::clock::{CORE_CLOCK, LOCKED, nearest};

/// The parameters of an `EHXPLLL` cell, and what comes out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Setting {
    /// Reference divider.
    pub(super) clki_div: u32,
    /// Feedback divider.
    pub(super) clkfb_div: u32,
    /// Output divider.
    pub(super) clkop_div: u32,
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

    /// The cell behind a port. The attributes are the loop's analogue settings for its whole range.
    pub(super) fn verilog(&self, port: &str) -> String {
        let Self { clki_div, clkfb_div, clkop_div, .. } = self;
        let phase = clkop_div / 2 - 1;
        format!(
            "    (* ICP_CURRENT=\"12\", LPF_RESISTOR=\"8\", MFG_ENABLE_FILTEROPAMP=\"1\", \
             MFG_GMCREF_SEL=\"2\" *)\n\
             \x20   EHXPLLL #(\n        .CLKI_DIV({clki_div}),\n        .CLKFB_DIV({clkfb_div}),\n\
             \x20       .CLKOP_DIV({clkop_div}),\n        .CLKOP_CPHASE({phase}),\n\
             \x20       .CLKOP_FPHASE(0),\n        .CLKOP_ENABLE(\"ENABLED\"),\n\
             \x20       .FEEDBK_PATH(\"CLKOP\"),\n        .PLLRST_ENA(\"DISABLED\"),\n\
             \x20       .INTFB_WAKE(\"DISABLED\"),\n        .STDBY_ENABLE(\"DISABLED\"),\n\
             \x20       .DPHASE_SOURCE(\"DISABLED\"),\n        .OUTDIVIDER_MUXA(\"DIVA\")\n\
             \x20   ) pll (\n        .RST(1'b0),\n        .STDBY(1'b0),\n        .CLKI({port}),\n\
             \x20       .CLKFB({CORE_CLOCK}),\n        .CLKOP({CORE_CLOCK}),\n\
             \x20       .PHASESEL0(1'b0),\n        .PHASESEL1(1'b0),\n        .PHASEDIR(1'b1),\n\
             \x20       .PHASESTEP(1'b1),\n        .PHASELOADREG(1'b1),\n\
             \x20       .PLLWAKESYNC(1'b0),\n        .ENCLKOP(1'b0),\n        .LOCK({LOCKED})\n    );\n"
        )
    }
}

/// Every setting, with the output divider that lets the oscillator run nearest to 600 MHz, the
/// middle of its range.
fn candidates(crystal: f64) -> impl Iterator<Item = Setting> {
    let dividers = (1..=128).flat_map(|clki| (1..=80).map(move |clkfb| (clki, clkfb)));
    dividers.filter_map(move |(clki_div, clkfb_div)| {
        let detector = crystal / f64::from(clki_div);
        let mhz = detector * f64::from(clkfb_div);
        let clkop_div = (600.0 / mhz).round().clamp(2.0, 128.0);
        let ok = (8.0..=400.0).contains(&crystal)
            && (10.0..=400.0).contains(&detector)
            && (400.0..=800.0).contains(&(mhz * clkop_div))
            && (3.125..=400.0).contains(&mhz);
        ok.then_some(Setting { clki_div, clkfb_div, clkop_div: clkop_div as u32, mhz })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_those_of_the_open_calculator() {
        // ecppll -i 25 -o 50, -i 25 -o 75, -i 12 -o 60, -i 48 -o 60
        for (crystal, wanted, expected) in [
            (25.0, 50.0, (1, 2, 12)),
            (25.0, 75.0, (1, 3, 8)),
            (12.0, 60.0, (1, 5, 10)),
            (48.0, 60.0, (4, 5, 10)),
        ] {
            let pll = Setting::find(crystal, wanted).unwrap();
            assert_eq!((pll.clki_div, pll.clkfb_div, pll.clkop_div), expected);
        }
    }

    #[test]
    fn what_no_setting_reaches_is_an_error() {
        for wanted in [0.0, 3.0, 410.0, f64::NAN] {
            assert!(Setting::find(25.0, wanted).is_err(), "{wanted}");
        }
        assert!(Setting::find(4.0, 50.0).is_err(), "the crystal is too slow");
    }
}
