//! The stochastic LIF neuron of bitstream layers, in real numbers: noise on the membrane, a rest after a spike.

use crate::sc::error::ScError;
use crate::spec::Reset;

/// A leaky membrane that noise shakes, stepped by Euler and Maruyama's rule:
///
/// ```text
/// V <- V - (V - V_rest) dt / tau + R I dt + sigma sqrt(dt) xi       xi of the standard normal distribution
/// spike if V >= V_th; then V <- V_reset, or V <- V - V_th
/// ```
///
/// For `refractory` steps after a spike it hears nothing and stays at `V_rest`. Times are in milliseconds, voltages
/// in units of the threshold. These are the equations and defaults of SC-NeuroCore's `StochasticLIFNeuron`, whose
/// reset is always to a voltage; a net that is trained to subtract needs [`Reset::Subtract`].
///
/// A constant current I takes V to `V_rest + R I tau`, with a deviation of `sigma sqrt(tau / 2)` around it.
///
/// # Example
/// ```
/// use spikestream::neuron::stochastic::{Membrane, StochasticLif};
///
/// let lif = StochasticLif { noise: 0.0, ..StochasticLif::default() }; // tau = 20
/// lif.check()?;
/// let spikes = |current| {
///     let mut membrane = Membrane::at_rest(&lif);
///     (0..500).filter(|_| lif.step(&mut membrane, current, 0.0)).count()
/// };
/// assert_eq!(spikes(0.0499), 0); // it would end at 0.998
/// assert_eq!(spikes(0.06), 14); // 35 steps to 1
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StochasticLif {
    /// `V_rest`.
    pub rest: f64,
    /// `V_reset`.
    pub reset_to: f64,
    /// `V_th`.
    pub threshold: f64,
    /// `tau`, ms.
    pub tau: f64,
    /// `R`.
    pub resistance: f64,
    /// `dt`, ms a step.
    pub dt: f64,
    /// `sigma`, the deviation that a millisecond adds.
    pub noise: f64,
    /// Steps at rest after a spike.
    pub refractory: u32,
    /// Whether a spike sets V to `V_reset` or takes `V_th` off it.
    pub reset: Reset,
}

impl Default for StochasticLif {
    /// tau = 20 ms, R = 1, dt = 1 ms, a threshold of 1, rest and reset at 0, sigma = 0.02.
    fn default() -> Self {
        Self {
            rest: 0.0,
            reset_to: 0.0,
            threshold: 1.0,
            tau: 20.0,
            resistance: 1.0,
            dt: 1.0,
            noise: 0.02,
            refractory: 0,
            reset: Reset::Zero,
        }
    }
}

/// What a neuron remembers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Membrane {
    /// V.
    pub voltage: f64,
    /// Steps left at rest.
    pub resting: u32,
}

impl Membrane {
    /// What a neuron begins with.
    pub fn at_rest(lif: &StochasticLif) -> Self {
        Self { voltage: lif.rest, resting: 0 }
    }
}

impl StochasticLif {
    /// Whether its numbers make a neuron.
    ///
    /// # Errors
    /// A field that is no number; a time constant or a step that is not above 0, or a step longer than the time
    /// constant, at which the leak would turn the voltage's sign; noise below 0; a threshold that is not above the rest.
    pub fn check(&self) -> Result<(), ScError> {
        let refuse = |field, value: f64, allowed: &str| {
            Err(ScError::Neuron { field, value, allowed: allowed.into() })
        };
        let all = [
            ("rest", self.rest),
            ("reset_to", self.reset_to),
            ("threshold", self.threshold),
            ("tau", self.tau),
            ("resistance", self.resistance),
            ("dt", self.dt),
            ("noise", self.noise),
        ];
        if let Some((field, value)) = all.into_iter().find(|(_, value)| !value.is_finite()) {
            return refuse(field, value, "a finite number");
        }
        if self.tau <= 0.0 {
            return refuse("tau", self.tau, "above 0");
        }
        if !(self.dt > 0.0 && self.dt <= self.tau) {
            return refuse("dt", self.dt, &format!("above 0 and at most tau, {}", self.tau));
        }
        if self.noise < 0.0 {
            return refuse("noise", self.noise, "0 or above");
        }
        if self.threshold <= self.rest {
            return refuse("threshold", self.threshold, &format!("above the rest, {}", self.rest));
        }
        Ok(())
    }

    /// One step on a current; `normal` is a number of the standard normal distribution, or another source's. Returns
    /// whether it spiked.
    #[inline]
    pub fn step(&self, membrane: &mut Membrane, current: f64, normal: f64) -> bool {
        if membrane.resting > 0 {
            *membrane = Membrane { voltage: self.rest, resting: membrane.resting - 1 };
            return false;
        }
        let leak = (membrane.voltage - self.rest) * self.dt / self.tau;
        let shaken = self.noise * self.dt.sqrt() * normal;
        membrane.voltage += self.resistance * current * self.dt - leak + shaken;
        let fired = membrane.voltage >= self.threshold;
        if fired {
            membrane.voltage = match self.reset {
                Reset::Zero => self.reset_to,
                Reset::Subtract => membrane.voltage - self.threshold,
            };
            membrane.resting = self.refractory;
        }
        fired
    }

