//! Names of a flattened netlist, read as places in the design.
//!
//! Synthesis calls a cell that has no name of its own after a signal that it drives or reads, and
//! after what the cell is: `core.engine.dot.count.ones_SB_DFF_Q_6_D_SB_LUT4_O`. What stands before
//! the first such addition is the design's.

use std::collections::BTreeMap;

use yosys_netlist_json::{BitVal, Module};

use spikestream_flows::family::FAMILIES;

/// Where the additions of synthesis, and of place and route, begin: at the names of a family's cells, or where
/// the tools count.
fn additions() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|family| family.cell_names()).copied().chain(["$"])
}

/// What place and route appends to the names of cells.
const ENDINGS: [&str; 4] = ["_DFFLC", "_LC", "_RAM", "_PLL"];

/// The wrapper's name for the design.
const CORE: &str = "core";

/// A place in the design.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The names of the instances around it, outermost first.
    pub(crate) instances: Vec<String>,
    /// The signal, memory or instance there.
    pub(crate) name: String,
}

impl Place {
    /// The place that a name speaks of; none when it is not the design's at all.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let end = additions().filter_map(|mark| name.find(mark)).min();
        let mut own = &name[..end.unwrap_or(name.len())];
        for ending in ENDINGS {
            own = own.strip_suffix(ending).unwrap_or(own);
        }
        // The parts of a memory have numbers, perhaps with a port behind; no name begins with one.
        let is_number = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
        let mut parts: Vec<&str> = own.split('.').collect();
        while parts.len() > 1 && parts.last().is_some_and(|part| is_number(part)) {
            parts.pop();
        }
        if parts.first() == Some(&CORE) && parts.len() > 1 {
            parts.remove(0);
        }
        let name = parts.pop().filter(|name| !name.is_empty())?.to_owned();
        Some(Self { instances: parts.into_iter().map(str::to_owned).collect(), name })
    }

    /// The whole name, with dots.
    pub(crate) fn path(&self) -> String {
        let parts = self.instances.iter().chain([&self.name]);
        parts.map(String::as_str).collect::<Vec<_>>().join(".")
    }
}

/// Whether a name is the design's as it stands.
fn is_own(name: &str) -> bool {
    !additions().any(|mark| name.contains(mark))
}

/// The design's own names of the wires of a netlist.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// The wires of every name.
    wires: BTreeMap<String, Vec<usize>>,
    /// The shortest own name of every wire that has one.
    own: BTreeMap<usize, String>,
}

impl Signals {
    /// Those of a netlist before place and route.
    pub(crate) fn of(module: &Module) -> Self {
        let mut signals = Self::default();
        for (name, net) in &module.netnames {
            let wire = |bit: &BitVal| if let BitVal::N(wire) = bit { *wire } else { 0 };
            let wires: Vec<usize> = net.bits.iter().map(wire).collect();
            if net.hide_name == 0 && is_own(name) {
                // A constant is no wire.
                for (bit, wire) in wires.iter().enumerate().filter(|(_, wire)| **wire != 0) {
                    let path = Place::of(name).map(|place| place.path()).unwrap_or_default();
                    let path = if wires.len() > 1 { format!("{path}[{bit}]") } else { path };
                    let shortest = signals.own.entry(*wire).or_insert_with(|| path.clone());
                    if (path.len(), &path) < (shortest.len(), shortest) {
                        *shortest = path;
                    }
                }
            }
            signals.wires.insert(name.clone(), wires);
        }
        signals
    }

    /// The design's own name of a net, if it has one.
    pub(crate) fn own(&self, net: &str) -> Option<&str> {
        let (name, bit) = match net.strip_suffix(']').and_then(|net| net.rsplit_once('[')) {
            Some((name, bit)) if self.wires.contains_key(name) => (name, bit.parse().ok()?),
            _ => (net, 0),
        };
        let wire = self.wires.get(name)?.get::<usize>(bit)?;
        self.own.get(wire).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> Option<String> {
        Place::of(name).map(|place| place.path())
    }

    #[test]
    fn the_design_s_part_of_a_name_is_found() {
        let cases = [
            ("core.engine.dot.count.product_SB_DFF_Q_58_DFFLC", "engine.dot.count.product"),
            ("core.engine.planes.memory.0.11_RAM", "engine.planes.memory"),
            ("core.engine.signs.memory.0.1", "engine.signs.memory"),
            ("core.protocol.state.q_TRELLIS_FF_Q_4_DI_LUT4_Z", "protocol.state.q"),
            ("core.engine.counts.memory.0.0_WEA_LUT4_A", "engine.counts.memory"),
            ("core.lif.x_CCU2C_S0$CCU2_COMB1", "lif.x"),
            ("button_SB_LUT4_I3_LC", "button"),
            ("uart_tx$sb_io", "uart_tx"),
            ("pll_PLL", "pll"),
        ];
        for (name, own) in cases {
            assert_eq!(path(name).as_deref(), Some(own), "{name}");
        }
        assert_eq!(path("$nextpnr_ICESTORM_LC_26"), None);
        assert_eq!(path("$PACKER_GND"), None);
        assert_eq!(path(""), None);
    }
}
