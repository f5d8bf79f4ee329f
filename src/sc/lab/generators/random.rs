//! Ideal random numbers: what other generators stand in for.

use super::{Generator, Place};
use crate::random::philox::Philox;

/// Independent uniform numbers of 31 bits for each operand and cycle (Philox4x32-10).
#[derive(Debug)]
pub(super) struct Random;

/// The key of all of them.
const SEED: u64 = 42;

impl Generator for Random {
    fn name(&self) -> &'static str {
        "random"
    }

    fn about(&self) -> &'static str {
        "independent random numbers (Philox)"
    }

    fn is_periodic(&self) -> bool {
        false
    }

    fn bits(&self, _: usize) -> u32 {
        31
    }

    fn sequence(&self, of: Place, _: u32) -> u64 {
        of.index() as u64
    }

    fn numbers(&self, _: u32, sequence: u64, numbers: &mut [u32]) {
        let mut draws = Philox::new(SEED).stream(sequence);
        numbers.fill_with(|| draws.word() >> 1);
    }
}
