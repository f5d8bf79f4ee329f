//! What a picture of a routed FPGA needs to know of a family.

/// What a placed cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Logic, in one of the eight places of its tile.
    Logic(u32),
    /// A block RAM.
    Ram,
    /// A pin.
    Pin,
    /// A PLL or an oscillator.
    Clock,
    /// A buffer of a global net, or anything else.
    Other,
}

/// How the tiles of a family lie.
#[derive(Debug)]
pub struct Tiles {
    /// Whether rows are counted from the bottom, and the places in a tile as well.
    pub upwards: bool,
    /// The tiles that a block RAM spans: to the right, and in the direction in which rows are counted.
    pub ram: (u32, u32),
}
