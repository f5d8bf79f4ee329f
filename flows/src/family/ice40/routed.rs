//! nextpnr's netlist of an iCE40 after place and route, where a bitstream has what no tool turns back into Verilog. The
//! bitstream is unpacked all the same, and must be what was routed, bit for bit; the contents of block RAMs are those that it
//! has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{BITSTREAM, BLOCK_RAM, MULTIPLIERS, ROUTED as PACKED, asc};
use crate::base::error::FlowError;
use crate::family::ROUTED;
use crate::family::both_ways::{Driver, opened};
use crate::family::ram::{self, Ram};
use crate::family::unpack::{Unpacking, each_cell, form, text};
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

const ICEUNPACK: Tool = Tool::named("iceunpack");

/// What iceunpack writes.
const UNPACKED: &str = "unpacked.asc";

/// Pins that float high; the others float low.
const HIGH: [(&str, &[&str]); 2] =
    [("ICESTORM_LC", &["CEN"]), ("ICESTORM_RAM", &["RCLKE", "WCLKE"])];

/// What drives a pin that goes both ways: without registers, and not driven while `OUTPUT_ENABLE` is low.
const SHARED: Driver = Driver {
    kind: "SB_IO",
    out: "D_OUT_0",
    drive: "OUTPUT_ENABLE",
    pad: "PACKAGE_PIN",
    set: Some(("PIN_TYPE", "101001")),
};

/// The pins that the model of a multiplier has; the others have to float.
const OF_MULTIPLIER: [&str; 4] = ["A_", "B_", "O_", "CLK"];

/// The netlist of a build.
pub(super) fn netlist(unpacking: &Unpacking<'_>, tools: &Tools) -> Result<Vec<u8>, FlowError> {
    let mut plan = Plan::default();
    plan.file(BITSTREAM, unpacking.bitstream)?;
    plan.step("unpack", ICEUNPACK, [BITSTREAM, UNPACKED])?;
    plan.product(UNPACKED)?;
    run::run(&plan, tools, unpacking.folder, &Options::default())?;
    let (unpacked, packed) = (unpacking.folder.join(UNPACKED), unpacking.routing.join(PACKED));
    let (found, routed) = (text(&unpacked)?, text(&packed)?);
    let path = unpacking.routing.join(ROUTED);
    let rams = ram::rams(&path, &BLOCK_RAM)?;
    let filled = asc::read(&unpacked, &found, &rams)?;
    let [found, routed] = [&found, &routed].map(|text| without(bits(text), &rams));
    ensure_same(&found, &routed).map_err(form(unpacked))?;
    let routed = ram::swap(&path, &BLOCK_RAM, &filled)?;
    let routed = opened(routed, &SHARED).map_err(form(path.clone()))?;
    let clock = pad(&routed, unpacking.clock);
    let connected = clock.and_then(|clock| each_cell(&routed, |cell| connect(cell, &clock)));
    Ok(connected.map_err(form(path))?)
}

/// The bits of a text by their tiles. Names and comments are none.
fn bits(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut tiles: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut tile = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix('.') {
            None => tiles.entry(tile.unwrap_or_default()).or_default().push(line),
            Some(rest) if rest.starts_with("extra_bit") => {
                tiles.entry("extra_bit").or_default().push(rest);
            }
            Some(rest) => tile = Some(rest),
        }
    }
    // What is said of a design, and a memory of zeros, which only one of the tools writes.
    tiles.retain(|tile, lines| {
        let said =
            ["comment", "sym", "device", "warmboot"].iter().any(|word| tile.starts_with(word));
        let zeros = tile.starts_with("ram_data")
            && lines.iter().all(|line| line.trim_matches('0').is_empty());
        !said && !zeros
    });
    tiles
}

/// The same without the contents of block RAMs, which a network's numbers are.
fn without<'a>(
    mut tiles: BTreeMap<&'a str, Vec<&'a str>>,
    rams: &[Ram],
) -> BTreeMap<&'a str, Vec<&'a str>> {
    for tile in rams.iter().filter_map(|ram| asc::tile(ram.bel.as_deref()?)) {
        tiles.remove(format!("ram_data {tile}").as_str());
    }
    tiles
}

fn ensure_same(
    found: &BTreeMap<&str, Vec<&str>>,
    routed: &BTreeMap<&str, Vec<&str>>,
) -> Result<(), String> {
    let tiles: BTreeSet<&str> = found.keys().chain(routed.keys()).copied().collect();
    let sorted = |lines: Option<&Vec<&str>>, tile: &str| {
        let mut lines = lines.cloned().unwrap_or_default();
        if tile == "extra_bit" {
            lines.sort_unstable();
        }
        lines.concat()
    };
    match tiles
        .into_iter()
        .find(|tile| sorted(found.get(tile), tile) != sorted(routed.get(tile), tile))
    {
        None => Ok(()),
        Some(tile) => Err(format!("`{tile}` is not as it was routed")),
    }
}

