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

    /// The ones lie in front, so that no number has to be compared.
    fn pack(&self, _: u32, value: u32, numbers: &[u32], words: &mut Vec<u64>) {
        let ones = |word: usize| (value as usize).saturating_sub(64 * word).min(64) as u32;
        let fill = |ones: u32| u64::MAX.checked_shr(64 - ones).unwrap_or(0);
        words.extend((0..numbers.len().div_ceil(64)).map(|word| fill(ones(word))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sc::lab::generators;

    #[test]
    fn its_streams_are_those_of_its_numbers() {
        for length in [2, 16, 64, 128, 1024_usize] {
            let mut numbers = vec![0; length];
            Counter.numbers(length.ilog2(), 0, &mut numbers);
            for value in 0..=length as u32 {
                let (mut own, mut compared) = (Vec::new(), Vec::new());
                Counter.pack(length.ilog2(), value, &numbers, &mut own);
                generators::pack(&numbers, &mut compared, |_, number| value > number);
                assert_eq!(own, compared, "{value} of {length}");
            }
        }
    }
}
