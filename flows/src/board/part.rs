//! FPGA parts: a table of what each holds and how place and route calls it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use spikestream::neuron::program;

use super::EXTRA_BOARDS;
use crate::base::nearest;
use crate::base::range;
use crate::base::table::{Row, Table};
use crate::family::multipliers::Multipliers;
use crate::family::{self, Family};

/// One FPGA in one package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The key in the table.
    #[serde(skip)]
    pub name: String,
    /// Its family.
    #[serde(deserialize_with = "family::named")]
    pub family: &'static dyn Family,
    /// How place and route is told of it.
    pub flags: Vec<String>,
    /// How synthesis is told of it.
    pub synth: Vec<String>,
    /// How slow it is, against the fastest of its family.
    #[serde(deserialize_with = "range::delay")]
    pub delay: f64,
    /// How many of each resource it holds, by nextpnr's names.
    #[serde(deserialize_with = "range::resources")]
    pub resources: BTreeMap<String, u64>,
    /// Its tiles: columns, rows.
    #[serde(deserialize_with = "range::grid")]
    pub grid: (u32, u32),
    /// The pin beside each phase-locked loop, where the loops have such pins (iCE40): what a loop can
    /// take its clock from, and no input while the loop runs.
    pub pll: Option<Vec<String>>,
    /// Whether it has an oscillator of its own that the flow knows.
    #[serde(default)]
    pub oscillator: bool,
}

impl Row for Part {
    const FILE: &'static str = "parts.toml";
    const SHIPPED: &'static str = "flows/parts.toml";
    const TEXT: &'static str = include_str!("../../parts.toml");

    fn named(self, name: &str, _: &Path) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    fn check(&self) -> Result<(), (String, String)> {
        let family = self.family;
        let fail = |what: &str, remedy: &str| Err((what.to_owned(), remedy.to_owned()));
        let (option, example) = family.package();
        let packaged = self.flags.iter().position(|flag| flag == option);
        if packaged.is_none_or(|at| self.flags.get(at + 1).is_none()) {
            return fail(
                "flags name no package",
                &format!("write the options of place and route, such as flags = {example}"),
            );
        }
        for resource in [family.resources().logic, family.resources().ram] {
            if self.resources.get(resource).is_none_or(|count| *count == 0) {
                return fail(
                    &format!("resources has no {resource}"),
                    "write how many there are, by the names that place and route prints",
                );
            }
        }
        let keys = [("oscillator", self.oscillator), ("pll", self.pll.is_some())];
        for (key, given) in keys.into_iter().filter(|(key, _)| !family.takes(key)) {
            if given {
                let taking = family::that_take(key);
                return fail(&format!("{key} is only for {taking}"), &format!("leave out `{key}`"));
            }
        }
        match family.takes("pll") && self.pll.is_none() {
            true => fail(
                "pll is not given",
                "write the pin beside each PLL, such as pll = [\"35\"], or pll = [] if there is none",
            ),
            false => Ok(()),
        }
    }
}

impl Part {
    /// How many multipliers it has that may be used at a clock of so many MHz.
    pub fn multipliers(&self, mhz: f64) -> u64 {
        let is_slower = |of: &&Multipliers| {
            of.registered.as_ref().is_some_and(|registered| mhz > registered.untimed.at_most_mhz)
        };
        let count = |of: &Multipliers| self.resources.get(of.resource).copied();
        let usable = self.family.multipliers().filter(|of| !is_slower(of));
        usable.and_then(count).unwrap_or_default()
    }

    /// So many of its multipliers.
    pub fn multipliers_of(&self, count: u64) -> program::Multipliers {
        let kind = self.family.multipliers();
        program::Multipliers {
            count,
            bits: kind.map_or(1, |kind| kind.bits),
            are_registered: kind.is_some_and(|kind| kind.registered.is_some()),
        }
    }

    /// Those that the neurons of a network multiply with. Where some clock is too fast for them, an engine is far slower.
    pub fn multipliers_of_networks(&self) -> program::Multipliers {
        let kind = self.family.multipliers();
        let count = kind.and_then(|kind| self.resources.get(kind.resource));
        count.map_or(program::Multipliers::NONE, |&count| self.multipliers_of(count))
    }
}

/// What to do about a part that has no row. No other part is offered: another package has other pads
/// behind the same names of pins, and a design for it is built without a word.
pub fn unknown(name: &str, table: &Table<Part>) -> String {
    match nearest::same_letters(name, table.iter().map(|(name, _)| name)) {
        Some(same) => format!("write part = \"{same}\""),
        None => format!(
            "check it against what is printed on the FPGA, and give it a row [{name}] in {}, or in a {} in \
             the folder that {EXTRA_BOARDS} names; boards/README.md tells how",
            Part::SHIPPED,
            Part::FILE,
        ),
    }
}

/// The part of that name, of those that ship.
pub fn find(name: &str) -> Option<Part> {
    Table::shipped().find(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_that_ship_hold_what_their_makers_say() {
        for (name, resource, count) in [
            ("ice40up5k-sg48", "ICESTORM_LC", 5280),
            ("ice40up5k-uwg30", "ICESTORM_RAM", 30),
            ("ice40hx8k-cb132", "ICESTORM_LC", 7680),
            ("lfe5u-12f-cabga256", "TRELLIS_COMB", 24288),
            ("lfe5u-45f-cabga256", "DP16KD", 108),
            ("lfe5u-85f-cabga381", "MULT18X18D", 156),
            ("ice40up5k-uwg30", "ICESTORM_DSP", 8),
        ] {
            assert_eq!(find(name).unwrap().resources[resource], count, "{name}");
        }
    }

    /// As icestorm's tables of pads and loops have it.
    #[test]
    fn a_loop_has_its_pin_in_each_package() {
        for (name, pins) in [
            ("ice40hx1k-tq144", &["49"][..]),
            ("ice40hx8k-ct256", &["R9", "F7"]),
            ("ice40hx8k-cb132", &["P7", "A6"]),
            ("ice40lp8k-cm81", &["G4"]),
            ("ice40up5k-sg48", &["35"]),
            ("ice40up5k-uwg30", &["B3"]),
        ] {
            assert_eq!(find(name).unwrap().pll.unwrap(), pins, "{name}");
        }
    }
}
