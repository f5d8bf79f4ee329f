//! A design beside a flash that holds its network: a module around both, with the design's other ports.

use std::path::Path;

use spikestream::files;
use spikestream_flows::base::digest;

use spikestream_flows::proof;

use crate::SimError;
use crate::verify::Built;

/// The module around both.
pub const MODULE: &str = "beside_flash";

/// What the flash does.
const MODEL: &str = include_str!("flash.v");

/// Ports that a design may have beside those to its flash; one that is counted has counts.
const PORTS: [&str; 8] =
    ["hold", "uart_rx", "uart_tx", "button", "led_status", "led_pass", "led_fail", proof::PORT];

/// The flash's, as a design calls them.
const PINS: [&str; 6] = ["cs", "sck", "mosi", DRIVE, "mosi_in", "miso"];

/// That which says whether a design drives the wire of `mosi`; one without it always does.
const DRIVE: &str = "mosi_drive";

/// The Verilog of a design whose top is `top`, with a module [`MODULE`] that has a flash beside it. The contents lie in a
/// file in `folder` that is named by their hash.
///
/// # Errors
/// [`SimError::Unwritable`].
pub fn beside(
    verilog: &str,
    (top, clock): (&str, &str),
    (address, image): (u32, &[u8]),
    folder: &Path,
) -> Result<String, SimError> {
    let name = format!("flash-{}.hex", &digest::of_bytes(image)[..16]);
    let path = folder.join(name);
    let text: String = image.iter().map(|byte| format!("{byte:02x}\n")).collect();
    if !path.exists() {
        files::write(&path, text.as_bytes())
            .map_err(|e| SimError::Unwritable { path: e.path, reason: e.source.to_string() })?;
    }
    let module = module_text(verilog, top);
    let ports = std::iter::once(clock).chain(PORTS);
    let ports: Vec<(Declared<'_>, &str)> =
        ports.filter_map(|port| Some((declared(module, port)?, port))).collect();
    let head: Vec<String> =
        ports.iter().map(|((way, range), port)| format!("{way} wire {range}{port}")).collect();
    let joined = |names: &[&str], of: fn(&str) -> String| -> Vec<String> {
        names.iter().map(|name| of(name)).collect()
    };
    let names: Vec<&str> = ports.iter().map(|port| port.1).collect();
    let has = |pin: &str| declared(module, &format!("flash_{pin}")).is_some();
    let pins: Vec<&str> = PINS.into_iter().filter(|pin| has(pin)).collect();
    let mut design = joined(&names, |port| format!(".{port}({port})"));
    design.extend(joined(&pins, |pin| format!(".flash_{pin}({pin})")));
    let always = if has(DRIVE) { String::new() } else { format!("assign {DRIVE} = 1'b1;\n") };
    let flash = joined(&PINS, |pin| format!(".{pin}({pin})"));
    Ok(format!(
        "{verilog}\n{MODEL}module {MODULE}({});\nwire {};\n{always}{top} chip({});\n\
         flash_model #(.BASE({address}), .BYTES({}), .FILE(\"{}\")) flash({});\nendmodule\n",
        head.join(", "),
        PINS.join(", "),
        design.join(", "),
        image.len(),
        path.display(),
        flash.join(", "),
    ))
}

/// The same for a design that may have its network without a flash: then as it is, with its own top.
///
/// # Errors
/// As [`beside`].
pub fn beside_if_loaded<'a>(
    built: &Built,
    verilog: String,
    (top, clock): (&'a str, &str),
    folder: &Path,
) -> Result<(String, &'a str), SimError> {
    match (&built.design.stored, &built.image) {
        (Some(stored), Some(image)) => {
            let text = beside(&verilog, (top, clock), (stored.address, image), folder)?;
            Ok((text, MODULE))
        }
        _ => Ok((verilog, top)),
    }
}

/// The text of a module, its head included.
fn module_text<'a>(verilog: &'a str, name: &str) -> &'a str {
    let begins = |at: &usize| {
        let rest = verilog[at + "module ".len()..].trim_start();
        let rest = rest.strip_prefix(name).unwrap_or("x");
        !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
    };
    let start = verilog.match_indices("module ").map(|found| found.0).find(begins);
    let text = start.map_or("", |start| &verilog[start..]);
    text.find("endmodule").map_or(text, |end| &text[..end])
}

/// A port's way, input or output, and its range, which is empty for a bit.
type Declared<'a> = (&'static str, &'a str);

/// How a module declares a port; nothing if it has none of that name.
fn declared<'a>(module: &'a str, port: &str) -> Option<Declared<'a>> {
    let (mut way, mut range) = (None, "");
    let name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut rest = module;
    while let Some(start) = rest.find(|c: char| name(c) || c == ';' || c == '[') {
        if rest[start..].starts_with(';') {
            way = None;
            rest = &rest[start + 1..];
            continue;
        }
        if rest[start..].starts_with('[') {
            let end = rest[start..].find(']').map_or(rest.len(), |end| start + end + 1);
            range = &rest[start..end];
            rest = &rest[end..];
            continue;
        }
        let end = rest[start..].find(|c| !name(c)).map_or(rest.len(), |end| start + end);
        match &rest[start..end] {
            "input" => (way, range) = (Some("input"), ""),
            "output" => (way, range) = (Some("output"), ""),
            word if word == port && way.is_some() => return way.map(|way| (way, range)),
            _ => {}
        }
        rest = &rest[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_found_in_both_styles_of_a_head() {
        let modern = "module top_a(input wire clk);\nendmodule\nmodule top(\n  input wire clk,\n  output reg uart_tx\n);\nendmodule";
        let text = module_text(modern, "top");
        assert_eq!(declared(text, "clk"), Some(("input", "")));
        assert_eq!(declared(text, "uart_tx"), Some(("output", "")));
        assert_eq!(declared(text, "button"), None);
        let old = "module board(clk, uart_rx, led_fail);\n  wire button;\n  input clk;\n  wire clk;\n  input uart_rx;\n  output led_fail;\nendmodule";
        let text = module_text(old, "board");
        assert_eq!(declared(text, "clk"), Some(("input", "")));
        assert_eq!(declared(text, "led_fail"), Some(("output", "")));
        assert_eq!(declared(text, "button"), None);
        let wide = "module counted(input wire clk, output wire [63:0]activity, output wire led);";
        assert_eq!(declared(wide, "activity"), Some(("output", "[63:0]")));
        assert_eq!(declared(wide, "led"), Some(("output", "")));
    }
}
