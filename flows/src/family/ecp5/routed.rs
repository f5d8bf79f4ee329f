//! nextpnr's netlist of an ECP5 after place and route, with the contents that the bitstream gives its
//! block RAMs.
//!
//! In that netlist a pin that needs no net has none. What it then sees is what the fabric gives it:
//! a control pin floats high and may be inverted, a pin of data has the constant that the
//! configuration ties it to, a LUT's unused input may be anything.

use serde_json::{Map, Value, json};

use super::{BITSTREAM, BLOCK_RAM, config};
use crate::base::error::FlowError;
use crate::family::unpack::{Unpacking, each_cell, form, text};
use crate::family::{ROUTED, ram};
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

const ECPUNPACK: Tool = Tool::named("ecpunpack");

pub(super) const TOOLS: [Tool; 2] = [ECPUNPACK, Tool::YOSYS];

/// What ecpunpack writes.
const CONFIG: &str = "unpacked.config";

/// Pins of a block RAM that float high; the others are tied.
const CONTROLS: [&str; 18] = [
    "CLKA", "CLKB", "CEA", "CEB", "OCEA", "OCEB", "WEA", "WEB", "RSTA", "RSTB", "CSA0", "CSA1",
    "CSA2", "CSB0", "CSB1", "CSB2", "CLK", "CE",
];

/// The netlist of a build.
pub(super) fn netlist(unpacking: &Unpacking<'_>, tools: &Tools) -> Result<Vec<u8>, FlowError> {
    run::run(&plan(unpacking)?, tools, unpacking.folder, &Options::default())?;
    let (path, config) = (unpacking.routing.join(ROUTED), unpacking.folder.join(CONFIG));
    let rams = ram::rams(&path, &BLOCK_RAM)?;
    let filled = config::read(&config, &text(&config)?, &rams)?;
    let connected = each_cell(&ram::swap(&path, &BLOCK_RAM, &filled)?, connect);
    Ok(connected.map_err(form(path))?)
}

fn plan(unpacking: &Unpacking<'_>) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file(BITSTREAM, unpacking.bitstream)?;
    plan.step("unpack", ECPUNPACK, [BITSTREAM, CONFIG])?;
    plan.product(CONFIG)?;
    Ok(plan)
}

/// Gives every pin that has no net what it sees.
fn connect(cell: &mut Value) -> Option<()> {
    let kind = cell.get("type")?.as_str()?.to_owned();
    let directions = cell.get("port_directions")?.as_object()?.clone();
    let input = |pin: &str| directions.get(pin).is_some_and(|way| way == "input");
    let mut parameters = cell.get("parameters")?.as_object()?.clone();
    let connections = cell.get_mut("connections")?.as_object_mut()?;
    let open = |bits: &Value| bits.as_array().is_none_or(Vec::is_empty);
    if kind == "TRELLIS_COMB" {
        let wide = connections.get("FXA").is_some_and(|bits| !open(bits));
        parameters.insert("WIDE".to_owned(), u8::from(wide).to_string().into());
    }
    connections.retain(|pin, bits| input(pin) || !open(bits));
    for (pin, bits) in connections.iter_mut().filter(|(pin, _)| input(pin)) {
        let selector = format!("{pin}MUX");
        let choice = text_of(&parameters, &selector);
        if open(bits) {
            *bits = json!([constant(&kind, pin, &choice)]);
            parameters.remove(&selector);
        } else if choice == *pin {
            parameters.remove(&selector);
        }
    }
    *cell.get_mut("parameters")? = Value::Object(parameters);
    Some(())
}

fn text_of(parameters: &Map<String, Value>, name: &str) -> String {
    parameters.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

/// What a pin without a net sees, `choice` being the setting of its multiplexer.
fn constant(kind: &str, pin: &str, choice: &str) -> &'static str {
    let floats_high =
        kind == "TRELLIS_COMB" && ["A", "B", "C", "D"].contains(&pin) || CONTROLS.contains(&pin);
    match (choice, floats_high) {
        ("1", _) => "1",
        ("0", _) => "0",
        ("INV", high) => {
            if high {
                "0"
            } else {
                "1"
            }
        }
        (_, high) => {
            if high {
                "1"
            } else {
                "0"
            }
        }
    }
}