/// The net of a port of the one module.
fn pad(netlist: &[u8], port: &str) -> Result<Value, String> {
    let netlist: Value = serde_json::from_slice(netlist).map_err(|e| e.to_string())?;
    let module = netlist["modules"].as_object().and_then(|modules| modules.values().next());
    let net = module.map(|module| module["ports"][port]["bits"][0].clone());
    net.filter(|net| !net.is_null()).ok_or_else(|| format!("it has no port `{port}`"))
}

/// Gives every pin that has no net what it sees. The pad of a phase-locked loop is the clock's, and so is what the
/// loop drives: a simulated cycle is one of the design's own clock.
fn connect(cell: &mut Value, clock: &Value) -> Option<()> {
    let kind = cell.get("type")?.as_str()?.to_owned();
    let directions = cell.get("port_directions")?.as_object()?.clone();
    let input = |pin: &str| directions.get(pin).is_some_and(|way| way == "input");
    let connections = cell.get_mut("connections")?.as_object_mut()?;
    let open = |bits: &Value| bits.as_array().is_none_or(Vec::is_empty);
    let is_output = connections.get("D_OUT_0").is_some_and(|bits| !open(bits));
    let high = HIGH.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, pins)| pins);
    let is_known = |pin: &str| {
        kind != MULTIPLIERS.resource || OF_MULTIPLIER.iter().any(|own| pin.starts_with(own))
    };
    connections.retain(|pin, bits| (input(pin) && is_known(pin)) || !open(bits));
    for (pin, bits) in connections.iter_mut().filter(|(pin, bits)| input(pin) && open(bits)) {
        *bits = match (kind.as_str(), pin.as_str()) {
            ("SB_GB", _) | ("ICESTORM_PLL", "REFERENCECLK") => json!([clock]),
            (_, pin) if high.contains(&pin) => json!(["1"]),
            _ => json!(["0"]),
        };
    }
    if kind == "SB_IO" {
        // A pin goes one way, and the models of both are wires.
        let (pad, way, core) = match is_output {
            true => ("PAD_OUT", "output", "D_OUT_0"),
            false => ("PAD_IN", "input", "D_IN_0"),
        };
        connections.retain(|pin, _| [core, "PACKAGE_PIN"].contains(&pin.as_str()));
        cell["type"] = json!(pad);
        cell["parameters"] = json!({});
        cell["port_directions"]["PACKAGE_PIN"] = json!(way);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_that_goes_both_ways_is_one_that_comes_in() {
        let netlist = r#"{ "modules": { "top": {
            "ports": { "data": { "direction": "inout", "bits": [3] } },
            "cells": { "a": { "type": "SB_IO", "parameters": { "PIN_TYPE": "00101001" },
                "port_directions": { "D_OUT_0": "input", "OUTPUT_ENABLE": "input", "D_IN_0": "output" },
                "connections": { "PACKAGE_PIN": [3], "D_OUT_0": [4], "OUTPUT_ENABLE": [5], "D_IN_0": [6] } } },
            "netnames": { "data": { "bits": [3] } } } } }"#;
        let open = opened(netlist.into(), &SHARED).unwrap();
        let netlist_of = |text: &[u8]| serde_json::from_slice::<Value>(text).unwrap();
        let module = &netlist_of(&each_cell(&open, |cell| connect(cell, &json!(2))).unwrap())["modules"]
            [crate::family::MODULE];
        let bits = |port: &str| module["ports"][port]["bits"][0].as_u64();
        let ports = ["data", "data_drive", "data_in"].map(bits);
        assert_eq!(ports, [Some(4), Some(5), Some(3)]);
        assert_eq!(module["cells"]["a"]["type"], "PAD_IN");
        assert_eq!(
            module["cells"]["a"]["connections"],
            json!({ "PACKAGE_PIN": [3], "D_IN_0": [6] })
        );
        // One whose output has a register.
        let other = netlist.replace("00101001", "00110101");
        assert!(opened(other.into(), &SHARED).is_err());
    }

    #[test]
    fn a_bit_that_was_not_routed_is_seen_and_names_are_not() {
        let routed = ".comment made\n.device 5k\n.io_tile 1 0\n01\n10\n.extra_bit 1 2 3\n.extra_bit 0 5 6\n.sym 7 a\n";
        let same = ".device 5k\n.extra_bit 0 5 6\n.extra_bit 1 2 3\n.io_tile 1 0\n01\n10\n.ram_data 6 1\n00\n00\n";
        assert_eq!(ensure_same(&bits(same), &bits(routed)), Ok(()));
        for (old, new) in [("01\n10", "01\n11"), ("0 5 6", "0 5 7"), ("6 1\n00", "6 1\n08")] {
            let other = same.replace(old, new);
            assert!(ensure_same(&bits(&other), &bits(routed)).is_err(), "{new}");
        }
    }
}
