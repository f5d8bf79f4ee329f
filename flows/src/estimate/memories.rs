//! How many block RAMs a memory takes.
//!
//! A memory is cut into pieces as deep as a block RAM is at some width, and the pieces' bits fill
//! block RAMs of that width one after another. Of the widths that a block RAM has, synthesis takes
//! the one that costs the least, where a multiplexer of two bits behind the pieces costs a little
//! and a block RAM a lot.

use spikestream::hardware::shape::Memory;

use crate::family::Family;

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
