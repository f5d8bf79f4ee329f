//! The exponential integrate-and-fire neuron.

use super::{Drive, Fused, Membrane, Neurons, State, cell, config, finite, positive, share};
use crate::TrainError;
use crate::fused::{Carry, Dynamics, Output, StepGrad};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// The largest exponent: the upstroke ends in a spike, not in infinity.
const STEEPEST: f32 = 5.0;

config! {
    /// Configuration of [`ExpIf`].
    ExpIfConfig {
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.9,
        /// Whether beta is learnt.
        learn_beta: bool = false,
        /// Sharpness of the upstroke, above 0.
        delta: f32 = 0.5,
        /// Membrane at which the upstroke begins, the rheobase threshold.
        rheobase: f32 = 0.8,
    }
}

/// Exponential integrate-and-fire (Fourcaud-Trocme et al. 2003):
///
/// ```text
/// e  = delta exp(min((V - rheobase) / delta, 5))
/// V <- beta V + e + I
/// s  = V > theta
/// V <- V - s theta        (or V <- 0)
/// ```
#[derive(Module, Debug)]
pub struct ExpIf {
    membrane: Membrane,
    #[module(skip)]
    upstroke: Upstroke,
}

cell!(ExpIf, 0);

impl ExpIfConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        share("exp-if", "beta", self.beta)?;
        positive("exp-if", "delta", self.delta)?;
        finite("exp-if", "rheobase", self.rheobase)?;
        positive("exp-if", "threshold", self.threshold)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<ExpIf, TrainError> {
        self.check()?;
        let upstroke = Upstroke { delta: self.delta, rheobase: self.rheobase };
        let membrane = Membrane::new(self.settings(self.beta, self.learn_beta), neurons, device);
        Ok(ExpIf { membrane, upstroke })
    }
}

impl ExpIf {
    fn advance(&self, current: Tensor<2>, state: State) -> (Tensor<2>, State) {
        let device = current.device();
        let e = self.upstroke.of(state.membrane.clone());
        let v = state.membrane * self.membrane.beta(&device) + e + current;
        let (spikes, membrane) = self.membrane.fire(v, self.membrane.threshold(&device), 0.0);
        (spikes, State { membrane, aux: state.aux })
    }
}

impl Fused for ExpIf {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        self.membrane.fused(&self.upstroke, drive, steps, out)
    }
}

/// The exponential term of a membrane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upstroke {
    pub(super) delta: f32,
    pub(super) rheobase: f32,
}

impl Upstroke {
    /// `delta exp(min((V - rheobase) / delta, 5))`.
    pub(super) fn of(&self, v: Tensor<2>) -> Tensor<2> {
        let exponent = v.sub_scalar(self.rheobase).div_scalar(self.delta);
        exponent.clamp_max(STEEPEST).exp().mul_scalar(self.delta)
    }

    /// The same of one membrane, and its derivative.
    #[inline(always)]
    pub(super) fn at(&self, v: f32) -> (f32, f32) {
        let exponent = (v - self.rheobase) / self.delta;
        let e = exponent.min(STEEPEST).exp();
        (self.delta * e, if exponent <= STEEPEST { e } else { 0.0 })
    }
}

impl Dynamics<1, 0> for Upstroke {
    #[inline(always)]
    fn integrate(&self, beta: f32, [input]: [f32; 1], v: f32, _: &mut [f32; 0]) -> f32 {
        beta * v + self.at(v).0 + input
    }

    #[inline(always)]
    fn backward(&self, beta: f32, v: f32, grad: StepGrad, carry: &mut Carry<0>) -> [f32; 1] {
        carry.membrane = (beta + self.at(v).1) * grad.membrane;
        [grad.membrane]
    }
}
