//! What the values of expressions can be: numbers in f64, or words of a fixed format.

use super::Error;
use super::error::Span;
use super::functions::{Function, Kind};

/// Values and what expressions do with them.
pub trait Domain {
    /// A number.
    type Value: Clone;

    /// Yes or no.
    type Truth: Clone;

    /// A number that is known.
    fn constant(&mut self, value: f64) -> Self::Value;

    /// `a + b`.
    fn add(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Value;

    /// `a - b`.
    fn subtract(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Value;

    /// `a b`.
    fn multiply(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Value;

    /// `a / b`; the span is for messages.
    ///
    /// # Errors
    /// A divisor that can be 0, where the domain knows.
    fn divide(
        &mut self,
        a: &Self::Value,
        b: &Self::Value,
        span: &Span,
    ) -> Result<Self::Value, Error>;

    /// A smooth function of a number.
    ///
    /// # Errors
    /// A number that it is not defined for, where the domain knows.
    fn smooth(
        &mut self,
        function: &'static Function,
        a: &Self::Value,
        span: &Span,
    ) -> Result<Self::Value, Error>;

    /// Whether `a > b`.
    fn above(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Truth;

    /// Not `a`.
    fn not(&mut self, a: &Self::Truth) -> Self::Truth;

    /// `a` and `b`.
    fn both(&mut self, a: &Self::Truth, b: &Self::Truth) -> Self::Truth;

    /// The lesser of two.
    fn least(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Value {
        let above = self.above(a, b);
        self.select(&above, b, a)
    }

    /// The greater of two.
    fn greatest(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Value {
        let above = self.above(a, b);
        self.select(&above, a, b)
    }

    /// `a` without its sign.
    fn magnitude(&mut self, a: &Self::Value) -> Self::Value {
        let zero = self.constant(0.0);
        let negative = self.subtract(&zero, a);
        self.greatest(a, &negative)
    }

    /// `a`, within `low` and `high`.
    fn clip(&mut self, a: &Self::Value, low: f64, high: f64) -> Self::Value {
        let [low, high] = [low, high].map(|end| self.constant(end));
        let raised = self.greatest(a, &low);
        self.least(&raised, &high)
    }

    /// `a` as a state keeps it, within the state's range.
    fn keep(&mut self, a: &Self::Value, low: f64, high: f64) -> Self::Value {
        self.clip(a, low, high)
    }

    /// `a` where `condition` is true, else `b`.
    fn select(&mut self, condition: &Self::Truth, a: &Self::Value, b: &Self::Value) -> Self::Value;
}

/// Real numbers in f64: what the equations mean.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reals;

impl Domain for Reals {
    type Value = f64;
    type Truth = bool;

    fn constant(&mut self, value: f64) -> f64 {
        value
    }

    fn add(&mut self, a: &f64, b: &f64) -> f64 {
        a + b
    }

    fn subtract(&mut self, a: &f64, b: &f64) -> f64 {
        a - b
    }

    fn multiply(&mut self, a: &f64, b: &f64) -> f64 {
        a * b
    }

    fn divide(&mut self, a: &f64, b: &f64, _: &Span) -> Result<f64, Error> {
        Ok(a / b)
    }

    fn smooth(&mut self, function: &'static Function, a: &f64, _: &Span) -> Result<f64, Error> {
        match function.kind {
            Kind::Smooth(smooth) => Ok((smooth.value)(*a)),
            _ => unreachable!("only smooth functions are asked for"),
        }
    }

    fn above(&mut self, a: &f64, b: &f64) -> bool {
        a > b
    }

    fn not(&mut self, a: &bool) -> bool {
        !a
    }

    fn both(&mut self, a: &bool, b: &bool) -> bool {
        *a && *b
    }

    fn select(&mut self, condition: &bool, a: &f64, b: &f64) -> f64 {
        if *condition { *a } else { *b }
    }
}
