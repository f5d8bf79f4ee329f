//! How the rates of a neuron become steps of time.

use super::functions::PHI;
use super::{Change, Domain, Equations, Error};

/// A method of integration, with the input held over a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `x + dt f(x)`.
    Euler,
    /// `x e^(a dt) + b (e^(a dt) - 1) / a`, where `f(x) = a x + b`: exact where `a` and `b` stand still
    /// (Hochbruck and Ostermann 2010).
    ExponentialEuler,
    /// The classical method of fourth order of Runge and Kutta.
    RungeKutta,
}

/// All methods, by the names that files give them.
pub(super) const METHODS: [(&str, Method); 3] = [
    ("euler", Method::Euler),
    ("exponential-euler", Method::ExponentialEuler),
    ("rk4", Method::RungeKutta),
];

/// A fraction of a step.
const HALF: f64 = 0.5;

impl Method {
    /// The states after a step, as they come out.
    pub(super) fn step<D: Domain>(
        self,
        neuron: &Equations,
        on: &mut D,
        states: &[D::Value],
        inputs: &[D::Value],
    ) -> Result<Vec<D::Value>, Error> {
        let dt = neuron.dt;
        let rates = changes(neuron, on, states, inputs)?;
        match self {
            Self::Euler => Ok(moved(neuron, on, states, &rates, dt)),
            Self::ExponentialEuler => exponential(neuron, on, states, inputs, &rates),
            Self::RungeKutta => {
                let middle = moved(neuron, on, states, &rates, dt * HALF);
                let second = changes(neuron, on, &held(neuron, states, middle), inputs)?;
                let middle = moved(neuron, on, states, &second, dt * HALF);
                let third = changes(neuron, on, &held(neuron, states, middle), inputs)?;
                let end = moved(neuron, on, states, &third, dt);
                let fourth = changes(neuron, on, &held(neuron, states, end), inputs)?;
                let mean = (0..states.len()).map(|i| {
                    let middle = on.add(&second[i], &third[i]);
                    let middle = on.add(&middle, &middle);
                    let ends = on.add(&rates[i], &fourth[i]);
                    let sum = on.add(&ends, &middle);
                    let sixth = on.constant(1.0 / 6.0);
                    on.multiply(&sum, &sixth)
                });
                let mean: Vec<D::Value> = mean.collect();
                // What has a next value has it from the states before the step.
                let mean =
                    neuron.states.iter().zip(mean).zip(&rates).map(|((state, mean), first)| {
                        match state.change {
                            Change::Rate(_) => mean,
                            Change::Next(_) => first.clone(),
                        }
                    });
                let mean: Vec<D::Value> = mean.collect();
                Ok(moved(neuron, on, states, &mean, dt))
            }
        }
    }
}

/// The rates of the states, or the next values of those that have one.
fn changes<D: Domain>(
    neuron: &Equations,
    on: &mut D,
    states: &[D::Value],
    inputs: &[D::Value],
) -> Result<Vec<D::Value>, Error> {
    let names = neuron.names(on, states, inputs)?;
    let change = |state: &super::State| match &state.change {
        Change::Rate(number) | Change::Next(number) => number.value(on, &names),
    };
    neuron.states.iter().map(change).collect()
}

/// The states after `time` at these rates.
fn moved<D: Domain>(
    neuron: &Equations,
    on: &mut D,
    states: &[D::Value],
    rates: &[D::Value],
    time: f64,
) -> Vec<D::Value> {
    let each = neuron.states.iter().zip(states).zip(rates);
    let each = each.map(|((state, value), rate)| match state.change {
        Change::Next(_) => rate.clone(),
        Change::Rate(_) => {
            let time = on.constant(time);
            let way = on.multiply(rate, &time);
            on.add(value, &way)
        }
    });
    each.collect()
}

/// States within a step: those with a next value wait for its end.
fn held<D: Clone>(neuron: &Equations, before: &[D], within: Vec<D>) -> Vec<D> {
    let each = neuron.states.iter().zip(before).zip(within);
    let each = each.map(|((state, before), within)| match state.change {
        Change::Rate(_) => within,
        Change::Next(_) => before.clone(),
    });
    each.collect()
}

/// `x + dt phi(a dt) f(x)`, which is the exact step, without a division that `a = 0` would end.
fn exponential<D: Domain>(
    neuron: &Equations,
    on: &mut D,
    states: &[D::Value],
    inputs: &[D::Value],
    rates: &[D::Value],
) -> Result<Vec<D::Value>, Error> {
    let names = neuron.names(on, states, inputs)?;
    let dt = on.constant(neuron.dt);
    let mut eased = Vec::with_capacity(rates.len());
    for (state, rate) in neuron.states.iter().zip(rates) {
        eased.push(match (&state.change, &state.slope) {
            (Change::Rate(number), Some(slope)) => {
                let slope = slope.value(on, &names)?;
                let part = on.multiply(&slope, &dt);
                let phi = on.smooth(&PHI, &part, &number.span)?;
                on.multiply(&phi, rate)
            }
            _ => rate.clone(),
        });
    }
    Ok(moved(neuron, on, states, &eased, neuron.dt))
}
