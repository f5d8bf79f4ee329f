//! Checks on what synthesis made, read from its JSON: no latch, the weights in block RAM, a pin
//! for every port; and the counts that tell early whether the design fits.

use std::path::Path;

use yosys_netlist_json::{Cell, Module, Netlist};

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
