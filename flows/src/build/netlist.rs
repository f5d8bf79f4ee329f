//! Checks on what synthesis made, read from its JSON: no latch, the weights in block RAM, a pin
//! for every port; and the counts that tell early whether the design fits.

use std::path::Path;

use yosys_netlist_json::{AttributeVal, Cell, Module, Netlist};

use super::Error;
use crate::base::error::FlowError;
use crate::base::files;
use crate::board::constraints::Constraints;
use crate::family::Family;
use crate::family::ram::BlockRam;

/// Reads the top module of a netlist.
///
/// # Errors
/// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
pub fn read(path: &Path, top: &str) -> Result<Module, FlowError> {
    let form =
        |reason: String| FlowError::ReportForm { path: path.to_path_buf(), tool: "yosys", reason };
    let mut netlist = Netlist::from_slice(&files::read(path)?).map_err(|e| form(e.to_string()))?;
    netlist.modules.remove(top).ok_or_else(|| form(format!("there is no module `{top}`")))
}

/// Refuses latches: one is always a branch that forgot to assign, and older tools do not warn.
///
/// # Errors
/// [`Error::Latch`].
pub fn reject_latches(module: &Module) -> Result<(), FlowError> {
    let is_latch = |kind: &str| kind.to_ascii_lowercase().contains("latch") || kind == "$sr";
    let latches = module.cells.iter().filter(|(_, cell)| is_latch(&cell.cell_type));
    let mut signals: Vec<String> =
        latches.map(|(name, cell)| signal_of(module, cell).unwrap_or(name).to_owned()).collect();
    signals.sort();
    match signals.first() {
        None => Ok(()),
        Some(first) => Err(Error::Latch { count: signals.len(), first: first.clone() }.into()),
    }
}

/// The signal that a cell drives, under the name that the Verilog gives it.
fn signal_of<'a>(module: &'a Module, cell: &Cell) -> Option<&'a str> {
    let driven = cell.connections.get("Q")?.first()?;
    let named = module.netnames.iter().filter(|(_, net)| net.hide_name == 0);
    let names = named.filter(|(_, net)| net.bits.contains(driven)).map(|(name, _)| name.as_str());
    names.min_by_key(|name| (name.len(), *name))
}

/// The latch that a recent Yosys refused by itself, from its log.
pub fn latch_in_log(log: &str) -> Option<FlowError> {
    let lines: Vec<&str> =
        log.lines().filter(|line| line.contains("ERROR: Latch inferred")).collect();
    let signal = lines.first()?.split('`').nth(1)?.split('\'').next()?;
    Some(Error::Latch { count: lines.len(), first: signal.replace('\\', "") }.into())
}

/// Refuses a netlist in whose making Yosys took a signal's driver away: where one says a bit does not matter and
/// another drives it, it keeps the first, and the netlist computes something else.
///
/// # Errors
/// [`Error::Undriven`].
pub fn ensure_driven(log: &str) -> Result<(), FlowError> {
    let lines: Vec<&str> = log.lines().filter(|l| l.contains("Driver-driver conflict")).collect();
    let Some(first) = lines.first() else { return Ok(()) };
    let words = first.split("conflict for ").nth(1).unwrap_or(first);
    let signal = words.split(" between").next().unwrap_or(words).to_owned();
    Err(Error::Undriven { count: lines.len(), signal }.into())
}

/// Refuses a multiplier without the registers inside that make it one of which a clock is known.
///
/// # Errors
/// [`Error::Multiplier`] with the first of them.
pub fn ensure_registers_inside(module: &Module, family: &dyn Family) -> Result<(), FlowError> {
    let own = family.multipliers().and_then(|of| of.registered.as_ref());
    let Some(registered) = own else { return Ok(()) };
    let in_use = |cell: &Cell, register: &str| {
        cell.parameters.get(register).and_then(AttributeVal::to_number) == Some(1)
    };
    let multipliers = module.cells.iter().filter(|(_, cell)| cell.cell_type == registered.cell);
    let open = |(name, cell): (&String, &Cell)| {
        let register = registered.registers.iter().find(|register| !in_use(cell, register))?;
        Some((name.clone(), (*register).to_owned()))
    };
    match multipliers.filter_map(open).min() {
        None => Ok(()),
        Some((cell, register)) => Err(Error::Multiplier { cell, register }.into()),
    }
}

