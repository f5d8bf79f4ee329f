//! A whole step of equations as a program of word operations.

use super::error::{Error, Fault};
use super::fixed::{Fixed, Format, Moved, Value};
use super::{Equations, INHIBITION, INPUT, Kept};
use crate::neuron::arithmetic::{Arithmetic, Range};
use crate::neuron::program::Program;

/// Bits of the count of steps without input.
const REST_BITS: u32 = 4;

/// The most bits of the place in a table that are tried where the format is to be found.
const MOST_TABLE_BITS: u32 = 12;

/// The widest states that are tried where the format is to be found.
const MOST_BITS: u32 = 32;

/// What a step is written for.
#[derive(Clone, Copy)]
enum Use {
    /// A neuron alone, with one current.
    Alone,
    /// The neurons of a network, which are trained, too.
    Network,
}

/// Equations in a format.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// A step. It is given the states, the inputs, and the steps left without them where there are such; it gives
    /// all but the inputs, and whether the neuron fired. The input of a neuron alone is one, its current.
    pub program: Program,
    /// The format of states and input.
    pub format: Format,
    /// Bits of the place in a table.
    pub table_bits: u32,
    /// The constants that the format moved.
    pub moved: Vec<Moved>,
    /// How far each state can be from that of the real-valued equations after one step from the same states, where
    /// all comparisons fall the same way.
    pub errors: Vec<f64>,
}

impl Equations {
    /// The step of a neuron alone in words of a format, with tables of `2^table_bits` knots.
    ///
    /// # Errors
    /// A format that does not hold the ranges, a divisor that can be 0, a function out of its domain, a word that
    /// would be too wide.
    pub fn compile(&self, format: Format, table_bits: u32) -> Result<Compiled, Error> {
        self.written(format, table_bits, Use::Alone)
    }

    /// The step of a network's neuron: with all its inputs, and with a last result, the margin of the threshold
    /// ([`Truth::margin`](super::Truth)) in words of the format, which a surrogate for the spike's derivative is taken
    /// at.
    ///
    /// # Errors
    /// As [`Self::compile`].
    pub fn compile_for_network(&self, format: Format, table_bits: u32) -> Result<Compiled, Error> {
        self.written(format, table_bits, Use::Network)
    }

    fn written(&self, format: Format, table_bits: u32, within: Use) -> Result<Compiled, Error> {
        if !(2..=MOST_BITS).contains(&format.bits) || format.fraction >= format.bits {
            let (what, legal) =
                ("a format's bits".to_owned(), "2 to 32, fewer of them behind the point");
            return Err(Fault::Number { what, value: format.bits.into(), legal }.at(&(0..0)));
        }
        let mut fixed = Fixed::new(format, table_bits);
        let states = self.states.iter().map(|s| fixed.given(&s.name, s.bounds, &(0..0)));
        let states = states.collect::<Result<Vec<_>, _>>()?;
        let inputs = self.inputs(&mut fixed, within)?;
        let rests = self.refractory > 0;
        let rest = rests.then(|| fixed.on.given_of("rest", REST_BITS, Range::unsigned(REST_BITS)));
        let resting = rest.map(|rest| fixed.on.is_positive(&rest));
        let awake = |input| match (resting, input) {
            (Some(resting), Value::Word { word, fraction, error }) => {
                let zero = fixed.on.number(0);
                Value::Word { word: fixed.on.select(&resting, &zero, &word), fraction, error }
            }
            _ => input,
        };
        let inputs: Vec<Value> = inputs.into_iter().map(awake).collect();
        let after = self.integrate(&mut fixed, &states, &inputs);
        fixed.check()?;
        let after = after?;
        let kept: Vec<_> = after.iter().map(|value| fixed.kept(value)).collect();
        let values: Vec<Value> = kept.iter().map(|&kept| fixed.of_kept(kept)).collect();
        let decided = self.fire(&mut fixed, &values, &inputs);
        fixed.check()?;
        let (fired, reset) = decided?;
        let mut fired = fixed.flag(&fired);
        if let Some(resting) = resting {
            let awake = fixed.on.not(&resting);
            fired = fixed.on.both(&awake, &fired);
        }
        let mut errors = Vec::with_capacity(kept.len());
        for (state, (&(word, error), reset)) in self.states.iter().zip(kept.iter().zip(&reset)) {
            let next = match state.reset {
                None => (word, error),
                Some(_) => {
                    let (reset, other) = fixed.kept(reset);
                    (fixed.on.select(&fired, &reset, &word), error.max(other))
                }
            };
            fixed.on.result(&format!("{}_next", state.name), next.0);
            errors.push(next.1);
        }
        if let Some(rest) = rest {
            let less = fixed.on.count_down(&rest);
            let whole = fixed.on.number(self.refractory.into());
            let next = fixed.on.select(&fired, &whole, &less);
            fixed.on.result("rest_next", next);
        }
        fixed.on.result_flag("fired", fired);
        if let Use::Network = within {
            let names = self.names(&mut fixed, &values, &inputs)?;
            let distance = self.threshold.margin(&mut fixed, &names)?;
            fixed.check()?;
            let (distance, _) = fixed.kept(&distance);
            fixed.on.result("margin", distance);
        }
        let Fixed { on, moved, .. } = fixed;
        Ok(Compiled { program: on.program(), format, table_bits, moved, errors })
    }

