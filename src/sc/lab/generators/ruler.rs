//! The ruler: a bit of the value a cycle, the highest in every other one.

use super::{Generator, Place, pack};
use crate::spec;

/// `bit_k` is a bit of the value, without a comparator; the contract's generator of that name, and all ones for 1.
#[derive(Debug)]
pub(super) struct Ruler;

impl Generator for Ruler {
    fn name(&self) -> &'static str {
        "ruler"
    }

    fn about(&self) -> &'static str {
        "shows a bit of the value a cycle, the highest every other one"
    }

    fn sequence(&self, _: Place, _: u32) -> u64 {
        0
    }

    fn numbers(&self, bits: u32, _: u64, numbers: &mut [u32]) {
        numbers.iter_mut().zip(0..).for_each(|(r, k)| *r = k & ((1 << bits) - 1));
    }

    fn pack(&self, bits: u32, value: u32, numbers: &[u32], words: &mut Vec<u64>) {
        let whole = value >> bits == 1;
        pack(numbers, words, |_, k| whole || spec::Generator::Ruler.bit(bits, value, k));
    }
}
