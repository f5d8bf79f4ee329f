//! Block RAMs and their initial contents in Yosys's JSON, as Yosys and nextpnr write it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::ram::{Filled, Ram};
use crate::error::FlowError;
use crate::family::Family;
use crate::files;

#[derive(Deserialize)]
struct Netlist {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    cells: BTreeMap<String, Cell>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    #[serde(default)]
    attributes: BTreeMap<String, Value>,
}

/// The block RAMs of a netlist.
///
/// # Errors
/// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
pub(super) fn rams(path: &Path, family: Family) -> Result<Vec<Ram>, FlowError> {
    let netlist: Netlist = serde_json::from_slice(&files::read(path)?).map_err(form(path))?;
    let cells = netlist.modules.into_values().flat_map(|module| module.cells);
    let kind = family.block_ram();
    let is_ram = |cell: &Cell| cell.kind.starts_with(kind.cell) || cell.kind == kind.routed;
    let rams = cells.filter(|(_, cell)| is_ram(cell));
    Ok(rams.map(|(name, cell)| ram(family, name, &cell)).collect())
}

fn form(path: &Path) -> impl Fn(serde_json::Error) -> FlowError {
    let path = path.to_path_buf();
    move |e| FlowError::ReportForm { path: path.clone(), tool: "yosys", reason: e.to_string() }
}

/// What a family calls a row of initial contents.
fn row_name(family: Family, row: usize) -> String {
    match family {
        Family::Ice40 => format!("INIT_{row:X}"),
        Family::Ecp5 => format!("INITVAL_{row:02X}"),
    }
}

fn row_count(family: Family) -> usize {
    match family {
        Family::Ice40 => 16,
        Family::Ecp5 => 64,
    }
}

fn ram(family: Family, name: String, cell: &Cell) -> Ram {
    let row = |row| {
        let value = cell.parameters.get(&row_name(family, row)).and_then(Value::as_str);
        value.unwrap_or_default().trim_end().bytes().rev().collect()
    };
    let text = |key: &str| cell.attributes.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = text("WID").and_then(|bits| u32::from_str_radix(&bits, 2).ok());
    let rows = (0..row_count(family)).map(row).collect();
    Ram { name, rows, bel: text("NEXTPNR_BEL"), number }
}

/// The netlist with the new contents of its block RAMs.
///
/// # Errors
/// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
pub(super) fn swap(
    path: &Path,
    family: Family,
    filled: &[Filled<'_>],
) -> Result<Vec<u8>, FlowError> {
    let mut netlist: Value = serde_json::from_slice(&files::read(path)?).map_err(form(path))?;
    let modules = netlist.get_mut("modules").and_then(Value::as_object_mut);
    for module in modules.into_iter().flat_map(|modules| modules.values_mut()) {
        let Some(cells) = module.get_mut("cells") else { continue };
        for ram in filled {
            let parameters =
                cells.get_mut(&ram.old.name).and_then(|cell| cell.get_mut("parameters"));
            let Some(parameters) = parameters.and_then(Value::as_object_mut) else { continue };
            for (row, bits) in ram.rows.iter().enumerate() {
                let text: String = bits.iter().rev().map(|&bit| char::from(bit)).collect();
                parameters.insert(row_name(family, row), Value::String(text));
            }
        }
    }
    serde_json::to_vec(&netlist).map_err(form(path))
}
