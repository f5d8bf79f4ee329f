//! How much logic a design takes and how fast it runs, by models whose terms are sizes of the design
//! and whose weights were fitted to place and route (`calibration`, a test, repeats the fit).

use spikestream::hardware::events::Events;
use spikestream::hardware::index_bits;
use spikestream::hardware::line::answer_bytes;

use super::{Schedule, Shape, map};
use crate::board::part::Part;
use crate::family::Family;
use crate::family::costs::{EVENT_TERMS, TERMS};

/// How much of each term a shape has on `lanes` lanes.
pub(super) fn terms(shape: &Shape, lanes: u64, family: &dyn Family) -> [f64; TERMS] {
    let maps = shape.memories(lanes).into_iter().map(|memory| map(&memory, family));
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
pub(super) fn logic(shape: &Shape, lanes: u64, family: &dyn Family) -> u64 {
    let sum = |terms: &[f64], weights: &[f64]| -> f64 {
        terms.iter().zip(weights).map(|(term, weight)| term * weight).sum()
    };
    let costs = family.costs();
    let logic = match shape.schedule {
        Schedule::Planes | Schedule::Stream => sum(&terms(shape, lanes, family), &costs.logic),
        Schedule::Events => sum(&event_terms(shape, lanes, family), &costs.events),
    };
    (logic + shape.tables as f64 * family.costs().neurons).round() as u64
}

/// How much of each term a shape of schedule `events` has on `lanes` lanes.
pub(super) fn event_terms(shape: &Shape, lanes: u64, family: &dyn Family) -> [f64; EVENT_TERMS] {
    let maps = shape.memories(lanes).into_iter().map(|memory| map(&memory, family));
    let multiplexed: u64 = maps.map(|mapped| mapped.multiplexed).sum();
    [
        1.0,
        (lanes * shape.current_bits) as f64,
        shape.state_bits as f64,
        event_address_bits(shape, lanes) as f64,
        multiplexed as f64,
    ]
}

/// The fastest clock that place and route will reach, MHz. The slowest path is the population count,
/// whose depth and spread grow with the lanes; on schedule `events` it is the order of things.
pub(super) fn fmax_mhz(shape: &Shape, lanes: u64, part: &Part) -> f64 {
    let costs = part.family.costs();
    let (base, lane) = match shape.schedule {
        Schedule::Planes | Schedule::Stream => costs.delay,
        Schedule::Events => costs.event_delay,
    };
    1000.0 / (part.delay * (base + lane * lanes as f64))
}

/// Bits of all counters and addresses of schedule `events`.
fn event_address_bits(shape: &Shape, lanes: u64) -> u64 {
    let walk = Events::new(shape, lanes as usize);
    let (rows, sums) = (shape.weight_words(lanes), walk.depth() as u64);
    let (outputs, inputs) = (shape.outputs(), shape.widths[0]);
    let widest = shape.widths[1..].iter().copied().max().unwrap_or(1);
    let reply = answer_bytes(shape.classes() as usize) as u64;
    let counted = [
        rows, // the input's, the one that is held, a neuron's
        rows,
        rows,
        sums, // a group, a sum in it, and the one that is written
        sums,
        sums,
        sums,
        outputs + 1, // words kept, read and written
        outputs + 1,
        2 * inputs, // pixels, and which of an image
        inputs,
        widest, // the list, read and written
        widest,
        lanes,
        shape.steps,
        reply.max(inputs).max(15) + 1, // bytes of a frame
    ];
    counted.into_iter().map(|count| index_bits(count as usize) as u64).sum()
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