    /// Spikes a second, of so many in so many steps.
    pub fn hertz(&self, spikes: f64, steps: usize) -> f64 {
        1000.0 * spikes / (steps as f64 * self.dt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::philox::Philox;

    fn quiet() -> StochasticLif {
        StochasticLif { noise: 0.0, ..StochasticLif::default() }
    }

    fn run(lif: &StochasticLif, current: f64, steps: usize) -> (Vec<bool>, Vec<f64>) {
        let mut membrane = Membrane::at_rest(lif);
        let step = |_| (lif.step(&mut membrane, current, 0.0), membrane.voltage);
        (0..steps).map(step).unzip()
    }

    /// `V(k) = R I tau (1 - (1 - dt / tau)^k)`, the solution of the recurrence.
    #[test]
    fn a_quiet_membrane_follows_the_geometric_series() {
        let lif = StochasticLif { resistance: 2.0, dt: 0.5, tau: 10.0, ..quiet() };
        let (fired, voltages) = run(&lif, 0.04, 200);
        assert!(!fired.contains(&true));
        for (k, v) in voltages.iter().enumerate() {
            let expected = 2.0 * 0.04 * 10.0 * (1.0 - 0.95_f64.powi(k as i32 + 1));
            assert!((v - expected).abs() < 1e-12, "{k}: {v}, not {expected}");
        }
    }

    #[test]
    fn the_threshold_itself_fires() {
        let lif = StochasticLif { tau: 1e9, ..quiet() };
        let exact = StochasticLif { resistance: 1.0, ..lif };
        let mut membrane = Membrane { voltage: 0.0, resting: 0 };
        assert!(exact.step(&mut membrane, 1.0, 0.0));
        assert!(!exact.step(&mut membrane, 1.0 - 1e-9, 0.0));
    }

    #[test]
    fn a_spike_sets_or_subtracts() {
        let zero = StochasticLif { reset_to: -0.25, ..quiet() };
        let subtract = StochasticLif { reset: Reset::Subtract, ..zero.clone() };
        for (lif, expected) in [(zero, -0.25), (subtract, 0.5)] {
            let mut membrane = Membrane::at_rest(&lif);
            assert!(lif.step(&mut membrane, 1.5, 0.0));
            assert_eq!(membrane.voltage, expected);
        }
    }

    #[test]
    fn a_resting_neuron_stays_at_rest_and_hears_nothing() {
        let lif = StochasticLif { rest: 0.1, refractory: 2, ..quiet() };
        let (fired, voltages) = run(&lif, 5.0, 7);
        assert_eq!(fired, [true, false, false, true, false, false, true]);
        assert_eq!(voltages[1..3], [0.1, 0.1]);
    }

    /// The stationary variance of `V <- (1 - dt/tau) V + sigma sqrt(dt) xi` is `sigma^2 dt / (1 - (1 - dt/tau)^2)`.
    #[test]
    fn noise_shakes_as_far_as_the_equation_says() {
        let lif = StochasticLif { noise: 0.05, dt: 0.25, threshold: 100.0, ..Default::default() };
        let (mut membrane, mut draws) = (Membrane::at_rest(&lif), Philox::new(5).stream(0));
        let mut squares = 0.0;
        let steps = 200_000;
        for _ in 0..steps {
            lif.step(&mut membrane, 0.0, draws.normal());
            squares += membrane.voltage.powi(2);
        }
        let found = squares / f64::from(steps);
        let expected = 0.05_f64.powi(2) * 0.25 / (1.0 - 0.9875_f64.powi(2));
        assert!((found / expected - 1.0).abs() < 0.1, "{found}, not {expected}");
    }

    #[test]
    fn rates_are_in_hertz() {
        let lif = StochasticLif { dt: 0.5, ..quiet() };
        assert_eq!(lif.hertz(10.0, 200), 100.0);
    }

    #[test]
    fn what_is_no_neuron_is_refused() {
        let with = |change: fn(&mut StochasticLif)| {
            let mut lif = quiet();
            change(&mut lif);
            lif.check().map_or_else(|e| e.to_string(), |()| "ok".into())
        };
        assert_eq!(with(|_| ()), "ok");
        assert_eq!(with(|lif| lif.tau = 0.0), "tau of the neurons is 0, which is not above 0");
        assert!(with(|lif| lif.dt = 21.0).contains("at most tau, 20"));
        assert!(with(|lif| lif.dt = 0.0).starts_with("dt"));
        assert!(with(|lif| lif.noise = -0.1).starts_with("noise"));
        assert!(with(|lif| lif.threshold = 0.0).contains("above the rest, 0"));
        assert!(with(|lif| lif.rest = f64::NAN).starts_with("rest of the neurons is NaN"));
        assert!(with(|lif| lif.resistance = f64::INFINITY).starts_with("resistance"));
    }
}
