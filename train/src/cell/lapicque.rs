//! Lapicque's neuron: a resistance and a capacitor.

use super::{Drive, Fused, Membrane, Neurons, State, cell, config, ensure, positive};
use crate::TrainError;
use crate::fused::{Carry, Dynamics, Output, StepGrad};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`Lapicque`].
    LapicqueConfig {
        /// Membrane time constant, in the unit of `dt`.
        tau: f32 = 20.0,
        /// Membrane resistance R.
        resistance: f32 = 1.0,
        /// Length of a time step, at most `tau`.
        dt: f32 = 1.0,
        /// Resting membrane, below the threshold.
        rest: f32 = 0.0,
    }
}

/// Lapicque's neuron, `tau dV/dt = -(V - rest) + R I` by Euler's method (Lapicque 1907):
///
/// ```text
/// V <- (1 - dt/tau) (V - rest) + rest + (R dt / tau) I
/// s  = V > theta
/// V <- V - s (theta - rest)        (or V <- rest)
/// ```
#[derive(Module, Debug)]
pub struct Lapicque {
    membrane: Membrane,
    #[module(skip)]
    gain: f32,
    #[module(skip)]
    rest: f32,
}

cell!(Lapicque, 0);

impl LapicqueConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        let Self { tau, resistance, dt, rest, threshold, .. } = *self;
        positive("lapicque", "tau", tau)?;
        positive("lapicque", "resistance", resistance)?;
        ensure(dt > 0.0 && dt <= tau, "lapicque", "dt", dt, "above 0, at most tau")?;
        positive("lapicque", "threshold", threshold)?;
        ensure(rest < threshold, "lapicque", "rest", rest, "below the threshold")
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<Lapicque, TrainError> {
        self.check()?;
        let Self { tau, resistance, dt, rest, .. } = *self;
        let membrane = Membrane::new(self.settings(1.0 - dt / tau, false), neurons, device);
        Ok(Lapicque { membrane, gain: resistance * dt / tau, rest })
    }
}

impl Lapicque {
    fn advance(&self, current: Tensor<2>, state: State) -> (Tensor<2>, State) {
        let device = current.device();
        let leaked = state.membrane.sub_scalar(self.rest) * self.membrane.beta(&device);
        let v = leaked.add_scalar(self.rest) + current.mul_scalar(self.gain);
        let threshold = self.membrane.threshold(&device);
        let (spikes, membrane) = self.membrane.fire(v, threshold, self.rest);
        (spikes, State { membrane, aux: state.aux })
    }
}

impl Fused for Lapicque {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        let dynamics = Circuit { gain: self.gain, rest: self.rest };
        self.membrane.fused(&dynamics, drive, steps, out)
    }
}

/// `V <- beta (V - rest) + rest + gain I`.
#[derive(Clone, Copy, Debug)]
struct Circuit {
    gain: f32,
    rest: f32,
}

impl Dynamics<1, 0> for Circuit {
    #[inline(always)]
    fn integrate(&self, beta: f32, [input]: [f32; 1], v: f32, _: &mut [f32; 0]) -> f32 {
        beta * (v - self.rest) + self.rest + self.gain * input
    }

    #[inline(always)]
    fn rest(&self) -> f32 {
        self.rest
    }

    #[inline(always)]
    fn backward(&self, beta: f32, _: f32, grad: StepGrad, carry: &mut Carry<0>) -> [f32; 1] {
        carry.membrane = beta * grad.membrane;
        [self.gain * grad.membrane]
    }
}
