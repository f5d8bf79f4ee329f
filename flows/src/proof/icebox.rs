//! An iCE40 bitstream as Verilog: unpacked, and every bit of it explained by icestorm's data base.

use std::path::Path;

use super::{Build, Error, bitstream, text};
use crate::board::Board;
use crate::error::FlowError;
use crate::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};
use crate::wrapper;

pub(super) const TOOLS: [Tool; 3] = [Tool::Iceunpack, Tool::IceboxVlog, Tool::Yosys];

/// What icebox writes.
const VERILOG: &str = "unpacked.v";

/// The Verilog of a build's bitstream. `clock` is the port of the board's clock.
pub(super) fn verilog(
    build: &Build<'_>,
    clock: &str,
    tools: &Tools,
    folder: &Path,
) -> Result<String, FlowError> {
    let folder = folder.join("unpacked");
    run::run(&plan(build.board, bitstream(build)?)?, tools, &folder, &Options::default())
        .map_err(|error| explained(build.board, error))?;
    let path = folder.join(VERILOG);
    let connected = with_clock(&text(&path)?, clock);
    Ok(connected.map_err(|what| Error::Form { path, what })?)
}

fn plan(board: &Board, bitstream: Vec<u8>) -> Result<Plan, FlowError> {
    let file = board.part.family.bitstream();
    let mut plan = Plan::default();
    plan.file(file, bitstream)?;
    plan.file("pins.pcf", pins(board))?;
    plan.step("unpack", Tool::Iceunpack, [file, "unpacked.asc"])?;
    plan.product("unpacked.asc")?;
    let mut args = vec!["-s", "-c", "-n", wrapper::MODULE, "-p", "pins.pcf"];
    if let Some(at) = board.part.flags.iter().position(|flag| flag == "--package") {
        args.extend(
            board.part.flags.get(at + 1).map(|package| ["-d", package]).into_iter().flatten(),
        );
    }
    args.push("unpacked.asc");
    plan.printing_step("explain", Tool::IceboxVlog, args, VERILOG)?;
    Ok(plan)
}

/// The pins of the board, without the options that icebox does not know.
fn pins(board: &Board) -> String {
    board.constraints.pins.iter().map(|(port, pin)| format!("set_io {port} {pin}\n")).collect()
}

/// What icebox is known to stumble over, told from other failures: it looks for a setting of the UP5K's
/// loop under the name that it has on other parts, if a pin elsewhere drives the loop.
fn explained(board: &Board, error: FlowError) -> FlowError {
    match &error {
        FlowError::ToolFailed { tail, .. } if tail.contains("KeyError: 'SHIFTREG_DIV_MODE'") => {
            let what = "it knows the UP5K's phase-locked loop only on the loop's own pin";
            Error::Unexplained { board: board.description.clone(), what }.into()
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
