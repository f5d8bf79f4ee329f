//! `board.v`: the module whose ports are the board's pins, around the emitted top.
//!
//! It is where the clock comes from: the crystal itself, or a PLL that holds the top until it has
//! locked.

use crate::board::{Board, PORTS};
use crate::error::FlowError;
use crate::pll::Pll;

/// The module's name.
pub const MODULE: &str = "board";

/// The top's clock, and what reports call it.
pub const CLOCK: &str = "clk";

/// The net that clocks the top behind a PLL.
const CORE_CLOCK: &str = "core_clk";

/// The text for a board whose design runs at `mhz`.
///
/// # Errors
/// [`FlowError::PllUnreachable`].
pub fn verilog(board: &Board, mhz: f64) -> Result<String, FlowError> {
    let clock = &board.clock;
    let inputs = [clock.port.as_str(), "uart_rx", "button"];
    let outputs: Vec<&str> = PORTS.iter().filter(|p| !inputs.contains(p)).copied().collect();
    let declare = |kind: &str, names: &[&str]| -> String {
        names.iter().map(|name| format!("    {kind} {name},\n")).collect()
    };
    let ports = declare("input", &inputs) + &declare("output", &outputs);
    let through: String = PORTS.iter().map(|port| format!(",\n        .{port}({port})")).collect();
    let pll = Pll::between(clock.mhz, mhz)?;
    let (cell, core, hold) = match pll {
        None => (String::new(), clock.port.as_str(), "1'b0"),
        Some(pll) => (instance(&pll, &clock.port), CORE_CLOCK, "~locked"),
    };
    Ok(format!(
        "// {} at {mhz} MHz: written by spikestream, do not edit.\nmodule {MODULE} (\n{});\n{cell}\
         \x20   top core (\n        .{CLOCK}({core}),\n        .hold({hold}){through}\n    );\nendmodule\n",
        board.description,
        ports.trim_end_matches(",\n").to_owned() + "\n",
    ))
}

fn instance(pll: &Pll, port: &str) -> String {
    let Pll { divr, divf, divq, filter_range, .. } = pll;
    format!(
        "    wire {CORE_CLOCK};\n    wire locked;\n    SB_PLL40_PAD #(\n\
         \x20       .FEEDBACK_PATH(\"SIMPLE\"),\n        .DIVR(4'd{divr}),\n        .DIVF(7'd{divf}),\n\
         \x20       .DIVQ(3'd{divq}),\n        .FILTER_RANGE(3'd{filter_range})\n    ) pll (\n\
         \x20       .PACKAGEPIN({port}),\n        .PLLOUTGLOBAL({CORE_CLOCK}),\n\
         \x20       .LOCK(locked),\n        .RESETB(1'b1),\n        .BYPASS(1'b0)\n    );\n"
    )
}
