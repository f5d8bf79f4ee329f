//! An iCE40 bitstream as Verilog: unpacked, and every bit of it explained by icestorm's data base.

use super::BITSTREAM;
use crate::base::error::FlowError;
use crate::family::unpack::{Unpacking, form, text};
use crate::family::{Error, MODULE, behind};
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

const ICEUNPACK: Tool = Tool::named("iceunpack");
const ICEBOX_VLOG: Tool = Tool::named("icebox_vlog");

pub(super) const TOOLS: [Tool; 3] = [ICEUNPACK, ICEBOX_VLOG, Tool::YOSYS];

/// What icebox writes.
const VERILOG: &str = "unpacked.v";

/// The Verilog of a bitstream.
pub(super) fn verilog(unpacking: &Unpacking<'_>, tools: &Tools) -> Result<String, FlowError> {
    let folder = unpacking.folder;
    run::run(&plan(unpacking)?, tools, folder, &Options::default())
        .map_err(|error| explained(unpacking.board, error))?;
    let path = folder.join(VERILOG);
    let connected = with_clock(&text(&path)?, unpacking.clock);
    Ok(connected.map_err(form(path))?)
}

fn plan(unpacking: &Unpacking<'_>) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file(BITSTREAM, unpacking.bitstream)?;
    plan.file("pins.pcf", pins(unpacking))?;
    plan.step("unpack", ICEUNPACK, [BITSTREAM, "unpacked.asc"])?;
    plan.product("unpacked.asc")?;
    let mut args = vec!["-s", "-c", "-n", MODULE, "-p", "pins.pcf"];
    args.extend(
        behind(unpacking.flags, "--package").into_iter().flat_map(|package| ["-d", package]),
    );
    args.push("unpacked.asc");
    plan.printing_step("explain", ICEBOX_VLOG, args, VERILOG)?;
    Ok(plan)
}

/// The pins of the board, without the options that icebox does not know.
fn pins(unpacking: &Unpacking<'_>) -> String {
    unpacking.pins.iter().map(|(port, pin)| format!("set_io {port} {pin}\n")).collect()
}

/// What icebox is known to stumble over, told from other failures: it looks for a setting of the UP5K's
/// loop under the name that it has on other parts, if a pin elsewhere drives the loop.
fn explained(board: &str, error: FlowError) -> FlowError {
    match error.of() {
        Some(run::Error::StepFailed { tail, .. })
            if tail.contains("KeyError: 'SHIFTREG_DIV_MODE'") =>
        {
            let what = "it knows the UP5K's phase-locked loop only on the loop's own pin";
            Error::Unexplained { tool: "icebox_vlog", board: board.to_owned(), what }.into()
        }
        _ => error,
    }
}

/// The text with the clock's port connected to the pad of the phase-locked loop. The pad of a loop
/// that is driven by a pin is that pin, wherever the bitstream is loaded, so that no bit says so, and
/// icebox leaves it open.
fn with_clock(text: &str, clock: &str) -> Result<String, String> {
    let pads: Vec<&str> = text
        .split(".PACKAGEPIN(")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(net, _)| net))
        .collect();
    match pads[..] {
        [] => Ok(text.to_owned()),
        [pad] => match text.rsplit_once("endmodule") {
            Some((body, rest)) => Ok(format!("{body}assign {pad} = {clock};\nendmodule{rest}")),
            None => Err("it is no module".to_owned()),
        },
        _ => Err(format!("it has {} phase-locked loops", pads.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_drives_the_pad_of_the_loop() {
        let module = |inside: &str| format!("module board (input clk);\n{inside}endmodule\n");
        assert_eq!(with_clock(&module(""), "clk").unwrap(), module(""));
        let pll = "SB_PLL40_PAD pll (\n  .PACKAGEPIN(n7),\n  .LOCK(n8)\n);\n";
        let connected = with_clock(&module(pll), "clk").unwrap();
        assert_eq!(connected, module(&format!("{pll}assign n7 = clk;\n")));
        assert!(with_clock(&module(&pll.repeat(2)), "clk").is_err());
        assert!(with_clock(".PACKAGEPIN(n7)", "clk").is_err());
    }
}
