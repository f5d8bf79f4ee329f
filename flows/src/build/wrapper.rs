//! `board.v`: the module whose ports are the board's pins, around the emitted top.
//!
//! It is where the clock comes from ([`crate::board::clocking`]), and where a board that lacks something
//! still gets the same top: without a serial port the line idles, without a button the top sees one
//! that is pressed from the start and runs its self-test once, and an LED that is not there is not
//! connected. A pin that goes both ways is three ports of the top.

use crate::base::error::FlowError;
use crate::board::clocking::Clocking;
use crate::board::{Board, FLASH_PORTS, INPUTS, PORTS, SHARED};
use crate::family::MODULE;
use crate::family::both_ways::{DRIVE, IN, OUT};

/// The top's clock, and what reports call it.
pub const CLOCK: &str = "clk";

/// The text for a board whose design runs at `mhz`, and has its network from the flash or not.
///
/// # Errors
/// [`crate::family::Error::Unreachable`].
pub fn verilog(board: &Board, mhz: f64, loaded: bool) -> Result<String, FlowError> {
    let port = board.clock.port().unwrap_or_default();
    let instance = Clocking::on(board, mhz)?.instance(port);
    let flash = FLASH_PORTS.iter().filter(|_| loaded);
    let inside: String = PORTS.iter().chain(flash).map(|port| inside(board, port)).collect();
    Ok(format!(
        "// {} at {mhz} MHz: written by spikestream, do not edit.\n\
         module {MODULE} (\n{}\n);\n{}{}{}    top core (\n        .{CLOCK}({}),\n\
         \x20       .hold({}){inside}\n    );\nendmodule\n",
        board.description,
        ports(board, loaded).join(",\n"),
        constants(board),
        buffers(board, loaded),
        instance.cells,
        instance.clock,
        instance.hold,
    ))
}

/// The declarations of the pins: inputs first.
fn ports(board: &Board, loaded: bool) -> Vec<String> {
    let (shared, others): (Vec<_>, Vec<_>) = board.ports(loaded).partition(|p| board.shares(p));
    let (inputs, outputs): (Vec<_>, Vec<_>) = others.into_iter().partition(|p| INPUTS.contains(p));
    let inputs = board.clock.port().into_iter().chain(inputs).map(|p| format!("    input {p}"));
    let constant = board.high.iter().chain(&board.low).map(String::as_str);
    let outputs = outputs.into_iter().chain(constant).map(|p| format!("    output {p}"));
    let shared = shared.into_iter().map(|p| format!("    inout {p}"));
    inputs.chain(outputs).chain(shared).collect()
}

/// Pins that never change.
fn constants(board: &Board) -> String {
    let levels = [(&board.high, 1), (&board.low, 0)];
    let levels = levels.into_iter().flat_map(|(pins, level)| pins.iter().map(move |p| (p, level)));
    levels.map(|(pin, level)| format!("    assign {pin} = 1'b{level};\n")).collect()
}

/// What drives pins that go both ways.
fn buffers(board: &Board, loaded: bool) -> String {
    let shared = board.ports(loaded).filter(|p| board.shares(p));
    shared
        .map(|p| {
            let (out, drive) = (format!("{p}{OUT}"), format!("{p}{DRIVE}"));
            format!("    wire {out}, {drive};\n    assign {p} = {drive} ? {out} : 1'bz;\n")
        })
        .collect()
}

/// What a port of the top is connected to, and what belongs to it.
fn inside(board: &Board, port: &str) -> String {
    let more = |drive: &str, read: &str| {
        format!(",\n        .{port}{DRIVE}({drive}),\n        .{port}{IN}({read})")
    };
    let to = match port {
        port if board.shares(port) => {
            let (out, drive) = (format!("{port}{OUT}"), format!("{port}{DRIVE}"));
            return format!(",\n        .{port}({out}){}", more(&drive, port));
        }
        SHARED => return format!(",\n        .{port}({port}){}", more("", "1'b1")),
        port if board.has(port) => port.to_owned(),
        "uart_rx" => "1'b1".to_owned(),
        "button" => format!("1'b{}", u8::from(!board.button_active_low)),
        _ => String::new(),
    };
    format!(",\n        .{port}({to})")
}
