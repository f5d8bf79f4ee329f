//! nextpnr's netlist of a Gowin FPGA after place and route, as gowin_pack was given it, in the terms of synthesis:
//! a block RAM has its pins one by one there, and other names for its kinds.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::base::error::FlowError;
use crate::base::files;
use crate::family::MODULE;
use crate::family::unpack::{Device, each_cell, form};

/// The kinds of block RAM by nextpnr's names, with the names of synthesis for words of eight bits a byte and of
/// nine.
const RAMS: [(&str, &str, &str); 3] =
    [("SP", "SP", "SPX9"), ("SDP", "SDPB", "SDPX9B"), ("DP", "DPB", "DPX9B")];

/// Pins that place and route adds to a block RAM: a second port, by which one of a single port reads the upper
/// half of a word of 32 or 36 bits, and what the kind decides.
const ADDED: [(&str, &[&str]); 3] = [
    ("SP", &["ADB", "BLKSELB", "CLKB", "CEB", "OCEB", "RESETB", "WREB"]),
    ("SDP", &["OCEB", "WREA", "WREB"]),
    ("DP", &[]),
];

/// Pins of a buffer at an FPGA's pin that have a meaning to it.
const BUFFER: [&str; 4] = ["I", "O", "IO", "OEN"];

/// The netlist in a file.
pub(super) fn device(path: &Path) -> Result<Device, FlowError> {
    let connected = each_cell(&files::read(path)?, connect).and_then(|text| without_names(&text));
    Ok(Device::Netlist(connected.map_err(form(path.to_path_buf()))?))
}

/// The netlist without names of nets: some are those of cells as well, which Yosys does not take. And without the
/// reset at the start, which drives nothing.
fn without_names(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut netlist: Value = serde_json::from_slice(text).map_err(|e| e.to_string())?;
    let module = &mut netlist["modules"][MODULE];
    module["netnames"] = json!({});
    let cells = module["cells"].as_object_mut().ok_or("it has no cells")?;
    cells.retain(|_, cell| cell["type"] != "GSR");
    serde_json::to_vec(&netlist).map_err(|e| e.to_string())
}

/// Gives a cell the form of synthesis, and each input without a net a 0: it is one that does not count.
fn connect(cell: &mut Value) -> Option<()> {
    let kind = cell.get("type")?.as_str()?.to_owned();
    let directions = cell.get("port_directions")?.as_object()?.clone();
    let input = |pin: &str| directions.get(pin).is_some_and(|way| way == "input");
    let connections = cell.get_mut("connections")?.as_object_mut()?;
    let open = |bits: &Value| bits.as_array().is_none_or(Vec::is_empty);
    connections.retain(|pin, bits| input(pin) || !open(bits));
    for (_, bits) in connections.iter_mut().filter(|(_, bits)| open(bits)) {
        *bits = json!(["0"]);
    }
    if kind.ends_with("BUF") {
        connections.retain(|pin, _| BUFFER.contains(&pin.as_str()));
        cell["parameters"] = json!({});
        return Some(());
    }
    let Some((_, eight, nine)) = RAMS.into_iter().find(|(name, ..)| *name == kind) else {
        return Some(());
    };
    let added = ADDED.iter().find(|(name, _)| *name == kind)?.1;
    connections.retain(|pin, _| !added.contains(&bus(pin)));
    let (buses, ways) = grouped(connections, &directions);
    cell["connections"] = Value::Object(buses);
    cell["port_directions"] = Value::Object(ways);
    let width = |name: &str| {
        let bits = cell["parameters"].get(name)?.as_str()?;
        u32::from_str_radix(bits.trim(), 2).ok()
    };
    let width = width("BIT_WIDTH").or_else(|| width("BIT_WIDTH_0"))?;
    cell["type"] = json!(if width.is_multiple_of(9) { nine } else { eight });
    Some(())
}

/// The bus of a pin: its name without the number.
fn bus(pin: &str) -> &str {
    pin.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Pins whose names end with numbers, as buses: `AD0`, `AD1`, ... as `AD`. What has no net in between is 0 where
/// it is an input, and nobody's where it is an output.
fn grouped(
    connections: &Map<String, Value>,
    directions: &Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let mut buses: BTreeMap<&str, BTreeMap<usize, &Value>> = BTreeMap::new();
    for (pin, bits) in connections {
        let name = bus(pin);
        let at = pin[name.len()..].parse().unwrap_or_default();
        buses.entry(name).or_default().insert(at, &bits[0]);
    }
    let (mut joined, mut ways) = (Map::new(), Map::new());
    for (name, bits) in buses {
        let first = directions.get(name).or_else(|| directions.get(&format!("{name}0")));
        ways.insert(name.to_owned(), first.cloned().unwrap_or(json!("output")));
        let width = bits.keys().max().map_or(0, |last| last + 1);
        let nobody = if ways[name] == "input" { json!("0") } else { json!("x") };
        let bit = |at| bits.get(&at).map_or_else(|| nobody.clone(), |bit| (*bit).clone());
        joined.insert(name.to_owned(), (0..width).map(bit).collect());
    }
    (joined, ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ram_gets_its_buses_and_its_name() {
        let mut cell = json!({
            "type": "SP",
            "parameters": { "BIT_WIDTH": "010010" },
            "port_directions": { "AD0": "input", "AD2": "input", "CLK": "input", "CEB": "input", "DO1": "output", "DO0": "output" },
            "connections": { "AD0": [7], "AD2": [8], "CLK": [3], "CEB": [1], "DO1": [4], "DO0": [] },
        });
        connect(&mut cell).unwrap();
        assert_eq!(cell["type"], "SPX9");
        assert_eq!(cell["connections"], json!({ "AD": [7, "0", 8], "CLK": [3], "DO": ["x", 4] }));
        assert_eq!(
            cell["port_directions"],
            json!({ "AD": "input", "CLK": "input", "DO": "output" })
        );
    }

    #[test]
    fn an_input_without_a_net_is_0() {
        let mut cell = json!({
            "type": "ALU",
            "parameters": {},
            "port_directions": { "I0": "input", "I1": "input", "SUM": "output" },
            "connections": { "I0": [], "I1": [5], "SUM": [] },
        });
        connect(&mut cell).unwrap();
        assert_eq!(cell["connections"], json!({ "I0": ["0"], "I1": [5] }));
    }
}
