//! A family's large memory, which the weights of a network are loaded into.

use super::untimed::Untimed;

/// A family's large memory of 16,384 words of 64 bits, made of several of its cells.
#[derive(Debug)]
pub struct Large {
    /// The type of its cells, as place and route calls it.
    pub resource: &'static str,
    /// The same, as netlists call it.
    pub cell: &'static str,
    /// How many it takes.
    pub count: u64,
    /// The module `spram` of this family, as Verilog.
    pub verilog: &'static str,
    /// Logic of the loader, of the family's kind, measured.
    pub loader: f64,
    /// What place and route does not know of it.
    pub untimed: Untimed,
}
