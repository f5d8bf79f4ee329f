//! Van der Corput's sequence: ones lie as evenly as can be.

use super::{Generator, Place};
use crate::sc::generator::bit_reverse;

/// `r_k` is k with its bits in reverse order, the same for all operands (van der Corput 1935).
#[derive(Debug)]
pub(super) struct VanDerCorput;

impl Generator for VanDerCorput {
    fn name(&self) -> &'static str {
        "van-der-corput"
    }

    fn about(&self) -> &'static str {
        "counts with its bits reversed: ones lie evenly"
    }

    fn sequence(&self, _: Place, _: u32) -> u64 {
        0
    }

    fn numbers(&self, bits: u32, _: u64, numbers: &mut [u32]) {
        let mask = (1 << bits) - 1;
        numbers.iter_mut().zip(0..).for_each(|(r, k)| *r = bit_reverse(bits, k & mask));
    }
}
