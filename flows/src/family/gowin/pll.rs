//! Settings of Gowin's phase-locked loop `rPLL`, fed back inside.
//!
//! The reference is divided by `IDIV_SEL + 1` and compared with the output divided by `FBDIV_SEL + 1`; the
//! oscillator runs `ODIV_SEL` times as fast as the output:
//!
//! `f_out = f_in * (FBDIV_SEL + 1) / (IDIV_SEL + 1)`, `f_vco = f_out * ODIV_SEL`
//!
//! The phase detector works from 3 to 400 MHz, the oscillator from 500 to 1200 MHz, the output from 3.125 to
//! 600 MHz: what both the GW1NR-9 (C6/I5) and the GW2AR-18 (C8/I7) do (Gowin, DS117 and DS226).

use crate::family::Error;
use crate::family::clock::{CORE_CLOCK, FASTEST, LOCKED, nearest};

/// What the output can be divided from the oscillator by.
const OUTPUT: [u32; 13] = [2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128, 24, 40];

/// The parameters of an `rPLL` cell, and what comes out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Setting {
    /// Reference divider, less one.
    idiv: u32,
    /// Feedback divider, less one.
    fbdiv: u32,
    /// Output divider.
    odiv: u32,
    /// The output, MHz.
    mhz: f64,
}

impl Setting {
    /// The settings whose output is nearest to `wanted` MHz from a crystal of `crystal` MHz.
    ///
    /// # Errors
    /// [`Error::Unreachable`] if the nearest is more than half a per cent away.
    pub(super) fn find(crystal: f64, wanted: f64) -> Result<Self, Error> {
        nearest(candidates(crystal), |pll| pll.mhz, crystal, wanted)
    }

    /// The cell behind a port.
    pub(super) fn verilog(&self, port: &str, crystal: f64, device: &str) -> String {
        let Self { idiv, fbdiv, odiv, .. } = self;
        format!(
            "    rPLL #(\n        .FCLKIN(\"{crystal}\"),\n        .DEVICE(\"{device}\"),\n\
             \x20       .IDIV_SEL({idiv}),\n        .FBDIV_SEL({fbdiv}),\n        .ODIV_SEL({odiv})\n\
             \x20   ) pll (\n        .CLKIN({port}),\n        .CLKFB(1'b0),\n        .RESET(1'b0),\n\
             \x20       .RESET_P(1'b0),\n        .FBDSEL(6'b0),\n        .IDSEL(6'b0),\n        .ODSEL(6'b0),\n\
             \x20       .PSDA(4'b0),\n        .DUTYDA(4'b0),\n        .FDLY(4'b0),\n\
             \x20       .CLKOUT({CORE_CLOCK}),\n        .LOCK({LOCKED})\n    );\n"
        )
    }
}

fn candidates(crystal: f64) -> impl Iterator<Item = Setting> {
    let dividers = (0..64).flat_map(|idiv| (0..64).map(move |fbdiv| (idiv, fbdiv)));
    dividers.flat_map(|pair| OUTPUT.map(|odiv| (pair, odiv))).filter_map(
        move |((idiv, fbdiv), odiv)| {
            let detector = crystal / f64::from(idiv + 1);
            let mhz = detector * f64::from(fbdiv + 1);
            let ok = (3.0..=FASTEST).contains(&detector)
                && (500.0..=1200.0).contains(&(mhz * f64::from(odiv)))
                && (3.125..=FASTEST).contains(&mhz);
            ok.then_some(Setting { idiv, fbdiv, odiv, mhz })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_the_nearest_and_within_its_ranges() {
        for (wanted, fbdiv, idiv) in [(54.0, 1, 0), (13.5, 0, 1), (40.5, 2, 1), (50.0, 12, 6)] {
            let pll = Setting::find(27.0, wanted).unwrap();
            assert_eq!((pll.fbdiv, pll.idiv), (fbdiv, idiv), "{wanted}: {pll:?}");
            assert!((500.0..=1200.0).contains(&(pll.mhz * f64::from(pll.odiv))), "{pll:?}");
        }
        assert!(
            Setting::find(27.0, 54.0)
                .unwrap()
                .verilog("clk", 27.0, "GW1N-9C")
                .contains("FCLKIN(\"27\")")
        );
    }

    #[test]
    fn what_no_setting_reaches_is_an_error() {
        for wanted in [0.0, 1.0, 500.0, f64::NAN] {
            assert!(Setting::find(27.0, wanted).is_err(), "{wanted}");
        }
    }
}
