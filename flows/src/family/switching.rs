//! What of a netlist's cells switches: by classes of cells, their outputs, and the pins by which a memory is accessed.

/// A class of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Lookup tables.
    Table,
    /// Flip-flops.
    FlipFlop,
    /// Carries.
    Carry,
    /// Block RAMs.
    Ram,
    /// Cells of the large memory.
    Large,
    /// Multipliers.
    Multiplier,
    /// Phase-locked loops.
    Loop,
}

impl Class {
    /// Its cells, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "lookup tables",
            Self::FlipFlop => "flip-flops",
            Self::Carry => "carries",
            Self::Ram => "block RAMs",
            Self::Large => "single-port RAMs",
            Self::Multiplier => "multipliers",
            Self::Loop => "PLLs",
        }
    }
}

/// Cells of a class.
#[derive(Debug)]
pub struct Switching {
    /// The class.
    pub class: Class,
    /// Whether a type of cells of a netlist after synthesis is of it.
    pub is: fn(&str) -> bool,
    /// The outputs whose changes are counted.
    pub outputs: &'static [&'static str],
    /// How a memory is accessed: reads and writes.
    pub accesses: Option<[Access; 2]>,
}

/// What a memory's pins are in a cycle that accesses it.
#[derive(Debug)]
pub struct Access {
    /// Those that are 1.
    pub high: &'static [&'static str],
    /// Those that are 0.
    pub low: &'static [&'static str],
}
