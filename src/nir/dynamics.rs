//! Neurons in steps: the constants of NIR's equations for a time step, by Euler's method.
//!
//! ```text
//! i <- alpha i + g_syn x     alpha = 1 - dt/tau_syn,  g_syn = w_in dt/tau_syn
//! v <- beta v + g i + b      beta  = 1 - dt/tau,      g = r dt/tau,  b = v_leak dt/tau
//! a spike if v > theta, then v <- v - theta or v <- v_reset
//! ```
//!
//! Without a synapse `i` is `x`; without a `tau`, beta is 1, g is r and b is 0. The membrane hears the synapse's current of
//! the same step. So computes snnTorch, too (with `reset_delay=False`).

use super::NirError;
use super::part::{Neuron, of_unit};

/// How far a share may be below 0 for the rounding of its tau.
const ROUNDING: f64 = 1e-6;

/// The constants of a population in a time step, in 32 bits: one number a neuron.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dynamics {
    /// alpha and g_syn.
    pub(super) synapse: Option<[Vec<f32>; 2]>,
    pub(super) beta: Vec<f32>,
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
    /// None where it passes its membrane on.
    pub(super) theta: Option<Vec<f32>>,
    pub(super) reset: Vec<f32>,
}

impl Dynamics {
    /// Those of a node with so many neurons, in steps of `dt` seconds.
    ///
    /// # Errors
    /// A step that is not above 0, or longer than a tau, so that a membrane would change its sign.
    pub(super) fn of(node: &str, neuron: &Neuron, units: usize, dt: f64) -> Result<Self, NirError> {
        if !(dt > 0.0 && dt.is_finite()) {
            return Err(NirError::Step { dt, what: "is none".into() });
        }
        let each = |of: &dyn Fn(usize) -> f64| (0..units).map(|unit| of(unit) as f32).collect();
        let share = |tau: &[f64], field: &str| -> Result<Vec<f32>, NirError> {
            let left = |unit: usize| 1.0 - dt / of_unit(tau, unit);
            if let Some(unit) = (0..units).find(|unit| left(*unit) < -ROUNDING) {
                let what =
                    format!("is longer than {field} of node `{node}`, {}", of_unit(tau, unit));
                return Err(NirError::Step { dt, what });
            }
            Ok(each(&|unit| left(unit).max(0.0)))
        };
        let part =
            |tau: &[f64], of: &[f64]| each(&|unit| of_unit(of, unit) * (dt / of_unit(tau, unit)));
        let synapse = match &neuron.synapse {
            Some([tau, weight]) => Some([share(tau, "tau_syn")?, part(tau, weight)]),
            None => None,
        };
        let all = |numbers: &[f64]| each(&|unit| of_unit(numbers, unit));
        let (beta, gain, bias) = match &neuron.tau {
            Some(tau) => (share(tau, "tau")?, part(tau, &neuron.r), part(tau, &neuron.rest)),
            None => {
                let beta = if neuron.forgets { 0.0 } else { 1.0 };
                (vec![beta; units], all(&neuron.r), vec![0.0; units])
            }
        };
        let (theta, reset) = (neuron.threshold.as_deref().map(all), all(&neuron.reset));
        Ok(Self { synapse, beta, gain, bias, theta, reset })
    }
}
