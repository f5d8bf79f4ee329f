//! What expressions do with words: sums, products, comparisons, choices.

use super::{Fixed, Truth, Value, magnitude, real, scaled};
use crate::neuron::arithmetic::{Arithmetic, Range};
use crate::neuron::equations::error::{Error, Fault, Span};
use crate::neuron::equations::functions::{Function, Kind, RECIPROCAL};
use crate::neuron::equations::{Bounds, Domain};

impl Domain for Fixed {
    type Value = Value;
    type Truth = Truth;

    fn constant(&mut self, value: f64) -> Value {
        Value::Known(value)
    }

    fn add(&mut self, a: &Value, b: &Value) -> Value {
        match (a, b) {
            (Value::Known(a), Value::Known(b)) => Value::Known(a + b),
            (Value::Known(0.0), other) | (other, Value::Known(0.0)) => *other,
            _ => {
                let ((x, fraction, own), (y, _, other)) = self.aligned(a, b);
                let sum = self.on.add(&x, &y);
                self.made((sum, fraction, own + other))
            }
        }
    }

    fn subtract(&mut self, a: &Value, b: &Value) -> Value {
        match (a, b) {
            (Value::Known(a), Value::Known(b)) => Value::Known(a - b),
            (_, Value::Known(0.0)) => *a,
            _ => {
                let ((x, fraction, own), (y, _, other)) = self.aligned(a, b);
                let difference = self.on.subtract(&x, &y);
                self.made((difference, fraction, own + other))
            }
        }
    }

    fn multiply(&mut self, a: &Value, b: &Value) -> Value {
        match (a, b) {
            (Value::Known(a), Value::Known(b)) => Value::Known(a * b),
            (Value::Known(factor), other) | (other, Value::Known(factor)) => {
                self.by_constant(*factor, other)
            }
            (
                Value::Word { word: x, fraction: f, error: own },
                Value::Word { word: y, fraction: g, error: other },
            ) => {
                let [p, q] =
                    [(x, *f), (y, *g)].map(|(word, f)| magnitude(real(self.on.range(word), f)));
                // Two errors, of which each meets the other's real number.
                let error = p * other + (q + other) * own;
                match self.times((*x, *f), (*y, *g)) {
                    Ok(product) => self.product((product, f + g, error)),
                    Err(wide) => wide,
                }
            }
        }
    }

    fn divide(&mut self, a: &Value, b: &Value, span: &Span) -> Result<Value, Error> {
        let divisor = match b {
            Value::Known(divisor) => {
                if *divisor == 0.0 {
                    return Err(Fault::Zero { low: 0.0, high: 0.0 }.at(span));
                }
                Value::Known(1.0 / divisor)
            }
            Value::Word { word, fraction, .. } => {
                let Bounds { low, high } = real(self.on.range(word), *fraction);
                if low <= 0.0 && high >= 0.0 {
                    return Err(Fault::Zero { low, high }.at(span));
                }
                self.smooth(&RECIPROCAL, b, span)?
            }
        };
        Ok(self.multiply(a, &divisor))
    }

    fn smooth(
        &mut self,
        function: &'static Function,
        a: &Value,
        span: &Span,
    ) -> Result<Value, Error> {
        let Kind::Smooth(smooth) = function.kind else {
            unreachable!("only smooth functions are asked for");
        };
        self.span = span.clone();
        match *a {
            Value::Known(x) if smooth.domain.holds(x, x) => Ok(Value::Known((smooth.value)(x))),
            Value::Known(x) => {
                let (name, legal) = (function.name, smooth.domain.told());
                Err(Fault::Domain { name, low: x, high: x, legal }.at(span))
            }
            Value::Word { word, fraction, error } => {
                self.table(function, smooth, (word, fraction, error), span)
            }
        }
    }

    fn above(&mut self, a: &Value, b: &Value) -> Truth {
        if let (Value::Known(a), Value::Known(b)) = (a, b) {
            return Truth::Known(a > b);
        }
        let ((x, ..), (y, ..)) = self.aligned(a, b);
        Truth::Flag(self.on.excess(&x, &y).0)
    }

