//! Block RAMs: how a family's hold their words, and what those of a netlist begin with.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::base::error::FlowError;
use crate::base::files;

/// A family's block RAM.
#[derive(Debug)]
pub struct BlockRam {
    /// Whether a type of cells is one, after synthesis or after place and route.
    pub is: fn(&str) -> bool,
    /// Bits of contents.
    pub bits: u64,
    /// The widths that it can have, widest first.
    pub widths: &'static [usize],
    /// How many words it holds at a width.
    pub depth: fn(usize) -> usize,
    /// Rows of initial contents, and the bits of each.
    pub rows: (usize, usize),
    /// The parameter that holds a row.
    pub row: fn(usize) -> String,
    /// The row, and the bit in it, that holds a bit of a word: of a width, the word, and the bit.
    pub place: fn(usize, usize, usize) -> (usize, usize),
}

/// A block RAM of a netlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ram {
    /// The cell's name.
    pub name: String,
    /// The rows of initial contents, each from the least significant bit; `x` is no bit's value.
    pub rows: Vec<Vec<u8>>,
    /// Where place and route put it.
    pub bel: Option<String>,
    /// The number that ECP5's configuration calls it by.
    pub number: Option<u32>,
}

/// A block RAM before and after its contents were put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled<'a> {
    /// Before.
    pub old: &'a Ram,
    /// The rows after.
    pub rows: Vec<Vec<u8>>,
}

/// A row as a number, where what is undefined is 0.
pub(super) fn digits(row: &[u8]) -> impl DoubleEndedIterator<Item = u8> + ExactSizeIterator + '_ {
    row.iter().map(|&bit| u8::from(bit == b'1'))
}

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
pub fn rams(path: &Path, kind: &BlockRam) -> Result<Vec<Ram>, FlowError> {
    let netlist: Netlist = serde_json::from_slice(&files::read(path)?).map_err(form(path))?;
    let cells = netlist.modules.into_values().flat_map(|module| module.cells);
    let rams = cells.filter(|(_, cell)| (kind.is)(&cell.kind));
    Ok(rams.map(|(name, cell)| ram(kind, name, &cell)).collect())
}

fn form(path: &Path) -> impl Fn(serde_json::Error) -> FlowError {
    let path = path.to_path_buf();
    move |e| FlowError::ReportForm { path: path.clone(), tool: "yosys", reason: e.to_string() }
}

fn ram(kind: &BlockRam, name: String, cell: &Cell) -> Ram {
    let row = |row| {
        let value = cell.parameters.get(&(kind.row)(row)).and_then(Value::as_str);
        value.unwrap_or_default().trim_end().bytes().rev().collect()
    };
    let text = |key: &str| cell.attributes.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = text("WID").and_then(|bits| u32::from_str_radix(&bits, 2).ok());
    let rows = (0..kind.rows.0).map(row).collect();
    Ram { name, rows, bel: text("NEXTPNR_BEL"), number }
}

/// The netlist with the new contents of its block RAMs.
///
/// # Errors
/// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
pub fn swap(path: &Path, kind: &BlockRam, filled: &[Filled<'_>]) -> Result<Vec<u8>, FlowError> {
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
                parameters.insert((kind.row)(row), Value::String(text));
            }
        }
    }
    serde_json::to_vec(&netlist).map_err(form(path))
}
