//! Maximal shift registers, as wide as a stream is long: a phase of one sequence for each operand.

use super::{Generator, Place};
use crate::sc::generator::lfsr_next;

/// A register of n bits for each operand, all of one polynomial, with seeds that lie as far apart as a golden section
/// lays them. There are `2^n - 1` of them; from as many operands on some have the same.
///
/// `r_k` is the state less 1, and in the cycle that is beyond the period more than any value, as in the contract, so
/// that a stream of v has v ones.
#[derive(Debug)]
pub(super) struct Lfsr;

impl Generator for Lfsr {
    fn name(&self) -> &'static str {
        "lfsr"
    }

    fn about(&self) -> &'static str {
        "a maximal shift register of log2 L bits an operand, with a seed of its own"
    }

    fn sequence(&self, of: Place, bits: u32) -> u64 {
        // 2^64 over the golden ratio: the upper half of the product is a place of 0..period.
        let spread = (of.index() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        1 + ((u128::from(spread) * ((1 << bits) - 1)) >> 64) as u64
    }

    fn numbers(&self, bits: u32, seed: u64, numbers: &mut [u32]) {
        let mut state = seed as u16;
        let last = (1_usize << bits) - 1;
        for (k, r) in numbers.iter_mut().enumerate() {
            *r = if k == last { u32::MAX } else { u32::from(state) - 1 };
            state = lfsr_next(bits, state);
        }
    }
}
