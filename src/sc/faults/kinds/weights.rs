//! Bits that have flipped in the memory of weights, once and for good.

use super::{BIT_RATES, Engine, Hits, Kind};

/// Each bit of each weight's word flips with the rate. Biases and thresholds stay whole.
#[derive(Debug)]
pub(super) struct Weights;

impl Kind for Weights {
    fn name(&self) -> &'static str {
        "weights"
    }

    fn about(&self) -> &'static str {
        "bits of the weights' memory have flipped, for good"
    }

    fn rates(&self) -> &'static [f64] {
        &BIT_RATES
    }

    fn spoils(&self, engine: &dyn Engine) -> &'static str {
        engine.memory().name
    }

    fn strike_words(&self, words: &mut [u16], bits: u32, hits: &mut Hits) -> u64 {
        let bits = bits as usize;
        let hit = hits.among(words.len() * bits).map(|at| words[at / bits] ^= 1 << (at % bits));
        hit.count() as u64
    }
}
