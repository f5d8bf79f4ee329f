//! Why an iCE40's PLL cannot be used as a board is wired.

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The package has no PLL.
    #[error("{part} has no PLL, so that its clock is the crystal's {crystal} MHz")]
    NoPll {
        /// The part.
        part: String,
        /// The crystal, MHz.
        crystal: f64,
    },
    /// The clock is not on the PLL's pin.
    #[error("the PLL of {part} takes its clock from {}, and the clock is on pin {pin}", pins(.pads))]
    OffPad {
        /// The part.
        part: String,
        /// The pin beside each PLL.
        pads: Vec<String>,
        /// The clock's pin.
        pin: String,
        /// The inputs that are on the pins of all PLLs, which cannot stay if the PLL takes its clock
        /// from elsewhere.
        inputs: Vec<String>,
    },
    /// Every PLL shares its pin with an input.
    #[error("a PLL of {part} takes the place of an input on its pin, and {}", placed(.inputs))]
    Shared {
        /// The part.
        part: String,
        /// The inputs that are on the pins of the PLLs, with their pins.
        inputs: Vec<(String, String)>,
        /// The port of the clock.
        clock: String,
    },
}

fn pins(pads: &[String]) -> String {
    let plural = if pads.len() == 1 { "" } else { "s" };
    format!("pin{plural} {}", pads.join(" or "))
}

fn placed(inputs: &[(String, String)]) -> String {
    let each = inputs.iter().map(|(port, pin)| format!("`{port}` is on pin {pin}"));
    each.collect::<Vec<_>>().join(" and ")
}

fn moved(ports: &[String]) -> String {
    let ports: Vec<String> = ports.iter().map(|port| format!("`{port}`")).collect();
    format!("put {} on another pin", ports.join(" or "))
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NoPll { .. } => "flows::clock::no-pll",
            Self::OffPad { .. } => "flows::clock::off-pad",
            Self::Shared { .. } => "flows::clock::shared-pin",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoPll { crystal, .. } => {
                format!("leave out `run_mhz` and `--freq`, or give {crystal}")
            }
            Self::OffPad { inputs, .. } if inputs.is_empty() => {
                "write `pll = \"core\"` in the clock table of the board's file".to_owned()
            }
            Self::OffPad { inputs, .. } => format!(
                "write `pll = \"core\"` in the clock table of the board's file, and {}: the PLL \
                 takes the place of an input there",
                moved(inputs)
            ),
            Self::Shared { inputs, clock, .. } if inputs.iter().any(|(port, _)| port == clock) => {
                format!(
                    "leave `pll` out of the clock table of the board's file: `{clock}` is on the \
                     PLL's own pin"
                )
            }
            Self::Shared { inputs, .. } => {
                let ports: Vec<String> = inputs.iter().map(|(port, _)| port.clone()).collect();
                format!("{}; outputs may stay there", moved(&ports))
            }
        }
    }
}
