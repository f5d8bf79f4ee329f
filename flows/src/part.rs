//! FPGA parts: a table of what each holds and how place and route calls it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::family::Family;

/// One FPGA in one package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The key in the table.
    #[serde(skip)]
    pub name: String,
    /// Its family.
    pub family: Family,
    /// How place and route is told of it.
    pub flags: Vec<String>,
    /// How synthesis is told of it.
    pub synth: Vec<String>,
    /// How slow it is, against the fastest of its family.
    pub delay: f64,
    /// How many of each resource it holds, by nextpnr's names.
    pub resources: BTreeMap<String, u64>,
    /// Its tiles: columns, rows.
    pub grid: (u32, u32),
}

impl Part {
    /// Whether it has an oscillator of its own that the flow knows.
    pub fn has_oscillator(&self) -> bool {
        self.name.starts_with("ice40up")
    }
}

#[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
fn table() -> &'static BTreeMap<String, Part> {
    static TABLE: OnceLock<BTreeMap<String, Part>> = OnceLock::new();
    TABLE.get_or_init(|| toml::from_str(include_str!("../parts.toml")).expect("parts.toml"))
}

/// The part of that name.
pub fn find(name: &str) -> Option<Part> {
    let part = table().get(name)?;
    Some(Part { name: name.to_owned(), ..part.clone() })
}

/// The names of all parts.
pub fn names() -> Vec<String> {
    table().keys().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts_logic_and_block_ram() {
        for name in names() {
            let part = find(&name).unwrap();
            for resource in [part.family.logic_resource(), part.family.ram_resource()] {
                assert!(part.resources[resource] > 0, "{name}: {resource}");
            }
        }
        assert_eq!(find("ice40up5k-sg48").unwrap().resources["ICESTORM_LC"], 5280);
    }
}
