//! Sign and magnitude, as the contract has them: a counter that goes up and down.

use super::{Coded, Coding, Facts, Sums};

/// `p = |q| / 2^B`; a product counts up or down by the weight's sign, and `sum q x = 2^B (up - down)`.
#[derive(Debug)]
pub(super) struct SignMagnitude;

impl Coding for SignMagnitude {
    fn name(&self) -> &'static str {
        "sign-magnitude"
    }

    fn about(&self) -> &'static str {
        "AND, magnitudes in 0..=1, counted up or down by their signs"
    }

    fn weight(&self, weight: i32, of: &Facts) -> Coded {
        let ones = f64::from(weight.abs()) / f64::from(of.whole);
        Coded { ones, is_negative: weight < 0 }
    }

    fn current(&self, sums: Sums, of: &Facts) -> f64 {
        f64::from(of.whole) * sums.products
    }
}