    fn not(&mut self, a: &Truth) -> Truth {
        match a {
            Truth::Known(known) => Truth::Known(!known),
            Truth::Flag(flag) => Truth::Flag(self.on.not(flag)),
        }
    }

    fn both(&mut self, a: &Truth, b: &Truth) -> Truth {
        match (a, b) {
            (Truth::Known(false), _) | (_, Truth::Known(false)) => Truth::Known(false),
            (Truth::Known(true), other) | (other, Truth::Known(true)) => *other,
            (Truth::Flag(a), Truth::Flag(b)) => Truth::Flag(self.on.both(a, b)),
        }
    }

    fn least(&mut self, a: &Value, b: &Value) -> Value {
        if let (Value::Known(a), Value::Known(b)) = (a, b) {
            return Value::Known(a.min(*b));
        }
        let ((x, ..), (y, ..)) = self.aligned(a, b);
        let [p, q] = [x, y].map(|word| self.on.range(&word));
        let above = self.above(a, b);
        let least = self.select(&above, b, a);
        self.chosen(least, Range { low: p.low.min(q.low), high: p.high.min(q.high) })
    }

    fn greatest(&mut self, a: &Value, b: &Value) -> Value {
        if let (Value::Known(a), Value::Known(b)) = (a, b) {
            return Value::Known(a.max(*b));
        }
        let ((x, ..), (y, ..)) = self.aligned(a, b);
        let [p, q] = [x, y].map(|word| self.on.range(&word));
        let above = self.above(a, b);
        let greatest = self.select(&above, a, b);
        self.chosen(greatest, Range { low: p.low.max(q.low), high: p.high.max(q.high) })
    }

    fn magnitude(&mut self, a: &Value) -> Value {
        let word = match a {
            Value::Known(value) => return Value::Known(value.abs()),
            Value::Word { word, .. } => word,
        };
        let Range { low, high } = self.on.range(word);
        let negative = self.subtract(&Value::Known(0.0), a);
        let greatest = self.greatest(a, &negative);
        let most = low.abs().max(high.abs());
        let least = if low > 0 { low } else { (-high).max(0) };
        self.chosen(greatest, Range { low: least, high: most })
    }

    /// An end that the word does not hold is the nearest within.
    fn clip(&mut self, a: &Value, low: f64, high: f64) -> Value {
        match *a {
            Value::Known(value) => Value::Known(value.clamp(low, high)),
            Value::Word { word, fraction, error } => {
                let bounds = scaled(Bounds { low, high }, fraction);
                let clipped = self.on.clip(&word, bounds);
                let ends = real(bounds, fraction);
                let error = error.max((ends.low - low).abs()).max((ends.high - high).abs());
                Value::Word { word: clipped, fraction, error }
            }
        }
    }

    /// A range that ends where the format does costs no comparison: the word is rounded and saturates.
    fn keep(&mut self, a: &Value, low: f64, high: f64) -> Value {
        let (word, fraction, error) = match *a {
            Value::Known(value) => return Value::Known(value.clamp(low, high)),
            Value::Word { word, fraction, error } => (word, fraction, error),
        };
        let (format, bounds) = (self.format, Bounds { low, high });
        if scaled(bounds, format.fraction).is_within(Range::signed(format.bits)) {
            return self.clip(a, low, high);
        }
        let (word, fraction, error) = self.rounded((word, fraction, error), format.fraction);
        let kept = self.words(bounds);
        let word = self.on.clip(&word, kept);
        let ends = real(kept, fraction);
        let error = error.max((ends.low - low).abs()).max((ends.high - high).abs());
        Value::Word { word, fraction, error }
    }

    fn select(&mut self, condition: &Truth, a: &Value, b: &Value) -> Value {
        match condition {
            Truth::Known(true) => *a,
            Truth::Known(false) => *b,
            Truth::Flag(flag) => {
                let ((x, fraction, own), (y, _, other)) = self.aligned(a, b);
                let chosen = self.on.select(flag, &x, &y);
                self.made((chosen, fraction, own.max(other)))
            }
        }
    }
}
