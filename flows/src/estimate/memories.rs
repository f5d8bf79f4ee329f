//! The memories of a design, and how many block RAMs each takes.
//!
//! A memory is cut into pieces as deep as a block RAM is at some width, and the pieces' bits fill
//! block RAMs of that width one after another. Of the widths that a block RAM has, synthesis takes
//! the one that costs the least, where a multiplexer of two bits behind the pieces costs a little
//! and a block RAM a lot.

use spikestream::hardware::FEWEST_WORDS;

use super::shape::{Shape, index_bits};
use crate::family::Family;

/// One memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// What it is called in the design.
    pub name: &'static str,
    /// Bits of a word.
    pub width: u64,
    /// Words.
    pub depth: u64,
    /// Whether the design writes to it.
    pub written: bool,
}

/// The memories of a shape on `lanes` lanes.
pub fn memories(shape: &Shape, lanes: u64) -> Vec<Memory> {
    /// Bytes behind the two images: a class, and what a board says of itself.
    const IDENTITY: u64 = 16;
    let outputs: u64 = shape.layers().map(|(_, outputs)| outputs).sum();
    let layers = shape.widths.len() as u64 - 1;
    let words = shape.words(lanes);
    let memory = |name, width, depth: u64, written| Memory {
        name,
        width,
        depth: depth.max(FEWEST_WORDS as u64),
        written,
    };
    let rom = |name, width, depth| memory(name, width, depth, false);
    let ram = |name, width, depth| memory(name, width, depth, true);
    let mut memories = vec![
        rom("planes", lanes, words * u64::from(shape.weight_bits)),
        rom("signs", lanes, words),
        rom("parameters", shape.state_bits, outputs + layers),
        ram("pixels", 8, 2 * shape.widths[0] + IDENTITY),
        ram("spikes", lanes, chunks(shape, lanes)),
        ram("membranes", shape.state_bits, outputs),
        ram("counts", index_bits(shape.steps + 1), shape.classes()),
    ];
    if shape.resting {
        memories.push(ram("rests", 4, outputs));
    }
    memories
}

/// Words of `lanes` bits that hold one bit for each input of each layer, and for each of the last
/// layer's outputs.
pub(super) fn chunks(shape: &Shape, lanes: u64) -> u64 {
    shape.widths.iter().map(|width| width.div_ceil(lanes)).sum()
}

/// What a memory takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapped {
    /// Block RAMs.
    pub blocks: u64,
    /// Bits of multiplexers that choose between its pieces.
    pub multiplexed: u64,
}

/// How a family's synthesis maps a memory.
pub fn map(memory: &Memory, family: &dyn Family) -> Mapped {
    let kind = &family.costs().memory;
    let Memory { width, depth, written, .. } = *memory;
    let form = |&(unit, words): &(u64, u64)| {
        let pieces = depth.div_ceil(words);
        let padded = match written {
            true => width.next_multiple_of(kind.byte.min(unit)),
            false => width,
        };
        let blocks = (pieces * padded).div_ceil(unit);
        let multiplexed = (pieces - 1) * width;
        let enables = if written && pieces > 1 { pieces } else { 0 };
        // In halves, as a multiplexer's bit counts one half.
        let cost = 2 * kind.cost * blocks + multiplexed + enables;
        (cost, Mapped { blocks, multiplexed })
    };
    let best = kind.forms.iter().map(form).min_by_key(|(cost, _)| *cost);
    best.map_or(Mapped { blocks: 0, multiplexed: 0 }, |(_, mapped)| mapped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::FAMILIES;

    fn blocks(width: u64, depth: u64, family: &str) -> (u64, u64) {
        let family = FAMILIES.into_iter().find(|one| one.name() == family).unwrap();
        let memory = Memory { name: "m", width, depth, written: false };
        let mapped = map(&memory, family);
        (mapped.blocks, mapped.multiplexed)
    }

    #[test]
    fn the_form_that_costs_least_is_taken() {
        // From netlists of Yosys 0.70.
        for (width, depth, ice40) in [
            (64, 592, (12, 128)),
            (64, 148, (4, 0)),
            (16, 2368, (10, 64)),
            (128, 276, (16, 0)),
            (8, 144, (1, 0)),
        ] {
            assert_eq!(blocks(width, depth, "ice40"), ice40, "{width} x {depth}");
        }
        assert_eq!(blocks(64, 592, "ecp5"), (4, 0));
        assert_eq!(blocks(64, 148, "ecp5"), (2, 0));
    }
}
