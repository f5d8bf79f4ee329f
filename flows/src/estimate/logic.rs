//! How much logic a design takes and how fast it runs, by models whose terms are sizes of the design
//! and whose weights were fitted to place and route (`calibration`, a test, repeats the fit).

use spikestream::hardware::index_bits;
use spikestream::hardware::line::answer_bytes;

use super::{Schedule, Shape, map};
use crate::board::part::Part;
use crate::family::Family;
use crate::family::costs::{EVENT_TERMS, TERMS};

/// How much of each term a shape has on `lanes` lanes.
pub(super) fn terms(shape: &Shape, lanes: u64, family: &dyn Family) -> [f64; TERMS] {
    [
        1.0,
        lanes as f64,
        f64::from(lanes.ilog2()),
        shape.state_bits as f64,
        address_bits(shape, lanes) as f64,
        multiplexed(shape, lanes, family) as f64,
        f64::from(u8::from(shape.schedule == Schedule::Stream)),
    ]
}

/// Bits of multiplexers that choose between the pieces of memories.
fn multiplexed(shape: &Shape, lanes: u64, family: &dyn Family) -> u64 {
    let memories = shape.memories(lanes).into_iter();
    memories.map(|memory| map(&memory, family).multiplexed).sum()
}

/// Logic of a shape on `lanes` lanes, as place and route counts it.
pub(super) fn logic(shape: &Shape, lanes: u64, part: &Part) -> u64 {
    let family = part.family;
    let sum = |terms: &[f64], weights: &[f64]| -> f64 {
        terms.iter().zip(weights).map(|(term, weight)| term * weight).sum()
    };
    let costs = family.costs();
    let logic = match shape.schedule {
        Schedule::Planes | Schedule::Stream => sum(&terms(shape, lanes, family), &costs.logic),
        Schedule::Events => {
            links(shape, part).0 * sum(&event_terms(shape, lanes, family), &costs.events)
        }
    };
    let tables = shape.tables as f64 * costs.neurons;
    let loader = family.large().filter(|_| shape.loaded).map_or(0.0, |large| large.loader);
    (logic + tables + loader).round() as u64
}

/// How many times as much logic, and how long a path, the links of a shape make.
fn links(shape: &Shape, part: &Part) -> (f64, f64) {
    shape.fan.as_ref().map_or((1.0, 1.0), |_| part.family.costs().links)
}

/// How much of each term a shape of schedule `events` has on `lanes` lanes.
pub(super) fn event_terms(shape: &Shape, lanes: u64, family: &dyn Family) -> [f64; EVENT_TERMS] {
    [1.0, (lanes * shape.current_bits) as f64, multiplexed(shape, lanes, family) as f64]
}

/// The fastest clock that place and route will reach, MHz. The slowest path is the population count,
/// whose depth and spread grow with the lanes; on schedule `events` it is the order of things, and
/// the choice between the pieces of a memory. Multipliers of which place and route knows too little are as the family says.
pub(super) fn fmax_mhz(shape: &Shape, lanes: u64, part: &Part) -> f64 {
    let costs = part.family.costs();
    let delay = match shape.schedule {
        Schedule::Planes | Schedule::Stream => costs.delay.0 + costs.delay.1 * lanes as f64,
        Schedule::Events if multiplexed(shape, lanes, part.family) > 0 => costs.event_delay.2,
        Schedule::Events => costs.event_delay.0 + costs.event_delay.1 * lanes as f64,
    };
    let mhz = 1000.0 / (part.delay * delay * links(shape, part).1);
    let multipliers = part.family.multipliers().filter(|_| shape.multipliers > 0);
    let registered = multipliers.and_then(|kind| kind.registered.as_ref());
    registered.map_or(mhz, |registered| registered.untimed.reached(mhz))
}

/// Bits of all counters and addresses.
fn address_bits(shape: &Shape, lanes: u64) -> u64 {
    let words = shape.words(lanes);
    let outputs = shape.outputs();
    let inputs = shape.widths[0];
    let widest = shape.widths.iter().copied().max().unwrap_or(1);
    let deepest =
        shape.layers().map(|layer| layer.chunks(lanes as usize)).max().unwrap_or(1) as u64;
    let reply = answer_bytes(shape.classes() as usize) as u64;
    let counted = [
        words * u64::from(shape.weight_bits), // bits of weights
        words,                                // signs, and where an output's begin
        words,
        shape.chunks(lanes), // spikes read, where a layer's begin, spikes written
        shape.chunks(lanes),
        shape.chunks(lanes),
        outputs + 1, // words kept, read and written
        outputs + 1,
        2 * inputs, // pixels
        widest,     // outputs of a layer
        deepest,    // chunks of an input
        shape.passes(),
        shape.steps,
        reply.max(inputs).max(15) + 1, // bytes of a frame
    ];
    counted.into_iter().map(|count| index_bits(count as usize) as u64).sum()
}
