//! How much logic a design takes and how fast it runs, by models whose terms are sizes of the design
//! and whose weights were fitted to place and route.

use super::memories::{chunks, map, memories};
use super::shape::{Schedule, Shape, index_bits};
use crate::family::Family;
use crate::part::Part;

/// How much logic one of each thing takes in a family.
struct Weights {
    /// A design without any of the things below: the serial line, the protocol, the order of things.
    base: f64,
    /// A lane: a product, its share of two population counts, a place of a spike.
    lane: f64,
    /// A bit of the kept word, which is leaked, summed, compared and reset.
    state: f64,
    /// A bit of the counters and addresses.
    address: f64,
    /// A bit of the multiplexers behind memories of several pieces.
    multiplexer: f64,
    /// The sums of addresses that the schedule `stream` needs.
    stream: f64,
}

const ICE40: Weights =
    Weights { base: 452.0, lane: 7.9, state: 7.0, address: 4.0, multiplexer: 0.66, stream: 35.0 };

const ECP5: Weights =
    Weights { base: 300.0, lane: 7.1, state: 8.0, address: 8.0, multiplexer: 0.7, stream: 60.0 };

/// LUTs and carries of a shape on `lanes` lanes, as place and route counts them.
pub(super) fn logic(shape: &Shape, lanes: u64, family: Family) -> u64 {
    let weights = match family {
        Family::Ice40 => &ICE40,
        Family::Ecp5 => &ECP5,
    };
    let maps = memories(shape, lanes).into_iter().map(|memory| map(&memory, family));
    let multiplexed: u64 = maps.map(|mapped| mapped.multiplexed).sum();
    let stream = if shape.schedule == Schedule::Stream { weights.stream } else { 0.0 };
    let logic = weights.base
        + weights.lane * lanes as f64
        + weights.state * shape.state_bits as f64
        + weights.address * address_bits(shape, lanes) as f64
        + weights.multiplexer * multiplexed as f64
        + stream;
    logic.round() as u64
}

/// The fastest clock that place and route will reach, MHz. The slowest path is the population count,
/// whose depth and spread grow with the lanes.
pub(super) fn fmax_mhz(lanes: u64, part: &Part) -> f64 {
    let (base, lane) = match part.family {
        Family::Ice40 => (11.1, 0.028),
        Family::Ecp5 => (11.7, 0.005),
    };
    let period_ns = part.delay * (base + lane * lanes as f64);
    1000.0 / period_ns
}

/// Bits of all counters and addresses.
fn address_bits(shape: &Shape, lanes: u64) -> u64 {
    let words = shape.words(lanes);
    let outputs: u64 = shape.layers().map(|(_, outputs)| outputs).sum();
    let inputs = shape.widths[0];
    let widest = shape.widths.iter().copied().max().unwrap_or(1);
    let deepest = shape.layers().map(|(inputs, _)| inputs.div_ceil(lanes)).max().unwrap_or(1);
    let reply = 8 + 4 * shape.classes();
    let counted = [
        words * u64::from(shape.weight_bits), // bits of weights
        words,                                // signs, and where an output's begin
        words,
        chunks(shape, lanes), // spikes read, where a layer's begin, spikes written
        chunks(shape, lanes),
        chunks(shape, lanes),
        outputs + 1, // words kept, read and written
        outputs + 1,
        2 * inputs, // pixels
        widest,     // outputs of a layer
        deepest,    // chunks of an input
        shape.passes(),
        shape.steps,
        reply.max(inputs).max(15) + 1, // bytes of a frame
    ];
    counted.into_iter().map(index_bits).sum()
}