    /// What drives the neuron: given, or made of the current of one that is alone.
    fn inputs(&self, fixed: &mut Fixed, within: Use) -> Result<Vec<Value>, Error> {
        let Some(bounds) = self.inhibition else {
            return Ok(vec![fixed.given(INPUT, self.input, &(0..0))?]);
        };
        if let Use::Network = within {
            let input = fixed.given(INPUT, self.input, &(0..0))?;
            return Ok(vec![input, fixed.given(INHIBITION, bounds, &(0..0))?]);
        }
        let current = fixed.given(INPUT, self.current(), &(0..0))?;
        let Value::Word { word, fraction, error } = current else { unreachable!("it is given") };
        let on = &mut fixed.on;
        let (zero, range) = (on.number(0), on.range(&word));
        let positive = on.is_positive(&word);
        let negative = on.subtract(&zero, &word);
        let parts = [
            (on.select(&positive, &word, &zero), range.high),
            (on.select(&positive, &zero, &negative), -range.low),
        ];
        let part = |(word, high): (_, i64)| {
            let word = on.known(&word, Range { low: 0, high: high.max(0) });
            Value::Word { word, fraction, error }
        };
        Ok(parts.map(part).into())
    }

    /// The step in the fewest bits with which no state is further from the real one than `tolerance` of its range, and
    /// with tables of `2^table_bits` knots, or of as many more as that needs.
    ///
    /// # Errors
    /// As [`Equations::compile`], of the widest format, where none is near enough.
    pub fn compile_within(&self, tolerance: f64, table_bits: u32) -> Result<Compiled, Error> {
        let mut least = f64::INFINITY;
        for table_bits in table_bits..=table_bits.max(MOST_TABLE_BITS) {
            match self.within(tolerance, table_bits)? {
                Ok(compiled) => return Ok(compiled),
                // More knots make no nearer what has no tables.
                Err(share) if share >= least => break,
                Err(share) => least = share,
            }
        }
        let what = "the least share of a range that can be proved".to_owned();
        Err(Fault::Number { what, value: least, legal: "a tolerance above it" }.at(&(0..0)))
    }

    /// The step in the fewest bits for which tables of so many knots are enough, or the least share of a range that
    /// can be proved with them.
    fn within(&self, tolerance: f64, table_bits: u32) -> Result<Result<Compiled, f64>, Error> {
        let inputs = [self.input, self.current()];
        let ends = self.states.iter().map(|state| state.bounds).chain(inputs);
        let largest = ends.map(|b| b.low.abs().max(b.high.abs())).fold(1.0, f64::max);
        // A sign and the bits before the point; a range may end one unit above the format's last word.
        let whole = 1 + largest.log2().ceil() as u32;
        let mut last = None;
        for bits in whole.max(4)..=MOST_BITS {
            match self.compile(Format { bits, fraction: bits - whole }, table_bits) {
                Ok(compiled) => {
                    let worst = compiled.shares(self).fold(0.0, f64::max);
                    if worst <= tolerance {
                        return Ok(Ok(compiled));
                    }
                    last = Some(worst);
                }
                // Wider words on the way only get wider.
                Err(error) if last.is_none() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(Err(last.unwrap_or_default()))
    }
}

impl Compiled {
    /// The bound of each state's distance as a share of its range.
    pub fn shares<'a>(&'a self, neuron: &'a Equations) -> impl Iterator<Item = f64> + 'a {
        let states = neuron.states.iter().zip(&self.errors);
        states.map(|(state, error)| error / (state.bounds.high - state.bounds.low))
    }

    /// A number as a word of the format, the nearest.
    pub fn word(&self, value: f64) -> i64 {
        let Range { low, high } = Range::signed(self.format.bits);
        ((value * 2_f64.powi(self.format.fraction as i32)).round() as i64).clamp(low, high)
    }

    /// The number that a word stands for.
    pub fn number(&self, word: i64) -> f64 {
        word as f64 / 2_f64.powi(self.format.fraction as i32)
    }

    /// How a neuron of these equations begins.
    pub fn initial(&self, neuron: &Equations) -> Kept<i64> {
        let states = neuron.states.iter().map(|state| self.word(state.initial));
        Kept { states: states.collect(), resting: 0 }
    }

    /// One step in integers of a neuron alone. Returns whether it fired.
    pub fn step(&self, neuron: &Equations, kept: &mut Kept<i64>, input: i64) -> bool {
        let mut given = kept.states.clone();
        given.push(input);
        given.extend((neuron.refractory > 0).then_some(i64::from(kept.resting)));
        let after = self.program.evaluate(&given);
        let states = kept.states.len();
        kept.states.copy_from_slice(&after[..states]);
        kept.resting = if neuron.refractory > 0 { after[states] as u32 } else { 0 };
        after[after.len() - 1] != 0
    }
}
