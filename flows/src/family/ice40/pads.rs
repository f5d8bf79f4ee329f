//! The pins of an iCE40's PLLs. A PLL takes its reference from the pin beside it, or from the fabric;
//! then what it makes comes out where that pin's input would, so that no input can be there.

use super::error::Error;
use crate::family::clock::{Crystal, PllInput};

/// Refuses a PLL that place and route would: one that has no pin of its own for its clock, or shares
/// it with an input.
pub(super) fn ensure(crystal: &Crystal<'_>) -> Result<(), Error> {
    let (pads, part) = (crystal.pads.to_vec(), crystal.part.to_owned());
    if pads.is_empty() {
        return Err(Error::NoPll { part, crystal: crystal.mhz });
    }
    // A port without a pin is told elsewhere.
    let Some(pin) = crystal.pins.get(crystal.port) else { return Ok(()) };
    match crystal.input {
        PllInput::Pad if pads.contains(pin) => Ok(()),
        PllInput::Pad => {
            let inputs = shared(crystal).unwrap_or_default();
            let inputs = inputs.into_iter().map(|(port, _)| port).collect();
            Err(Error::OffPad { part, pads, pin: pin.clone(), inputs })
        }
        PllInput::Core => match shared(crystal) {
            None => Ok(()),
            Some(inputs) => Err(Error::Shared { part, inputs, clock: crystal.port.to_owned() }),
        },
    }
}

/// The inputs on the pins of the PLLs, if there is one on each.
fn shared(crystal: &Crystal<'_>) -> Option<Vec<(String, String)>> {
    let inputs = || crystal.inputs.iter().copied().chain([crystal.port]);
    let on = |pad: &String| {
        let port = inputs().find(|port| crystal.pins.get(*port) == Some(pad))?;
        Some((port.to_owned(), pad.clone()))
    };
    crystal.pads.iter().map(on).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Told;

    /// The pins beside the loops of packages, as icestorm's tables have them.
    fn pads(part: &str) -> &'static [&'static str] {
        match part {
            "ice40up5k-sg48" => &["35"],
            "ice40up5k-uwg30" => &["B3"],
            "ice40hx1k-tq144" => &["49"],
            "ice40hx8k-ct256" => &["R9", "F7"],
            "ice40hx8k-cb132" => &["P7", "A6"],
            "ice40lp8k-cm81" => &["G4"],
            _ => &[],
        }
    }

    /// What comes of pins for the clock, the button and a serial input.
    fn told(
        part: &str,
        input: PllInput,
        pins: [(&str, &str); 3],
    ) -> Result<(), (&'static str, String)> {
        let pads: Vec<String> = pads(part).iter().map(ToString::to_string).collect();
        let pins = pins.map(|(port, pin)| (port.to_owned(), pin.to_owned())).into();
        let inputs = ["uart_rx", "button"];
        let crystal = Crystal {
            port: "clk",
            mhz: 12.0,
            input,
            part,
            flags: &[],
            pads: &pads,
            pins: &pins,
            inputs: &inputs,
        };
        ensure(&crystal).map_err(|error| (error.code(), format!("{error}\n{}", error.remedy())))
    }

    /// Each of these was given to place and route, which takes and refuses the same.
    #[test]
    fn takes_what_place_and_route_takes() {
        use PllInput::{Core, Pad};
        let taken = |part, input, clk, button, rx| {
            told(part, input, [("clk", clk), ("button", button), ("uart_rx", rx)]).is_ok()
        };
        for (part, input, clk, button, rx, expect) in [
            ("ice40up5k-sg48", Pad, "35", "10", "6", true),
            ("ice40up5k-sg48", Pad, "44", "10", "6", false),
            ("ice40up5k-sg48", Pad, "37", "10", "6", false),
            ("ice40up5k-sg48", Core, "44", "10", "6", true),
            ("ice40up5k-sg48", Core, "44", "37", "6", true),
            ("ice40up5k-sg48", Core, "44", "35", "6", false),
            ("ice40up5k-sg48", Core, "35", "10", "6", false),
            ("ice40up5k-uwg30", Pad, "B3", "A1", "A4", true),
            ("ice40up5k-uwg30", Core, "A1", "B3", "A4", false),
            ("ice40hx1k-tq144", Core, "21", "50", "9", true),
            ("ice40hx1k-tq144", Core, "21", "49", "9", false),
            ("ice40hx8k-ct256", Pad, "F7", "R9", "B1", true),
            ("ice40hx8k-ct256", Core, "R9", "K9", "B1", true),
            ("ice40hx8k-ct256", Core, "J3", "F7", "B1", true),
            ("ice40hx8k-ct256", Core, "J3", "F7", "R9", false),
            ("ice40hx8k-cb132", Pad, "P7", "P8", "P14", true),
            ("ice40lp8k-cm81", Core, "B2", "C4", "A1", true),
            ("ice40lp8k-cm81", Pad, "C4", "A1", "B1", false),
        ] {
            assert_eq!(
                taken(part, input, clk, button, rx),
                expect,
                "{part} {input:?} {clk} {button}"
            );
        }
    }

    #[test]
    fn the_remedy_does_not_lead_to_another_refusal() {
        let told = |input, clk, button| {
            told("ice40up5k-sg48", input, [("clk", clk), ("button", button), ("uart_rx", "6")])
                .unwrap_err()
        };
        let (code, text) = told(PllInput::Pad, "44", "10");
        assert_eq!(code, "flows::clock::off-pad");
        assert!(text.contains("pll = \"core\"") && !text.contains("button"), "{text}");
        let (_, text) = told(PllInput::Pad, "44", "35");
        assert!(
            text.contains("pll = \"core\"") && text.contains("put `button` on another"),
            "{text}"
        );
        let (code, text) = told(PllInput::Core, "44", "35");
        assert_eq!(code, "flows::clock::shared-pin");
        assert!(text.contains("`button` is on pin 35") && text.contains("another pin"), "{text}");
        let (_, text) = told(PllInput::Core, "35", "10");
        assert!(text.contains("leave `pll` out"), "{text}");
    }

    #[test]
    fn a_package_without_a_pll_says_so() {
        let pins = [("clk", "1"), ("button", "2"), ("uart_rx", "3")];
        let (code, text) = told("one without", PllInput::Core, pins).unwrap_err();
        assert_eq!(code, "flows::clock::no-pll");
        assert!(text.contains("12"), "{text}");
    }
}
