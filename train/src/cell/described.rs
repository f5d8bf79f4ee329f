//! What integers have of each cell: the equations that it goes by, and its constants as their parameters.

use super::{CellConfig, Reset};
use crate::TrainError;
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;

/// What an upstroke need not exceed: twice the end of a membrane.
const HIGHEST: f64 = 16.0;

/// The largest exponent of an upstroke in float.
const STEEPEST: f64 = 5.0;

impl CellConfig {
    /// Whether the hardware has such neurons.
    pub fn has_integers(&self) -> bool {
        let defaults = Self::all().into_iter().find(|cell| cell.name() == self.name());
        !self.has_float() || defaults.is_some_and(|cell| cell.parameters().is_ok())
    }

    /// The names of all cells that the hardware has, as a sentence lists them.
    pub(crate) fn with_integers() -> String {
        let cells = Self::all().into_iter().filter(Self::has_integers);
        let names: Vec<&str> = cells.map(|cell| cell.name()).collect();
        let (last, others) = names.split_last().unwrap_or((&"", &[]));
        format!("{} or {last}", others.join(", "))
    }

    /// Whether a constant is learnt, of the membrane or of the threshold.
    pub(crate) fn learns(&self) -> bool {
        match self {
            Self::Lif(c) => c.learn_beta || c.learn_threshold,
            Self::If(c) => c.learn_threshold,
            Self::Synaptic(c) => c.learn_beta || c.learn_threshold,
            Self::Alif(c) => c.learn_beta || c.learn_threshold,
            Self::ExpIf(c) => c.learn_beta || c.learn_threshold,
            Self::AdEx(c) => c.learn_beta || c.learn_threshold,
            Self::Lapicque(c) => c.learn_threshold,
            Self::Alpha(c) => c.learn_beta || c.learn_threshold,
            Self::SecondOrderLif(c) => c.learn_beta || c.learn_threshold,
            Self::RecurrentLif(c) => c.learn_beta || c.learn_threshold,
            Self::Equations(_) => false,
        }
    }

    /// The same cell with other constants of its membrane; one without a beta of its own keeps what it has.
    pub(crate) fn with_constants(mut self, beta: f32, threshold: f32) -> Self {
        match &mut self {
            Self::Lif(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::If(c) => c.threshold = threshold,
            Self::Synaptic(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::Alif(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::ExpIf(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::AdEx(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::Lapicque(c) => c.threshold = threshold,
            Self::Alpha(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::SecondOrderLif(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::RecurrentLif(c) => (c.beta, c.threshold) = (beta, threshold),
            Self::Equations(_) => {} // they have none that training knows
        }
        self
    }

    /// The neuron as a network's file describes it, its states in words of a format.
    ///
    /// # Errors
    /// A cell that has no such description, with why.
    pub(crate) fn described(&self, format: Format) -> Result<Cell, TrainError> {
        if let Self::Equations(config) = self {
            config.check()?;
            return Ok(config.described(format));
        }
        let mut cell = Cell::new(self.name(), format);
        let clear = f64::from(u8::from(self.reset() == Some(Reset::Zero)));
        let own = self.parameters()?.into_iter().chain([("clear", clear)]);
        cell.parameters = own.map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(cell)
    }

    /// The parameters of the equations of the cell's name, but for what a spike does.
    fn parameters(&self) -> Result<Vec<(&str, f64)>, TrainError> {
        Ok(match self {
            Self::Lif(c) => vec![("beta", of(c.beta)), ("theta", of(c.threshold))],
            Self::If(c) => vec![("theta", of(c.threshold))],
            Self::Synaptic(c) => {
                vec![("alpha", of(c.alpha)), ("beta", of(c.beta)), ("theta", of(c.threshold))]
            }
            Self::SecondOrderLif(c) => {
                vec![("alpha", of(c.alpha)), ("beta", of(c.beta)), ("theta", of(c.threshold))]
            }
            Self::Alif(c) => {
                if c.rho == 0.0 {
                    let why = "its threshold falls back at once, with rho = 0".into();
                    return Err(refused(why, "give rho a share above 0, or take the cell lif"));
                }
                // The equations compare with what is left of a step, the cell with all of it.
                let step = of(c.adaptation) / of(c.rho);
                let (beta, rho) = (("beta", of(c.beta)), ("rho", of(c.rho)));
                vec![beta, rho, ("step", step), ("theta", of(c.threshold))]
            }
            Self::ExpIf(c) => upstroke(c.beta, c.delta, c.rheobase, c.threshold),
            Self::AdEx(c) => {
                let mut own = upstroke(c.beta, c.delta, c.rheobase, c.threshold);
                let current = [("coupling", c.coupling), ("increment", c.increment)];
                let kept = [("rho", c.rho), ("rest", c.rest)];
                own.extend(current.into_iter().chain(kept).map(|(name, value)| (name, of(value))));
                own
            }
            Self::Lapicque(c) => {
                let [tau, resistance, dt] = [c.tau, c.resistance, c.dt].map(of);
                let (beta, gain) = (1.0 - dt / tau, resistance * dt / tau);
                let (rest, theta) = (("rest", of(c.rest)), ("theta", of(c.threshold)));
                vec![("beta", beta), ("gain", gain), rest, theta]
            }
            Self::Alpha(c) => {
                let own = [("alpha_exc", c.alpha_exc), ("alpha_inh", c.alpha_inh)];
                let own = own.into_iter().chain([("beta", c.beta), ("theta", c.threshold)]);
                own.map(|(name, value)| (name, of(value))).collect()
            }
            Self::RecurrentLif(_) => {
                let why =
                    "the weights from spike to spike of recurrent-lif are none of a layer in \
                           integers"
                        .into();
                return Err(refused(why, OTHERWISE));
            }
            Self::Equations(c) => {
                c.parameters.iter().map(|(name, value)| (name.as_str(), *value)).collect()
            }
        })
    }
}

const OTHERWISE: &str = "use another cell, or train in float, without [sc]";

fn refused(why: String, remedy: &str) -> TrainError {
    TrainError::NoIntegers { why, remedy: remedy.into() }
}

/// What neurons with an upstroke have in common. Its exponent ends where the membrane is at its end anyway, so that
/// no word is wider than it must be; in quarters, for those who read the file.
fn upstroke(beta: f32, delta: f32, rheobase: f32, theta: f32) -> Vec<(&'static str, f64)> {
    let enough = (4.0 * (HIGHEST / of(delta)).ln()).ceil() / 4.0;
    let own = [("beta", beta), ("delta", delta), ("rheobase", rheobase), ("theta", theta)];
    let own = own.into_iter().map(|(name, value)| (name, of(value)));
    own.chain([("steepest", enough.min(STEEPEST))]).collect()
}

/// The decimal number that a config means: 0.9 and not the nearest of f32.
pub(super) fn of(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| value.into())
}
