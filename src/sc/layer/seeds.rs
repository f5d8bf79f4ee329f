//! Which stream of random numbers each operand of a bitstream layer has.

use crate::random::philox::{Draws, Philox};
use crate::sc::error::ScError;

/// How streams get their seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seeds {
    /// As SC-NeuroCore counts them: input i has `base + i`, the weight of neuron j at input i has
    /// `base + 1000 + 10000 j + i`. From 1,001 inputs on an input has the seed of a weight.
    #[default]
    Page,
    /// A stream of its own for each, whatever the size: the base seed is the key, and the operand the counter.
    Apart,
}

/// Whose stream it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operand {
    Input(usize),
    Weight(usize, usize),
}

impl Operand {
    fn name(self) -> String {
        match self {
            Self::Input(input) => format!("input {input}"),
            Self::Weight(neuron, input) => format!("weight {input} of neuron {neuron}"),
        }
    }
}

impl Seeds {
    /// The numbers of an operand.
    pub(super) fn draws(self, base: u64, of: Operand) -> Draws {
        match self {
            Self::Page => Philox::new(page(base, of)).stream(0),
            Self::Apart => Philox::new(base).stream(match of {
                Operand::Input(input) => input as u64,
                Operand::Weight(neuron, input) => (1 + neuron as u64) << 32 | input as u64,
            }),
        }
    }

    /// The noise of a neuron, which no stream has.
    pub(super) fn noise(self, base: u64, neuron: usize) -> Draws {
        match self {
            Self::Page => Philox::new(base.wrapping_add(10_000 + neuron as u64)).stream(1 << 63),
            Self::Apart => Philox::new(base).stream(1 << 63 | neuron as u64),
        }
    }

    /// Refuses two operands with one stream.
    pub(super) fn check(self, base: u64, rows: usize, inputs: usize) -> Result<(), ScError> {
        if self == Self::Apart {
            return Ok(());
        }
        let weights = (0..rows).flat_map(|j| (0..inputs).map(move |i| Operand::Weight(j, i)));
        let all = (0..inputs).map(Operand::Input).chain(weights);
        let mut seeds: Vec<(u64, Operand)> = all.map(|of| (page(base, of), of)).collect();
        seeds.sort_unstable();
        let twice = seeds.windows(2).find(|pair| pair[0].0 == pair[1].0);
        twice.map_or(Ok(()), |pair| {
            let [first, second] = [pair[0].1.name(), pair[1].1.name()];
            Err(ScError::Seeds { first, second, seed: pair[0].0 })
        })
    }
}

fn page(base: u64, of: Operand) -> u64 {
    base.wrapping_add(match of {
        Operand::Input(input) => input as u64,
        Operand::Weight(neuron, input) => 1000 + 10_000 * neuron as u64 + input as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_rule_meets_itself_from_1001_inputs_on() {
        assert_eq!(Seeds::Page.check(42, 128, 1000), Ok(()));
        let error = Seeds::Page.check(42, 1, 1001).unwrap_err();
        assert_eq!(
            error.to_string(),
            "input 1000 and weight 0 of neuron 0 have one seed, 1042, and so one stream"
        );
        assert_eq!(Seeds::Apart.check(42, 1, 1001), Ok(()));
        // Near the end of the numbers the rule goes on from 0.
        assert_eq!(Seeds::Page.check(u64::MAX, 2, 10), Ok(()));
    }

    #[test]
    fn what_meets_is_one_stream_and_what_is_apart_is_not() {
        let (input, weight) = (Operand::Input(1000), Operand::Weight(0, 0));
        let words = |seeds: Seeds, of| {
            let mut draws = seeds.draws(42, of);
            (0..8).map(|_| draws.word()).collect::<Vec<_>>()
        };
        assert_eq!(words(Seeds::Page, input), words(Seeds::Page, weight));
        assert_ne!(words(Seeds::Apart, input), words(Seeds::Apart, weight));
        // Seed 10042 is that of neuron 0's noise, and of weight 9000 of neuron 0.
        let (mut noise, mut same) =
            (Seeds::Page.noise(42, 0), Seeds::Page.draws(42, Operand::Weight(0, 9000)));
        assert_ne!(noise.word(), same.word());
    }
}
