//! A family's multipliers, and what makes a clock that is met true of them.

use super::untimed::Untimed;

/// A family's multipliers.
#[derive(Debug)]
pub struct Multipliers {
    /// Their type of cells, as place and route calls it.
    pub resource: &'static str,
    /// Bits of a factor, with its sign.
    pub bits: u32,
    /// How they are used where place and route knows no delay through one; none where it knows them all.
    pub registered: Option<Registered>,
}

/// Multipliers that are used with registers inside, before and behind the product. Place and route then takes no path
/// to go through one, and what it does not know of them is here.
#[derive(Debug)]
pub struct Registered {
    /// Their type of cells, as netlists call it.
    pub cell: &'static str,
    /// The module `multiplier` of this family, as Verilog.
    pub verilog: &'static str,
    /// The parameters that are 1 where the registers are in use.
    pub registers: &'static [&'static str],
    /// How fast they are.
    pub untimed: Untimed,
}
