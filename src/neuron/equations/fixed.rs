//! Equations in words of a fixed format, with a bound on how far they are from the real ones.
//!
//! Every value carries its error: how far the number that the word stands for can be from the real one, when the
//! states and the input that the step began with are exact and every comparison falls the same way. Sums are
//! exact; a product is rounded once; a table's own error is found by trying all of its inputs.

mod domain;
mod table;

use super::Bounds;
use super::error::{Error, Fault, Span};
use crate::neuron::arithmetic::{Arithmetic, Range};
use crate::neuron::program::{Flag, Recorder, Word};

/// Bits behind a state's last that values on the way are rounded to.
const GUARD: u32 = 3;

/// The widest word on the way.
const WIDEST: u32 = 48;

/// The widest word that is written at all: one of a product, before it is rounded.
const MOST_WORD: u32 = WIDEST + 14;

/// The most bits behind the point of a product that is not taken for 0.
const MOST_FRACTION: i32 = 62;

/// The most bits of a table's input: all of them are tried.
const MOST_TRIED: u32 = 20;

/// Two's complement words: a sign, bits before the point and `fraction` bits behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// All bits.
    pub bits: u32,
    /// Those behind the point.
    pub fraction: u32,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Q{}.{}", self.bits - self.fraction, self.fraction)
    }
}

/// A constant and what the format made of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// As it was written, or as it follows from what was.
    pub from: f64,
    /// As it is.
    pub to: f64,
}

/// A number that is known, or a word that stands for `word / 2^fraction`.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// What needs no word.
    Known(f64),
    /// A word of the program.
    Word {
        /// The word.
        word: Word,
        /// Its bits behind the point.
        fraction: u32,
        /// How far it can be from the real number.
        error: f64,
    },
}

/// A truth that is known, or one of the program.
#[derive(Clone, Copy, Debug)]
pub enum Truth {
    /// What needs no logic.
    Known(bool),
    /// A truth of the program.
    Flag(Flag),
}

/// Writes equations down as word operations.
#[derive(Debug)]
pub struct Fixed {
    /// Where they are written.
    pub on: Recorder,
    format: Format,
    /// Bits of the place in a table.
    table_bits: u32,
    /// The constants that moved.
    pub moved: Vec<Moved>,
    /// What could not be written, first.
    fault: Option<Error>,
    span: Span,
}

/// A word with its format and its error.
type Parts = (Word, u32, f64);

impl Fixed {
    /// For words of a format, and tables of `2^table_bits` knots.
    pub fn new(format: Format, table_bits: u32) -> Self {
        let on = Recorder::default();
        Self { on, format, table_bits, moved: Vec::new(), fault: None, span: 0..0 }
    }

    /// A word that is given: a state or the input, exact.
    ///
    /// # Errors
    /// Bounds that the format does not hold.
    pub fn given(&mut self, name: &str, bounds: Bounds, span: &Span) -> Result<Value, Error> {
        let Format { bits, fraction } = self.format;
        let range = self.words(bounds);
        if !range.is_within(Range::signed(bits)) {
            let (what, format) = (name.to_owned(), self.format.to_string());
            let fault = Fault::Format { what, low: bounds.low, high: bounds.high, format };
            return Err(fault.at(span));
        }
        let word = self.on.given_of(name, bits, range);
        Ok(Value::Word { word, fraction, error: 0.0 })
    }

    /// The words within bounds. One that is a unit above the format's last, as 8 is in Q4.12, is that last one.
    fn words(&self, bounds: Bounds) -> Range {
        let range = scaled(bounds, self.format.fraction);
        let last = Range::signed(self.format.bits).high;
        Range { high: if range.high == last + 1 { last } else { range.high }, ..range }
    }

    /// A value as a state keeps it, and how far it can be from the real one.
    pub fn kept(&mut self, value: &Value) -> (Word, f64) {
        let (word, fraction, error) = self.word(value, self.format.fraction);
        let (word, _, error) = self.rounded((word, fraction, error), self.format.fraction);
        (word, error)
    }

    /// A state as it is kept, for what follows from it in the same step.
    pub fn of_kept(&self, (word, error): (Word, f64)) -> Value {
        Value::Word { word, fraction: self.format.fraction, error }
    }

    /// A truth of the program.
    pub fn flag(&mut self, truth: &Truth) -> Flag {
        match truth {
            Truth::Flag(flag) => *flag,
            Truth::Known(known) => {
                let word = self.on.number((*known).into());
                self.on.is_positive(&word)
            }
        }
    }

    /// What went wrong on the way, where nothing could be returned.
    ///
    /// # Errors
    /// The first that did.
    pub fn check(&mut self) -> Result<(), Error> {
        self.fault.take().map_or(Ok(()), Err)
    }

    /// A value as a word; a constant gets `fraction` bits behind the point.
    fn word(&mut self, value: &Value, fraction: u32) -> Parts {
        match *value {
            Value::Word { word, fraction, error } => (word, fraction, error),
            Value::Known(constant) => {
                let whole = (constant * power(fraction)).round();
                if !whole.is_finite() || whole.abs() >= power(WIDEST) {
                    self.too_wide(Bounds { low: constant, high: constant }, MOST_WORD);
                    return (self.on.number(0), fraction, 0.0);
                }
                let to = whole / power(fraction);
                self.note(constant, to);
                (self.on.number(whole as i64), fraction, (to - constant).abs())
            }
        }
    }

    fn note(&mut self, from: f64, to: f64) {
        if from != to && !self.moved.iter().any(|moved| moved.from == from) {
            self.moved.push(Moved { from, to });
        }
    }

