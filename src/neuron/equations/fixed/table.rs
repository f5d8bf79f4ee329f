//! Smooth functions of words, as tables with straight lines between their knots.

use super::{Fixed, GUARD, MOST_TRIED, Parts, Value, WIDEST, power, real};
use crate::neuron::arithmetic::{Arithmetic, Range, Table};
use crate::neuron::equations::Bounds;
use crate::neuron::equations::error::{Error, Fault, Span};
use crate::neuron::equations::functions::{Function, Smooth};
use crate::neuron::program::Recorder;

impl Fixed {
    /// A table of a function over all values of a word.
    pub(super) fn table(
        &mut self,
        function: &'static Function,
        smooth: &Smooth,
        (word, fraction, error): Parts,
        span: &Span,
    ) -> Result<Value, Error> {
        let mut parts = (word, fraction, error);
        // All inputs are tried, so there are not too many of them.
        let bits = |on: &Recorder, word| {
            let Range { low, high } = on.range(word);
            u64::BITS - high.abs_diff(low).leading_zeros()
        };
        let wide = bits(&self.on, &parts.0).saturating_sub(MOST_TRIED);
        parts = self.rounded(parts, fraction.saturating_sub(wide));
        let (word, fraction, error) = parts;
        let range = self.on.range(&word);
        let Bounds { low, high } = real(range, fraction);
        if !smooth.domain.holds(low, high) {
            let (name, legal) = (function.name, smooth.domain.told());
            return Err(Fault::Domain { name, low, high, legal }.at(span));
        }
        let out = self.format.fraction + GUARD;
        // A knot behind the last value is the function's own there, or its last where it has none.
        let at = |x: i64| (smooth.value)((x.min(range.high)) as f64 / power(fraction)) * power(out);
        let extends = |x: i64| {
            let value = (smooth.value)(x as f64 / power(fraction)) * power(out);
            if value.is_finite() && value.abs() < power(WIDEST) { value } else { at(x) }
        };
        let table = Table::new(range, self.table_bits, |x| extends(x).round() as i64);
        let largest = [low, high].map(|x| (smooth.value)(x).abs() * power(out));
        if largest.iter().any(|value| !value.is_finite() || *value >= power(WIDEST - 1)) {
            return Err(Fault::Wide { low, high, bits: WIDEST }.at(span));
        }
        let own = table_error(&table, range, at) / power(out);
        let value = self.on.interpolate(&word, &table);
        let steepest =
            if error == 0.0 { 0.0 } else { (smooth.steepest)(low - error, high + error) };
        let error = own + steepest * error;
        Ok(self.made((value, out, error)))
    }
}

/// How far a table is from a function at any of its inputs, in units of its values.
fn table_error(table: &Table, range: Range, function: impl Fn(i64) -> f64) -> f64 {
    use crate::neuron::arithmetic::Integers;
    let (knots, slopes) = (table.knots(), table.slopes());
    let value = |x: i64| {
        let (index, rest) = Integers.split(&(x - table.low), table.shift);
        knots[index as usize] + Integers.round(&(slopes[index as usize] * rest), table.shift)
    };
    (range.low..=range.high).map(|x| (value(x) as f64 - function(x)).abs()).fold(0.0, f64::max)
}
