//! A function as its values at knots, straight between them.

use super::Range;

/// Knots `2^shift` apart, the first at `low`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Where the first knot is.
    pub low: i64,
    /// Bits between two knots.
    pub shift: u32,
    values: Vec<i64>,
}

impl Table {
    /// The table of a function from `low` to `high`, with `2^bits` knots between them or a few more.
    pub fn new(range: Range, bits: u32, function: impl Fn(i64) -> i64) -> Self {
        let width = (range.high - range.low).max(1);
        let shift = (i64::BITS - width.leading_zeros()).saturating_sub(bits);
        let count = (width >> shift) + 1;
        let values = (0..=count).map(|i| function(range.low + (i << shift))).collect();
        Self { low: range.low, shift, values }
    }

    /// The values at the knots, but for the last.
    pub fn knots(&self) -> &[i64] {
        &self.values[..self.values.len() - 1]
    }

    /// From each knot to the next.
    pub fn slopes(&self) -> Vec<i64> {
        self.values.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// All values on the way.
    pub fn range(&self) -> Range {
        let least = self.values.iter().copied().min().unwrap_or_default();
        Range { low: least, high: self.values.iter().copied().max().unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::{Arithmetic, Integers};

    #[test]
    fn a_table_is_straight_between_its_knots_and_right_at_them() {
        for (low, high, bits) in [(-100, 155, 4), (0, 15, 4), (-7, 1000, 3), (5, 6, 1), (0, 256, 8)]
        {
            let square = |x: i64| x * x;
            let table = Table::new(Range { low, high }, bits, square);
            assert!(table.knots().len() <= (1 << bits) + 1, "{table:?}");
            let width = 1 << table.shift;
            for x in low..=high {
                let knot = low + (x - low) / width * width;
                let (a, b) = (square(knot), square(knot + width));
                let exact = a as f64 + (b - a) as f64 * (x - knot) as f64 / width as f64;
                let value = Integers.interpolate(&x, &table);
                assert!((value as f64 - exact).abs() <= 0.5, "{x}: {value}, {exact}");
                assert!(x != knot || value == square(x));
                assert!((table.range().low..=table.range().high).contains(&value));
            }
        }
    }
}
