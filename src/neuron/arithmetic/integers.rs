//! Exact integers: the golden model.

use super::Arithmetic;

/// Integers of 64 bits, more than any word of a neuron needs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Integers;

impl Arithmetic for Integers {
    type Word = i64;
    type Truth = bool;

    #[inline(always)]
    fn number(&mut self, value: i64) -> i64 {
        value
    }

    #[inline(always)]
    fn add(&mut self, a: &i64, b: &i64) -> i64 {
        a + b
    }

    #[inline(always)]
    fn subtract(&mut self, a: &i64, b: &i64) -> i64 {
        a - b
    }

    #[inline(always)]
    fn multiply(&mut self, a: &i64, b: &i64) -> i64 {
        a * b
    }

    #[inline(always)]
    fn floor(&mut self, a: &i64, bits: u32) -> i64 {
        a >> bits
    }

    #[inline(always)]
    fn split(&mut self, a: &i64, bits: u32) -> (i64, i64) {
        (a >> bits, a & ((1 << bits) - 1))
    }

    #[inline(always)]
    fn look_up(&mut self, index: &i64, values: &[i64]) -> i64 {
        values[*index as usize]
    }

    #[inline(always)]
    fn scale(&mut self, a: &i64, bits: u32) -> i64 {
        a << bits
    }

    #[inline(always)]
    fn decay(&mut self, a: &i64, shift: u32) -> i64 {
        if shift == 0 { *a } else { a - (a >> shift) }
    }

    #[inline(always)]
    fn saturate(&mut self, a: &i64, bits: u32) -> i64 {
        let limit = 1 << (bits - 1);
        (*a).clamp(-limit, limit - 1)
    }

    #[inline(always)]
    fn excess(&mut self, a: &i64, b: &i64) -> (bool, i64) {
        (a > b, a - b)
    }

    #[inline(always)]
    fn not(&mut self, a: &bool) -> bool {
        !a
    }

    #[inline(always)]
    fn both(&mut self, a: &bool, b: &bool) -> bool {
        *a && *b
    }

    #[inline(always)]
    fn select(&mut self, condition: &bool, a: &i64, b: &i64) -> i64 {
        if *condition { *a } else { *b }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decay_floors_towards_minus_infinity() {
        for (shift, before, after) in
            [(4, 15, 15), (4, 16, 15), (4, -1, 0), (4, -16, -15), (4, -17, -15), (0, -17, -17)]
        {
            assert_eq!(Integers.decay(&before, shift), after, "{before}");
        }
    }

    #[test]
    fn a_word_ends_where_twos_complement_does() {
        for (bits, before, after) in
            [(16, 40_000, 32_767), (16, -40_000, -32_768), (8, 128, 127), (8, -128, -128)]
        {
            assert_eq!(Integers.saturate(&before, bits), after, "{before}");
        }
    }

    #[test]
    fn a_count_ends_at_nothing() {
        assert_eq!([2, 1, 0, -3].map(|a| Integers.count_down(&a)), [1, 0, 0, 0]);
        assert_eq!([2, 0, -3].map(|a| Integers.is_positive(&a)), [true, false, false]);
    }
}
