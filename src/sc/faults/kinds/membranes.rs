//! Bits that flip in the membranes' memory, from one time step to the next.

use super::{BIT_RATES, Engine, Hits, Kind, Neurons, State};

/// Each bit of each membrane flips with the rate before it is read again. What a neuron keeps besides stays whole.
#[derive(Debug)]
pub(super) struct Membranes;

impl Kind for Membranes {
    fn name(&self) -> &'static str {
        "membranes"
    }

    fn about(&self) -> &'static str {
        "bits of membranes flip between time steps; all engines keep them in two's complement"
    }

    fn rates(&self) -> &'static [f64] {
        &BIT_RATES
    }

    fn spoils(&self, _: &dyn Engine) -> &'static str {
        "membranes"
    }

    fn strike_membranes(&self, of: &Neurons, states: &mut [State], hits: &mut Hits) -> u64 {
        let bits = of.word_bits() as usize;
        let places = states.len() * bits;
        let strike = |at: usize| of.flip(&mut states[at / bits], (at % bits) as u32);
        hits.among(places).map(strike).count() as u64
    }
}