    /// Two values with the same bits behind the point.
    fn aligned(&mut self, a: &Value, b: &Value) -> (Parts, Parts) {
        let finest = |value: &Value| match value {
            Value::Known(_) => self.format.fraction,
            Value::Word { fraction, .. } => *fraction,
        };
        let fraction = finest(a).max(finest(b));
        let mut of = |value: &Value| {
            let (word, own, error) = self.word(value, fraction);
            (self.finer(word, own, fraction), fraction, error)
        };
        (of(a), of(b))
    }

    /// A word of `own` bits behind the point with `fraction` of them, which are no fewer.
    fn finer(&mut self, word: Word, own: u32, fraction: u32) -> Word {
        let (range, more) = (self.on.range(&word), fraction - own);
        if range.bits() + more > MOST_WORD {
            self.too_wide(real(range, own), range.bits() + more);
            return self.on.number(0);
        }
        if more > 0 { self.on.scale(&word, more) } else { word }
    }

    /// With no more than `fraction` bits behind the point.
    fn rounded(&mut self, (word, own, error): Parts, fraction: u32) -> Parts {
        if own <= fraction {
            return (self.finer(word, own, fraction), fraction, error);
        }
        let rounded = self.on.round(&word, own - fraction);
        (rounded, fraction, error + 0.5 / power(fraction))
    }

    /// A value, unless its word is too wide: then that is noted, and what follows does not matter.
    fn made(&mut self, (word, fraction, error): Parts) -> Value {
        let range = self.on.range(&word);
        if range.bits() > WIDEST {
            return self.too_wide(real(range, fraction), range.bits());
        }
        Value::Word { word, fraction, error }
    }

    fn too_wide(&mut self, Bounds { low, high }: Bounds, bits: u32) -> Value {
        let fault = || Fault::Wide { low, high, bits }.at(&self.span);
        self.fault.get_or_insert_with(fault);
        Value::Known(0.0)
    }

    /// The product of two words, or the value that takes its place where it would be too wide.
    fn times(&mut self, a: (Word, u32), b: (Word, u32)) -> Result<Word, Value> {
        let [x, y] = [a, b].map(|(word, _)| self.on.range(&word));
        let bits = x.bits() + y.bits() - 1;
        // A product is rounded at once, so it may be wider than other words.
        if bits > MOST_WORD {
            let [x, y] =
                [(x, a.1), (y, b.1)].map(|(range, fraction)| magnitude(real(range, fraction)));
            return Err(self.too_wide(Bounds { low: -x * y, high: x * y }, bits));
        }
        Ok(self.on.multiply(&a.0, &b.0))
    }

    /// What is known to lie within a range, by a word that was chosen between two.
    fn chosen(&mut self, value: Value, range: Range) -> Value {
        match value {
            Value::Word { word, fraction, error } => {
                Value::Word { word: self.on.known(&word, range), fraction, error }
            }
            known @ Value::Known(_) => known,
        }
    }

    /// The same, with a product's bits behind the point taken back to those of the format and a few more.
    fn product(&mut self, (word, fraction, error): Parts) -> Value {
        let most = self.format.fraction + GUARD;
        let parts = if fraction > most {
            self.rounded((word, fraction, error), most)
        } else {
            (word, fraction, error)
        };
        self.made(parts)
    }

    fn by_constant(&mut self, factor: f64, value: &Value) -> Value {
        let Value::Word { word, fraction, error } = *value else {
            return Value::Known(0.0);
        };
        if factor == 0.0 {
            return Value::Known(0.0);
        }
        // As many bits of the constant as a state has, wherever its point lies.
        let places = self.format.bits as i32 - 2 - factor.abs().log2().floor() as i32;
        let mut whole = (factor * 2_f64.powi(places)).round() as i64;
        let zeros = whole.trailing_zeros() as i32;
        whole >>= zeros;
        let places = places - zeros;
        let to = whole as f64 * 2_f64.powi(-places);
        self.note(factor, to);
        let largest = magnitude(real(self.on.range(&word), fraction));
        if fraction as i32 + places > MOST_FRACTION {
            // Nothing of it is left behind so many bits.
            let word = self.on.number(0);
            return Value::Word { word, fraction: 0, error: factor.abs() * (largest + error) };
        }
        let error = factor.abs() * error + (to - factor).abs() * largest;
        let product = if whole == 1 {
            word
        } else {
            let whole = self.on.number(whole);
            match self.times((word, fraction), (whole, 0)) {
                Ok(product) => product,
                Err(wide) => return wide,
            }
        };
        match u32::try_from(fraction as i32 + places) {
            Ok(fraction) => self.product((product, fraction, error)),
            Err(_) => {
                let up = (-(fraction as i32 + places)).unsigned_abs();
                let product = self.finer(product, 0, up);
                self.product((product, 0, error))
            }
        }
    }
}

fn power(bits: u32) -> f64 {
    2_f64.powi(bits as i32)
}

/// The numbers that words of a range stand for.
fn real(range: Range, fraction: u32) -> Bounds {
    let [low, high] = [range.low, range.high].map(|end| end as f64 / power(fraction));
    Bounds { low, high }
}

/// The words within bounds.
fn scaled(bounds: Bounds, fraction: u32) -> Range {
    let low = (bounds.low * power(fraction)).ceil() as i64;
    Range { low, high: (bounds.high * power(fraction)).floor() as i64 }
}

fn magnitude(Bounds { low, high }: Bounds) -> f64 {
    low.abs().max(high.abs())
}
