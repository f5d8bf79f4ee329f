//! How much logic a design takes and how fast it runs, by models whose terms are sizes of the design
//! and whose weights were fitted to place and route ([`super::calibration`] repeats the fit).

use super::Schedule;
use super::memories::{chunks, map, memories};
use super::shape::{Shape, index_bits};
use crate::family::Family;
use crate::part::Part;

/// The terms of the model of logic, each with its weight in a family.
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
pub(super) const TERMS: usize = 7;

const ICE40: [f64; TERMS] = [409.48, 7.71, 12.95, 5.64, 4.35, 0.66, 20.99];
const ECP5: [f64; TERMS] = [246.55, 5.17, 147.36, 6.04, 0.66, 0.87, 5.24];

pub(super) fn weights(family: Family) -> [f64; TERMS] {
    match family {
        Family::Ice40 => ICE40,
        Family::Ecp5 => ECP5,
    }
}

/// How much of each term a shape has on `lanes` lanes.
pub(super) fn terms(shape: &Shape, lanes: u64, family: Family) -> [f64; TERMS] {
    let maps = memories(shape, lanes).into_iter().map(|memory| map(&memory, family));
    let multiplexed: u64 = maps.map(|mapped| mapped.multiplexed).sum();
    [
        1.0,
        lanes as f64,
        f64::from(lanes.ilog2()),
        shape.state_bits as f64,
        address_bits(shape, lanes) as f64,
        multiplexed as f64,
        f64::from(u8::from(shape.schedule == Schedule::Stream)),
    ]
}

/// Logic of a shape on `lanes` lanes, as place and route counts it.
pub(super) fn logic(shape: &Shape, lanes: u64, family: Family) -> u64 {
    let terms = terms(shape, lanes, family);
    let logic: f64 = terms.iter().zip(weights(family)).map(|(term, weight)| term * weight).sum();
    logic.round() as u64
}

/// The fastest clock that place and route will reach, MHz. The slowest path is the population count,
/// whose depth and spread grow with the lanes.
pub(super) fn fmax_mhz(lanes: u64, part: &Part) -> f64 {
    // Nanoseconds in a part whose delay is 1: without lanes, and for each.
    let (base, lane) = match part.family {
        Family::Ice40 => (11.1, 0.028),
        Family::Ecp5 => (7.0, 0.002),
    };
    1000.0 / (part.delay * (base + lane * lanes as f64))
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
