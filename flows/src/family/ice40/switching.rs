//! What switches in a netlist of an iCE40, by the names of Yosys's cells.

use super::{BLOCK_RAM, LARGE, MULTIPLIERS};
use crate::family::switching::{Access, Class, Switching};

/// See the module. A block RAM reads in a cycle in which its port is enabled and its clock is, whatever its address; a
/// single-port RAM reads or writes while it is chosen.
pub(super) const SWITCHING: &[Switching] = &[
    cells(Class::Table, |kind| kind == "SB_LUT4", &["O"]),
    cells(Class::FlipFlop, |kind| kind.starts_with("SB_DFF"), &["Q"]),
    cells(Class::Carry, |kind| kind == "SB_CARRY", &["CO"]),
    Switching {
        accesses: Some([
            Access { high: &["RE", "RCLKE"], low: &[] },
            Access { high: &["WE", "WCLKE"], low: &[] },
        ]),
        ..cells(Class::Ram, BLOCK_RAM.is, &["RDATA"])
    },
    Switching {
        accesses: Some([
            Access { high: &["CHIPSELECT"], low: &["WREN"] },
            Access { high: &["CHIPSELECT", "WREN"], low: &[] },
        ]),
        ..cells(Class::Large, |kind| kind == LARGE.cell, &["DATAOUT"])
    },
    cells(Class::Multiplier, is_multiplier, &["O"]),
    cells(Class::Loop, |kind| kind.starts_with("SB_PLL40"), &[]),
];

const fn cells(class: Class, is: fn(&str) -> bool, outputs: &'static [&'static str]) -> Switching {
    Switching { class, is, outputs, accesses: None }
}

fn is_multiplier(kind: &str) -> bool {
    MULTIPLIERS.registered.as_ref().is_some_and(|registered| kind == registered.cell)
}
