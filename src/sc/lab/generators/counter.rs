//! The counter: a stream has its ones in front.

use super::{Generator, Place};

/// `r_k = k`, the same for all operands.
#[derive(Debug)]
pub(super) struct Counter;

impl Generator for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }

    fn about(&self) -> &'static str {
        "counts up: all ones of a stream lie in front"
    }

    fn sequence(&self, _: Place, _: u32) -> u64 {
        0
    }

    fn numbers(&self, bits: u32, _: u64, numbers: &mut [u32]) {
        numbers.iter_mut().zip(0..).for_each(|(r, k)| *r = k & ((1 << bits) - 1));
    }
}
