//! Unipolar as SC-NeuroCore exports it: scaled to 0..=1, and nothing brings it back.

use super::unipolar::Unipolar;
use super::{Coded, Coding, Facts, Sums};

/// The streams of [`Unipolar`], whose sum is heard as it is: a whole stream is a weight of 1, which is the threshold.
/// Sign, gain and the common drive of all inputs are lost; leak, reset and biases are the net's own.
#[derive(Debug)]
pub(super) struct UnipolarPage;

impl Coding for UnipolarPage {
    fn name(&self) -> &'static str {
        "unipolar-page"
    }

    fn about(&self) -> &'static str {
        "AND, weights by minimum and maximum in 0..=1, as the page exports them"
    }

    fn weight(&self, weight: i32, of: &Facts) -> Coded {
        Unipolar.weight(weight, of)
    }

    fn current(&self, sums: Sums, of: &Facts) -> f64 {
        f64::from(of.threshold) * sums.products
    }
}
