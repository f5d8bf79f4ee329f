//! What a neuron's step is written over: a few operations on words, whoever carries them out.
//!
//! A step is one generic function. Over [`Integers`] it is the golden model, over [`Reals`] the neuron that the
//! integers stand for, over [`Intervals`] the range of every word on the way, and over a
//! [`Recorder`](crate::neuron::program::Recorder) the block that the hardware is made of. The trainer brings
//! arithmetics of its own.

mod integers;
mod intervals;
mod reals;
mod table;

pub use integers::Integers;
pub use intervals::{Intervals, Range};
pub use reals::Reals;
pub use table::Table;

/// Words, truths, and what may be done with them. No operation wraps: a word is as wide as its values need.
pub trait Arithmetic {
    /// A number of some width.
    type Word: Clone;

    /// Yes or no.
    type Truth: Clone;

    /// A constant.
    fn number(&mut self, value: i64) -> Self::Word;

    /// `a + b`.
    fn add(&mut self, a: &Self::Word, b: &Self::Word) -> Self::Word;

    /// `a - b`.
    fn subtract(&mut self, a: &Self::Word, b: &Self::Word) -> Self::Word;

    /// `a b`.
    fn multiply(&mut self, a: &Self::Word, b: &Self::Word) -> Self::Word;

    /// `a 2^bits`.
    fn scale(&mut self, a: &Self::Word, bits: u32) -> Self::Word;

    /// `floor(a / 2^bits)`.
    fn floor(&mut self, a: &Self::Word, bits: u32) -> Self::Word;

    /// `a` as `high 2^bits + low`, `low` below `2^bits`: where on a table, and how far from there.
    fn split(&mut self, a: &Self::Word, bits: u32) -> (Self::Word, Self::Word);

    /// The value at place `index` of a list.
    fn look_up(&mut self, index: &Self::Word, values: &[i64]) -> Self::Word;

    /// `a - floor(a / 2^shift)`, which rises with `a`: what a leak leaves. A shift of 0 leaves all of it.
    fn decay(&mut self, a: &Self::Word, shift: u32) -> Self::Word;

    /// The nearest number that a two's complement word of `bits` bits holds.
    fn saturate(&mut self, a: &Self::Word, bits: u32) -> Self::Word;

    /// Whether `a > b`, and `a - b`, which means something only where it is.
    fn excess(&mut self, a: &Self::Word, b: &Self::Word) -> (Self::Truth, Self::Word);

    /// Not `a`.
    fn not(&mut self, a: &Self::Truth) -> Self::Truth;

    /// `a` and `b`.
    fn both(&mut self, a: &Self::Truth, b: &Self::Truth) -> Self::Truth;

    /// `a` or `b`.
    fn either(&mut self, a: &Self::Truth, b: &Self::Truth) -> Self::Truth {
        let (a, b) = (self.not(a), self.not(b));
        let neither = self.both(&a, &b);
        self.not(&neither)
    }

    /// `a` where `condition` is true, else `b`.
    fn select(&mut self, condition: &Self::Truth, a: &Self::Word, b: &Self::Word) -> Self::Word;

    /// The truth `a` where `condition` is true, else `b`.
    fn select_truth(
        &mut self,
        condition: &Self::Truth,
        a: &Self::Truth,
        b: &Self::Truth,
    ) -> Self::Truth {
        let otherwise = self.not(condition);
        let (a, b) = (self.both(condition, a), self.both(&otherwise, b));
        self.either(&a, &b)
    }

    /// Whether `a > 0`.
    fn is_positive(&mut self, a: &Self::Word) -> Self::Truth {
        let zero = self.number(0);
        self.excess(a, &zero).0
    }

    /// `a - 1`, or 0 where there is nothing left to take.
    fn count_down(&mut self, a: &Self::Word) -> Self::Word {
        let (one, zero) = (self.number(1), self.number(0));
        let (more, _) = self.excess(a, &zero);
        let less = self.subtract(a, &one);
        self.select(&more, &less, &zero)
    }

    /// `a / 2^bits`, to the nearest; halves go up.
    fn round(&mut self, a: &Self::Word, bits: u32) -> Self::Word {
        if bits == 0 {
            return a.clone();
        }
        let half = self.number(1 << (bits - 1));
        let raised = self.add(a, &half);
        self.floor(&raised, bits)
    }

    /// The value of a table between its knots.
    fn interpolate(&mut self, a: &Self::Word, table: &Table) -> Self::Word {
        let low = self.number(table.low);
        let way = self.subtract(a, &low);
        let (index, rest) = self.split(&way, table.shift);
        let knot = self.look_up(&index, table.knots());
        let slope = self.look_up(&index, &table.slopes());
        let rise = self.multiply(&slope, &rest);
        let rise = self.round(&rise, table.shift);
        let value = self.add(&knot, &rise);
        self.known(&value, table.range())
    }

    /// The nearest number within a range.
    fn clip(&mut self, a: &Self::Word, range: Range) -> Self::Word {
        let (low, high) = (self.number(range.low), self.number(range.high));
        let (under, _) = self.excess(&low, a);
        let raised = self.select(&under, &low, a);
        let (over, _) = self.excess(&raised, &high);
        let clipped = self.select(&over, &high, &raised);
        self.known(&clipped, range)
    }

    /// The same word, of which more is known than follows from what it was made of.
    fn known(&mut self, a: &Self::Word, _range: Range) -> Self::Word {
        a.clone()
    }

    /// Says what a word is called, for arithmetics that are read.
    fn name(&mut self, _word: &Self::Word, _name: &str) {}
}
