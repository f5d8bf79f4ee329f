//! What lies where on a routed FPGA, read from the netlist that place and route wrote.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::names::Place;
use spikestream_flows::FlowError;
use spikestream_flows::base::files;
use spikestream_flows::family::Family;
use spikestream_flows::family::plan::Kind;

/// A routed design: cells and where they lie.
#[derive(Debug)]
pub(crate) struct Layout {
    /// All cells that lie somewhere.
    pub(crate) cells: Vec<Placed>,
    /// The nets that each cell drives, by the cell's name.
    pub(crate) drives: BTreeMap<String, Vec<String>>,
}

/// A cell where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// The column of its tile.
    pub(crate) x: u32,
    /// The row.
    pub(crate) y: u32,
    /// What it is.
    pub(crate) kind: Kind,
    /// Its name, as the tools write it.
    pub(crate) name: String,
    /// Its place in the design; none for what place and route added.
    pub(crate) place: Option<Place>,
}

#[derive(Deserialize)]
struct File {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    cells: BTreeMap<String, Cell>,
    #[serde(default)]
    netnames: BTreeMap<String, Net>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    attributes: Attributes,
    #[serde(default)]
    port_directions: BTreeMap<String, String>,
    #[serde(default)]
    connections: BTreeMap<String, Vec<serde_json::Value>>,
}

#[derive(Default, Deserialize)]
struct Attributes {
    #[serde(rename = "NEXTPNR_BEL")]
    site: Option<String>,
}

#[derive(Deserialize)]
struct Net {
    bits: Vec<serde_json::Value>,
}

impl Layout {
    /// Reads a `routed.json`.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
    pub(crate) fn read(path: &Path, family: &dyn Family) -> Result<Self, FlowError> {
        let form = |reason: &str| FlowError::ReportForm {
            path: path.to_path_buf(),
            tool: "nextpnr",
            reason: reason.to_owned(),
        };
        let file: File =
            serde_json::from_slice(&files::read(path)?).map_err(|e| form(&e.to_string()))?;
        let module = file.modules.into_values().next().ok_or_else(|| form("it has no module"))?;
        let drives = drives(&module);
        let placed = module.cells.into_iter().filter_map(|(name, cell)| {
            let (x, y, site) = site(cell.attributes.site.as_deref()?)?;
            let kind = family.kind(&cell.kind, site);
            Some(Placed { x, y, kind, place: Place::of(&name), name })
        });
        let cells: Vec<Placed> = placed.collect();
        if cells.is_empty() {
            return Err(form("no cell in it lies anywhere"));
        }
        Ok(Self { cells, drives })
    }
}

/// `X12/Y3/lc5` taken apart, or `X12Y3/LUT5`.
fn site(text: &str) -> Option<(u32, u32, &str)> {
    let (x, rest) = text.strip_prefix('X')?.split_once('Y')?;
    let (y, place) = rest.split_once('/')?;
    Some((x.strip_suffix('/').unwrap_or(x).parse().ok()?, y.parse().ok()?, place))
}

/// The nets that each cell drives.
fn drives(module: &Module) -> BTreeMap<String, Vec<String>> {
    let number = |bit: &serde_json::Value| bit.as_u64();
    let nets = module.netnames.iter();
    let names: BTreeMap<u64, &String> =
        nets.filter_map(|(name, net)| Some((number(net.bits.first()?)?, name))).collect();
    let of = |cell: &Cell| {
        let is_output =
            |port: &String| cell.port_directions.get(port).is_some_and(|d| d == "output");
        let outputs = cell.connections.iter().filter(|(port, _)| is_output(port));
        let bits = outputs.filter_map(|(_, bits)| number(bits.first()?));
        bits.filter_map(|bit| names.get(&bit).map(ToString::to_string)).collect()
    };
    module.cells.iter().map(|(name, cell)| (name.clone(), of(cell))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_taken_apart() {
        assert_eq!(site("X12/Y3/lc5"), Some((12, 3, "lc5")));
        assert_eq!(site("X0/Y35/PIOC"), Some((0, 35, "PIOC")));
        assert_eq!(site("X4Y6/LUT1"), Some((4, 6, "LUT1")));
        for wrong in ["", "X12", "X/Y3/lc5", "Y3/X12/lc5", "X-1/Y3/lc5"] {
            assert_eq!(site(wrong), None, "{wrong}");
        }
    }
}
