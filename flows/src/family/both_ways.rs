//! Pins that go both ways, in a netlist: each becomes three ports, so that what simulates it needs no wire that nobody
//! drives.

use serde_json::{Map, Value, json};

use super::MODULE;

/// What the port is called that says whether a pin is driven, behind the pin's own name, which is that of what it is
/// driven with.
pub const DRIVE: &str = "_drive";

/// What the net is called that a pin of `board.v` is driven with, behind the pin's name.
pub const OUT: &str = "_out";

/// What the port is called that what is on the pin comes in by.
pub const IN: &str = "_in";

/// A cell that drives a pin while something is high.
#[derive(Debug)]
pub(crate) struct Driver {
    /// Its type.
    pub(crate) kind: &'static str,
    /// Its connection to what the pin is driven with.
    pub(crate) out: &'static str,
    /// That to what is high then.
    pub(crate) drive: &'static str,
    /// That to the pin.
    pub(crate) pad: &'static str,
    /// A parameter by which alone it does so, and the end of its value.
    pub(crate) set: Option<(&'static str, &'static str)>,
}

/// That of Yosys.
pub(crate) const TRISTATE: Driver =
    Driver { kind: "$_TBUF_", out: "A", drive: "E", pad: "Y", set: None };

/// A netlist with the pins of its board opened. Of a driver remains what it has besides.
///
/// # Errors
/// What is not as the tool writes it.
pub(crate) fn opened(netlist: Vec<u8>, driver: &Driver) -> Result<Vec<u8>, String> {
    let mut read: Value = serde_json::from_slice(&netlist).map_err(|e| e.to_string())?;
    let modules = read.get_mut("modules").and_then(Value::as_object_mut);
    let modules = modules.ok_or("it has no modules")?;
    let name = modules.keys().find(|name| *name == MODULE).or(modules.keys().next()).cloned();
    let module = name.and_then(|name| modules.get_mut(&name)).ok_or("it has no module")?;
    let part = |module: &mut Value, part: &str| {
        module.get_mut(part).and_then(Value::as_object_mut).map(std::mem::take)
    };
    let mut ports = part(module, "ports").ok_or("it has no ports")?;
    let mut cells = part(module, "cells").ok_or("it has no cells")?;
    let mut nets = part(module, "netnames").unwrap_or_default();
    let shared: Vec<String> = ports
        .iter()
        .filter(|(_, port)| port["direction"] == "inout")
        .map(|(name, _)| name.clone())
        .collect();
    if shared.is_empty() {
        return Ok(netlist);
    }
    for name in shared {
        let pad = ports[&name]["bits"].clone();
        let [out, drive] = taken(&mut cells, driver, &pad).ok_or_else(|| {
            format!("`{name}` goes both ways, and no one {} drives it", driver.kind)
        })?;
        ports.insert(format!("{name}{IN}"), json!({ "direction": "input", "bits": pad }));
        ports.insert(format!("{name}{DRIVE}"), json!({ "direction": "output", "bits": drive }));
        let net = nets.remove(&name);
        nets.extend(net.map(|net| (format!("{name}{IN}"), net)));
        ports.insert(name, json!({ "direction": "output", "bits": out }));
    }
    module["ports"] = Value::Object(ports);
    module["cells"] = Value::Object(cells);
    module["netnames"] = Value::Object(nets);
    serde_json::to_vec(&read).map_err(|e| e.to_string())
}

/// What the one driver of a pin is connected to, which it is no longer then.
fn taken(cells: &mut Map<String, Value>, driver: &Driver, pad: &Value) -> Option<[Value; 2]> {
    let is_set = |cell: &Value| {
        driver.set.is_none_or(|(parameter, value)| {
            cell["parameters"][parameter].as_str().is_some_and(|text| text.ends_with(value))
        })
    };
    let drives = |cell: &Value| {
        cell["type"] == driver.kind && cell["connections"][driver.pad] == *pad && is_set(cell)
    };
    let mut found = cells.iter().filter(|(_, cell)| drives(cell)).map(|(name, _)| name.clone());
    let (Some(name), None) = (found.next(), found.next()) else { return None };
    drop(found);
    let connections = cells.get_mut(&name)?.get_mut("connections")?.as_object_mut()?;
    let wanted = [driver.out, driver.drive].map(|pin| connections.remove(pin));
    if connections.len() == 1 {
        cells.remove(&name);
    }
    match wanted {
        [Some(out), Some(drive)] => Some([out, drive]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETLIST: &str = r#"{ "modules": { "SB_IO": {}, "board": {
        "ports": {
            "clk": { "direction": "input", "bits": [2] },
            "data": { "direction": "inout", "bits": [3] } },
        "cells": {
            "a": { "type": "SB_LUT4", "connections": { "I0": [3], "O": [4] } },
            "b": { "type": "$_TBUF_", "connections": { "A": [4], "E": [5], "Y": [3] } } },
        "netnames": { "clk": { "bits": [2] }, "data": { "bits": [3] }, "out": { "bits": [4] } } } } }"#;

    #[test]
    fn a_pin_that_goes_both_ways_becomes_three_ports() {
        let opened = |text: &str| opened(text.as_bytes().to_vec(), &TRISTATE);
        let netlist: Value = serde_json::from_slice(&opened(NETLIST).unwrap()).unwrap();
        let board = &netlist["modules"]["board"];
        assert_eq!(
            board["ports"],
            json!({
                "clk": { "direction": "input", "bits": [2] },
                "data": { "direction": "output", "bits": [4] },
                "data_drive": { "direction": "output", "bits": [5] },
                "data_in": { "direction": "input", "bits": [3] },
            })
        );
        let nets =
            json!({ "clk": { "bits": [2] }, "data_in": { "bits": [3] }, "out": { "bits": [4] } });
        assert_eq!(board["netnames"], nets);
        let cells: Vec<&String> = board["cells"].as_object().unwrap().keys().collect();
        assert_eq!(cells, ["a"]);
        let without = NETLIST.replace("inout", "output");
        assert_eq!(opened(&without).unwrap(), without.as_bytes());
        for (old, new) in [("$_TBUF_", "other"), ("\"E\": [5], ", ""), ("\"Y\": [3]", "\"Y\": [6]")]
        {
            let error = opened(&NETLIST.replace(old, new)).unwrap_err();
            assert!(error.contains("`data` goes both ways"), "{error}");
        }
    }
}
