//! Neurons as equations: states that change with time, a threshold, a reset.
//!
//! ```toml
//! paper = "Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks 14 (2003)"
//! method = "euler"
//! dt = 0.5
//! threshold = "v >= 30"
//!
//! [states]
//! v = { initial = -65, range = [-100, 120] }
//! u = { initial = -13, range = [-30, 30] }
//!
//! [parameters]
//! a = 0.02
//! b = 0.2
//! c = -65
//! d = 8
//!
//! [equations]
//! "dv/dt" = "0.04 * v^2 + 5 * v + 140 - u + I"
//! "du/dt" = "a * (b * v - u)"
//!
//! [reset]
//! v = "c"
//! u = "u + d"
//!
//! [input]
//! range = [0, 20]
//! ```
//!
//! A neuron with a second synapse has a table `[inhibition]` with a range, too, and its equations may name
//! `inhibition`. In a network that is the sum of the negative weights whose inputs spike, without its sign, and `I`
//! is the sum of the positive ones with the bias and the noise. A neuron alone is given one current: where it is
//! positive it is `I`, and where it is negative, without its sign, the inhibition.
//!
//! A step does, in this order: all equations, from the states before it; the comparison; where it is true, all
//! resets, from the states that the equations gave. For `refractory` steps after a spike a neuron has no input and
//! does not fire. A state stays within its range.

mod compile;
mod derivative;
mod domain;
mod error;
mod expression;
mod file;
mod fixed;
mod functions;
mod lexer;
mod method;
mod parse;
#[cfg(test)]
mod tests;

pub use compile::Compiled;
pub use domain::{Domain, Reals};
pub use error::{Error, Fault, Span};
pub use expression::{Form, Number, Truth};
pub use fixed::{Fixed, Format, Moved};
pub use functions::{FUNCTIONS, Function};
pub use method::Method;
pub use parse::{number, truth};

/// How the input current is called in equations.
pub const INPUT: &str = "I";

/// How the current of a second synapse is called, where there is one.
pub const INHIBITION: &str = "inhibition";

/// The numbers from `low` to `high`, both among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The least.
    pub low: f64,
    /// The greatest.
    pub high: f64,
}

/// What a neuron remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What equations call it.
    pub name: String,
    /// What it begins with.
    pub initial: f64,
    /// Where it stays.
    pub bounds: Bounds,
    /// How it changes.
    pub change: Change,
    /// How its rate changes with it, for the method that asks.
    pub slope: Option<Number>,
    /// What a spike makes of it, if anything.
    pub reset: Option<Number>,
}

/// How a state changes in a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// `dx/dt = ...`, by the neuron's method.
    Rate(Number),
    /// `x' = ...`: the next value.
    Next(Number),
}

/// A neuron as equations.
///
/// The names of its expressions are, in this order: the states, the inputs, the parameters, the definitions.
#[derive(Clone, Debug, PartialEq)]
pub struct Equations {
    /// Where it was published.
    pub paper: Option<String>,
    /// How rates become steps.
    pub method: Method,
    /// Time between two steps, in the unit of the equations.
    pub dt: f64,
    /// The states.
    pub states: Vec<State>,
    /// What the input can be.
    pub input: Bounds,
    /// What a second synapse's current can be, where there is one.
    pub inhibition: Option<Bounds>,
    /// The parameters and their names.
    pub parameters: Vec<(String, f64)>,
    /// Expressions with a name, each after those that it needs; by their places among the names.
    pub definitions: Vec<(usize, Number)>,
    /// When it fires.
    pub threshold: Truth,
    /// Steps after a spike without input.
    pub refractory: u32,
}

/// What is kept from step to step, over any domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<V> {
    /// The states.
    pub states: Vec<V>,
    /// Steps left without input.
    pub resting: u32,
}

impl Equations {
    /// How a neuron begins.
    pub fn initial(&self) -> Kept<f64> {
        Kept { states: self.states.iter().map(|state| state.initial).collect(), resting: 0 }
    }

    /// The values of all names.
    ///
    /// # Errors
    /// What the domain refuses.
    pub fn names<D: Domain>(
        &self,
        on: &mut D,
        states: &[D::Value],
        inputs: &[D::Value],
    ) -> Result<Vec<D::Value>, Error> {
        let mut names = [states, inputs].concat();
        names.extend(self.parameters.iter().map(|(_, value)| on.constant(*value)));
        let first = names.len();
        names.resize(first + self.definitions.len(), inputs[0].clone());
        for (place, definition) in &self.definitions {
            names[*place] = definition.value(on, &names)?;
        }
        Ok(names)
    }

    /// The states after all equations, before it is asked whether the neuron fires.
    ///
    /// # Errors
    /// What the domain refuses.
    pub fn integrate<D: Domain>(
        &self,
        on: &mut D,
        states: &[D::Value],
        inputs: &[D::Value],
    ) -> Result<Vec<D::Value>, Error> {
        let after = self.method.step(self, on, states, inputs)?;
        let bounded = self
            .states
            .iter()
            .zip(&after)
            .map(|(state, value)| on.keep(value, state.bounds.low, state.bounds.high));
        Ok(bounded.collect())
    }

    /// Whether states fire, and what a spike makes of them.
    ///
    /// # Errors
    /// What the domain refuses.
    pub fn fire<D: Domain>(
        &self,
        on: &mut D,
        states: &[D::Value],
        inputs: &[D::Value],
    ) -> Result<(D::Truth, Vec<D::Value>), Error> {
        let names = self.names(on, states, inputs)?;
        let fired = self.threshold.value(on, &names)?;
        let reset = self.states.iter().zip(states).map(|(state, value)| match &state.reset {
            Some(reset) => {
                let value = reset.value(on, &names)?;
                Ok(on.keep(&value, state.bounds.low, state.bounds.high))
            }
            None => Ok(value.clone()),
        });
        Ok((fired, reset.collect::<Result<_, _>>()?))
    }

    /// What the current of a neuron alone can be.
    pub fn current(&self) -> Bounds {
        match self.inhibition {
            Some(inhibition) => Bounds { low: -inhibition.high, high: self.input.high },
            None => self.input,
        }
    }

    /// One step in f64 of a neuron alone. Returns whether it fired.
    ///
    /// # Errors
    /// None in this domain but a fault of this crate.
    pub fn step(&self, kept: &mut Kept<f64>, current: f64) -> Result<bool, Error> {
        let on = &mut Reals;
        let current = if kept.resting > 0 { 0.0 } else { current };
        let inputs = match self.inhibition {
            Some(_) => vec![current.max(0.0), (-current).max(0.0)],
            None => vec![current],
        };
        kept.states = self.integrate(on, &kept.states, &inputs)?;
        if kept.resting > 0 {
            kept.resting -= 1;
            return Ok(false);
        }
        let (fired, reset) = self.fire(on, &kept.states, &inputs)?;
        if fired {
            (kept.states, kept.resting) = (reset, self.refractory);
        }
        Ok(fired)
    }
}