/// Refuses a weight memory that is not in block RAM, whole.
///
/// # Errors
/// [`Error::Weights`] with the first memory that is elsewhere.
pub fn ensure_weights_in_ram(
    module: &Module,
    ram: &BlockRam,
    memories: &[String],
    bits: u64,
) -> Result<(), FlowError> {
    let rams: Vec<&String> = module
        .cells
        .iter()
        .filter(|(_, cell)| (ram.is)(&cell.cell_type))
        .map(|(name, _)| name)
        .collect();
    let belongs =
        |ram: &str, memory: &str| ram.starts_with(memory) || ram.contains(&format!(".{memory}"));
    let mut held = 0;
    for memory in memories {
        let count = rams.iter().filter(|ram| belongs(ram, memory)).count() as u64;
        if count == 0 {
            return Err(Error::Weights { memory: memory.clone() }.into());
        }
        held += count * ram.bits;
    }
    match memories.first() {
        Some(_) if held < bits => Err(Error::Weights { memory: memories.join("` or `") }.into()),
        _ => Ok(()),
    }
}

/// Refuses a port without a pin: place and route would choose one.
///
/// # Errors
/// [`Error::Port`].
pub fn ensure_ports_have_pins(
    module: &Module,
    constraints: &Constraints,
    family: &dyn Family,
) -> Result<(), FlowError> {
    let mut ports: Vec<&String> = module.ports.keys().collect();
    ports.sort();
    match ports.into_iter().find(|port| !constraints.pins.contains_key(*port)) {
        None => Ok(()),
        Some(port) => Err(Error::Port {
            port: port.clone(),
            constraints: constraints.file.clone(),
            line: family.pin_line(port),
        }
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::part;

    /// A multiplier of an iCE40 with these parameters, in a netlist of its own.
    fn multiplier(parameters: &str) -> Module {
        let cell = format!(
            r#"{{ "type": "SB_MAC16", "hide_name": 0, "parameters": {{ {parameters} }},
                  "attributes": {{}}, "port_directions": {{}}, "connections": {{}} }}"#
        );
        let module = format!(
            r#"{{ "attributes": {{}}, "ports": {{}}, "netnames": {{}}, "cells": {{ "m": {cell} }} }}"#
        );
        let text = format!(r#"{{ "creator": "a test", "modules": {{ "board": {module} }} }}"#);
        Netlist::from_slice(text.as_bytes()).unwrap().modules.remove("board").unwrap()
    }

    #[test]
    fn a_multiplier_without_a_register_inside_is_refused() {
        let ice40 = part::find("ice40up5k-sg48").unwrap().family;
        let ecp5 = part::find("lfe5u-25f-cabga381").unwrap().family;
        let whole = r#""A_REG": "1", "B_REG": "1", "PIPELINE_16x16_MULT_REG2": "1""#;
        ensure_registers_inside(&multiplier(whole), ice40).unwrap();
        for register in ["A_REG", "B_REG", "PIPELINE_16x16_MULT_REG2"] {
            let without =
                whole.replace(&format!(r#""{register}": "1""#), &format!(r#""{register}": "0""#));
            let missing = whole.replace(register, "C_REG");
            for faulty in [without, missing] {
                let faulty = multiplier(&faulty);
                let error = ensure_registers_inside(&faulty, ice40).unwrap_err();
                assert_eq!(error.code(), "flows::netlist::multiplier");
                assert!(error.to_string().contains(register), "{error}");
                ensure_registers_inside(&faulty, ecp5).unwrap();
            }
        }
    }
}
