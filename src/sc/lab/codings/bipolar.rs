//! Bipolar: numbers of -1..=1, an XNOR a product.

use super::{Coded, Coding, Facts, Gate, Sums};

/// `p = (v + 1) / 2` of inputs and of `q / 2^B`; `sum q x = 2^B (2 sum p - N)`. An input of 0 is a stream that is half
/// ones, so that nothing is free of noise.
#[derive(Debug)]
pub(super) struct Bipolar;

impl Coding for Bipolar {
    fn name(&self) -> &'static str {
        "bipolar"
    }

    fn about(&self) -> &'static str {
        "XNOR, numbers of -1..=1"
    }

    fn gate(&self) -> Gate {
        Gate::Xnor
    }

    fn input(&self, value: f64) -> f64 {
        f64::midpoint(value, 1.0)
    }

    fn weight(&self, weight: i32, of: &Facts) -> Coded {
        let value = f64::from(weight) / f64::from(of.whole);
        Coded { ones: f64::midpoint(value, 1.0), is_negative: false }
    }

    fn current(&self, sums: Sums, of: &Facts) -> f64 {
        f64::from(of.whole) * (2.0 * sums.products - of.inputs as f64)
    }

    fn needs_sums(&self) -> Option<&'static str> {
        Some("half of all bits are ones where nothing is said")
    }
}
