//! Intervals: all values that a word can have, from those of the words before it.

use super::Arithmetic;

/// The integers from `low` to `high`, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub low: i64,
    /// The greatest.
    pub high: i64,
}

impl Range {
    /// What a two's complement word of `bits` bits holds.
    pub fn signed(bits: u32) -> Self {
        let limit = 1 << (bits - 1);
        Self { low: -limit, high: limit - 1 }
    }

    /// What a word of `bits` bits without a sign holds.
    pub fn unsigned(bits: u32) -> Self {
        Self { low: 0, high: (1 << bits) - 1 }
    }

    /// The bits of the narrowest two's complement word that holds them all.
    pub fn bits(self) -> u32 {
        let bits = |value: i64| 65 - (if value < 0 { !value } else { value }).leading_zeros();
        bits(self.low).max(bits(self.high))
    }

    /// Whether all of these are among `others`.
    pub fn is_within(self, others: Self) -> bool {
        others.low <= self.low && self.high <= others.high
    }

    /// Each end, through something that rises.
    fn map(self, through: impl Fn(i64) -> i64) -> Self {
        Self { low: through(self.low), high: through(self.high) }
    }
}

/// The arithmetic of ranges. It knows nothing of a truth, and so a choice can be either.
#[derive(Clone, Copy, Debug, Default)]
pub struct Intervals;

impl Arithmetic for Intervals {
    type Word = Range;
    type Truth = ();

    fn number(&mut self, value: i64) -> Range {
        Range { low: value, high: value }
    }

    fn add(&mut self, a: &Range, b: &Range) -> Range {
        Range { low: a.low + b.low, high: a.high + b.high }
    }

    fn subtract(&mut self, a: &Range, b: &Range) -> Range {
        Range { low: a.low - b.high, high: a.high - b.low }
    }

    fn multiply(&mut self, a: &Range, b: &Range) -> Range {
        let ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
        let least = ends.into_iter().min().unwrap_or_default();
        Range { low: least, high: ends.into_iter().max().unwrap_or_default() }
    }

    fn floor(&mut self, a: &Range, bits: u32) -> Range {
        a.map(|value| value >> bits)
    }

    fn split(&mut self, a: &Range, bits: u32) -> (Range, Range) {
        let high = self.floor(a, bits);
        let low = if high.low == high.high {
            a.map(|value| value & ((1 << bits) - 1))
        } else {
            Range { low: 0, high: (1 << bits) - 1 }
        };
        (high, low)
    }

    /// All values from the least of those that the index reaches to the greatest.
    fn look_up(&mut self, index: &Range, values: &[i64]) -> Range {
        let reached = &values[index.low as usize..=index.high as usize];
        let least = reached.iter().copied().min().unwrap_or_default();
        Range { low: least, high: reached.iter().copied().max().unwrap_or_default() }
    }

    fn known(&mut self, a: &Range, range: Range) -> Range {
        Range { low: a.low.max(range.low), high: a.high.min(range.high) }
    }

    fn scale(&mut self, a: &Range, bits: u32) -> Range {
        a.map(|value| value << bits)
    }

    fn decay(&mut self, a: &Range, shift: u32) -> Range {
        a.map(|value| super::Integers.decay(&value, shift))
    }

    fn saturate(&mut self, a: &Range, bits: u32) -> Range {
        a.map(|value| super::Integers.saturate(&value, bits))
    }

    fn excess(&mut self, a: &Range, b: &Range) -> ((), Range) {
        let high = self.subtract(a, b).high.max(1);
        ((), Range { low: 1, high })
    }

    fn not(&mut self, (): &()) {}

    fn both(&mut self, (): &(), (): &()) {}

    fn select(&mut self, (): &(), a: &Range, b: &Range) -> Range {
        Range { low: a.low.min(b.low), high: a.high.max(b.high) }
    }

    fn count_down(&mut self, a: &Range) -> Range {
        a.map(|value| super::Integers.count_down(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Integers;

    #[test]
    fn a_range_has_the_bits_of_its_longer_end() {
        for (low, high, bits) in
            [(0, 0, 1), (0, 1, 2), (-1, 0, 1), (-2, 1, 2), (-8, 7, 4), (-9, 7, 5), (-8, 8, 5)]
        {
            assert_eq!(Range { low, high }.bits(), bits, "{low} to {high}");
        }
        assert_eq!((Range::signed(16).bits(), Range::unsigned(15).bits()), (16, 16));
        assert!(Range::unsigned(15).is_within(Range::signed(16)));
        assert!(!Range::unsigned(16).is_within(Range::signed(16)));
        assert!(!Range { low: -1, high: 0 }.is_within(Range::unsigned(4)));
    }

    /// Every pair of values of two small ranges, through every operation on words.
    #[test]
    fn no_value_leaves_its_range_and_each_end_is_reached() {
        let (a, b) = (Range { low: -9, high: 6 }, Range { low: -2, high: 11 });
        type Step<W> = (&'static str, W);
        fn all<A: Arithmetic>(on: &mut A, a: &A::Word, b: &A::Word) -> Vec<Step<A::Word>> {
            vec![
                ("add", on.add(a, b)),
                ("subtract", on.subtract(a, b)),
                ("multiply", on.multiply(a, b)),
                ("floor", on.floor(a, 2)),
                ("high", on.split(a, 2).0),
                ("low", on.split(a, 2).1),
                ("scale", on.scale(a, 3)),
                ("decay", on.decay(a, 1)),
                ("no decay", on.decay(a, 0)),
                ("saturate", on.saturate(a, 3)),
                ("count down", on.count_down(a)),
            ]
        }
        let ranges = all(&mut Intervals, &a, &b);
        let pairs = (a.low..=a.high).flat_map(|x| (b.low..=b.high).map(move |y| (x, y)));
        let seen: Vec<_> = pairs.map(|(x, y)| all(&mut Integers, &x, &y)).collect();
        for (i, (name, range)) in ranges.iter().enumerate() {
            let values = || seen.iter().map(|values| values[i].1);
            let reached = Range { low: values().min().unwrap(), high: values().max().unwrap() };
            assert_eq!(reached, *range, "{name}");
        }
        let ((), excess) = Intervals.excess(&a, &b);
        assert_eq!(excess, Range { low: 1, high: 8 });
        assert_eq!(Intervals.select(&(), &a, &b), Range { low: -9, high: 11 });
    }
}
