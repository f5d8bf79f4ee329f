//! Real numbers: the neuron that the integers stand for, without their rounding and their ends.

use super::Arithmetic;

/// Numbers in f64. A leak takes its share whole, and nothing saturates.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reals;

impl Arithmetic for Reals {
    type Word = f64;
    type Truth = bool;

    #[inline(always)]
    fn number(&mut self, value: i64) -> f64 {
        value as f64
    }

    #[inline(always)]
    fn add(&mut self, a: &f64, b: &f64) -> f64 {
        a + b
    }

    #[inline(always)]
    fn subtract(&mut self, a: &f64, b: &f64) -> f64 {
        a - b
    }

    #[inline(always)]
    fn multiply(&mut self, a: &f64, b: &f64) -> f64 {
        a * b
    }

    #[inline(always)]
    fn floor(&mut self, a: &f64, bits: u32) -> f64 {
        a / power(bits)
    }

    #[inline(always)]
    fn split(&mut self, a: &f64, bits: u32) -> (f64, f64) {
        let high = (a / power(bits)).floor();
        (high, a - high * power(bits))
    }

    #[inline(always)]
    fn look_up(&mut self, index: &f64, values: &[i64]) -> f64 {
        values[*index as usize] as f64
    }

    /// A share, without the half that rounds.
    #[inline(always)]
    fn round(&mut self, a: &f64, bits: u32) -> f64 {
        a / power(bits)
    }

    #[inline(always)]
    fn scale(&mut self, a: &f64, bits: u32) -> f64 {
        a * power(bits)
    }

    #[inline(always)]
    fn decay(&mut self, a: &f64, shift: u32) -> f64 {
        if shift == 0 { *a } else { a - a / power(shift) }
    }

    #[inline(always)]
    fn saturate(&mut self, a: &f64, _bits: u32) -> f64 {
        *a
    }

    #[inline(always)]
    fn excess(&mut self, a: &f64, b: &f64) -> (bool, f64) {
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
    fn select(&mut self, condition: &bool, a: &f64, b: &f64) -> f64 {
        if *condition { *a } else { *b }
    }
}

/// `2^bits`.
fn power(bits: u32) -> f64 {
    2_f64.powi(bits as i32)
}
