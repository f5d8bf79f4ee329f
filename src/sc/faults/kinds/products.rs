//! Bits that flip on their way from an AND gate to the sum, anew in every cycle.

use super::{BIT_RATES, Engine, Hits, Kind, Products};

/// Each bit of each product flips with the rate, whether its input spikes or not.
#[derive(Debug)]
pub(super) struct ProductBits;

impl Kind for ProductBits {
    fn name(&self) -> &'static str {
        "products"
    }

    fn about(&self) -> &'static str {
        "bits of products flip on the way to the sum, anew in every cycle"
    }

    fn rates(&self) -> &'static [f64] {
        &BIT_RATES
    }

    fn spoils(&self, engine: &dyn Engine) -> &'static str {
        engine.name()
    }

    fn strike_products(&self, of: &Products<'_>, hits: &mut Hits, sums: &mut [i32]) -> u64 {
        let (inputs, bits) = (of.spikes.len(), of.engine.bits(of.stream) as usize);
        let strike = |at: usize| {
            let (place, bit) = (at / bits, (at % bits) as u32);
            let one = of.engine.bit(of.stream, of.words[place], bit);
            let is_one = one.is_one && of.spikes[place % inputs] == 1;
            sums[place / inputs] += if is_one { -one.worth } else { one.worth };
        };
        hits.among(of.words.len() * bits).map(strike).count() as u64
    }
}
