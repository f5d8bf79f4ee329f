//! Unipolar with its correction: weights in 0..=1, and one count of the inputs that brings them back.

use super::{Coded, Coding, Facts, Sums};

/// `p = (q - m) / (M - m)`, and `sum q x = (M - m) sum p x + m sum x`; see [`crate::export::unipolar`].
#[derive(Debug)]
pub(super) struct Unipolar;

impl Coding for Unipolar {
    fn name(&self) -> &'static str {
        "unipolar"
    }

    fn about(&self) -> &'static str {
        "AND, weights by minimum and maximum in 0..=1, corrected by one shared count"
    }

    fn weight(&self, weight: i32, of: &Facts) -> Coded {
        let range = f64::from((of.maximum - of.minimum).max(1));
        Coded { ones: f64::from(weight - of.minimum) / range, is_negative: false }
    }

    fn current(&self, sums: Sums, of: &Facts) -> f64 {
        f64::from(of.maximum - of.minimum) * sums.products + f64::from(of.minimum) * sums.inputs
    }

    fn needs_sums(&self) -> Option<&'static str> {
        Some("its count of the inputs corrects a sum")
    }
}
