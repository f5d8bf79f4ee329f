//! What the estimates need to know of a family: weights that were fitted to place and route, and how
//! synthesis maps memories.

/// The terms of the model of logic.
///
/// | term | what it stands for |
/// |---|---|
/// | one | the serial line, the protocol, the order of things |
/// | lanes | a product, its share of two population counts, a place for a spike |
/// | levels | the lanes' logarithm: bits of the population counts |
/// | state bits | the kept word, which is leaked, summed, compared and reset |
/// | address bits | counters and addresses |
/// | multiplexed bits | the choice between the pieces of a memory |
/// | stream | the sums of addresses that the schedule needs |
pub const TERMS: usize = 7;

/// The terms of the model of logic of schedule `events`.
///
/// | term | what it stands for |
/// |---|---|
/// | one | the serial line, the protocol, the order of things |
/// | bits of sums | an adder, what it adds, the choice of a lane |
/// | multiplexed bits | the choice between the pieces of a memory |
pub const EVENT_TERMS: usize = 3;

/// What a family costs.
#[derive(Debug)]
pub struct Costs {
    /// The weight of each term of the model of logic.
    pub logic: [f64; TERMS],
    /// The weight of each term of the model of schedule `events`.
    pub events: [f64; EVENT_TERMS],
    /// Logic for each table of named neurons beyond those of LIF.
    pub neurons: f64,
    /// Nanoseconds of the slowest path in a part whose delay is 1: without lanes, and for each lane.
    pub delay: (f64, f64),
    /// The same of schedule `events`, and the whole where words are chosen from several pieces of a memory.
    pub event_delay: (f64, f64, f64),
    /// Of schedule `events` where layers hear more than the one before: how many times as much logic there is, and how many
    /// times as long the slowest path.
    pub links: (f64, f64),
    /// How memories are mapped.
    pub memory: MemoryCosts,
}

/// A block RAM, as synthesis knows it.
#[derive(Debug)]
pub struct MemoryCosts {
    /// Its widths, each with how many words it then has, narrowest first.
    pub forms: &'static [(u64, u64)],
    /// Bits that are written together: a written memory of this width or more is padded to them.
    pub byte: u64,
    /// What synthesis counts one as.
    pub cost: u64,
}
