//! The adaptive exponential integrate-and-fire neuron.

use super::exponential::Upstroke;
use super::{Drive, Fused, Membrane, Neurons, State, cell, config, finite, positive, share};
use crate::TrainError;
use crate::fused::{Carry, Dynamics, Output, StepGrad};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`AdEx`].
    AdExConfig {
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.9,
        /// Whether beta is learnt.
        learn_beta: bool = false,
        /// Sharpness of the upstroke, above 0.
        delta: f32 = 0.5,
        /// Membrane at which the upstroke begins, the rheobase threshold.
        rheobase: f32 = 0.8,
        /// Coupling a of the membrane to the adaptation current.
        coupling: f32 = 0.01,
        /// Increment b of the adaptation current by a spike.
        increment: f32 = 0.1,
        /// Share rho of the adaptation current that is left after a step, 0 to 1.
        rho: f32 = 0.99,
        /// Resting membrane, for the coupling.
        rest: f32 = 0.0,
    }
}

/// Adaptive exponential integrate-and-fire (Brette and Gerstner 2005):
///
/// ```text
/// e  = delta exp(min((V - rheobase) / delta, 5))
/// V' = beta V + e - w + I
/// s  = V' > theta
/// w <- rho w + a (V - rest) + b s         with V as of before the step
/// V <- V' - s theta        (or V <- 0)
/// ```
///
/// State beside V: w. The gradient of `b s` reaches the spike; only that of the reset does not.
#[derive(Module, Debug)]
pub struct AdEx {
    membrane: Membrane,
    #[module(skip)]
    dynamics: Adapting,
}

cell!(AdEx, 1);

impl AdExConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        share("adex", "beta", self.beta)?;
        share("adex", "rho", self.rho)?;
        positive("adex", "delta", self.delta)?;
        positive("adex", "threshold", self.threshold)?;
        finite("adex", "rheobase", self.rheobase)?;
        finite("adex", "coupling", self.coupling)?;
        finite("adex", "increment", self.increment)?;
        finite("adex", "rest", self.rest)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<AdEx, TrainError> {
        self.check()?;
        let dynamics = Adapting {
            upstroke: Upstroke { delta: self.delta, rheobase: self.rheobase },
            coupling: self.coupling,
            increment: self.increment,
            rho: self.rho,
            rest: self.rest,
        };
        let membrane = Membrane::new(self.settings(self.beta, self.learn_beta), neurons, device);
        Ok(AdEx { membrane, dynamics })
    }
}

impl AdEx {
    fn advance(&self, current: Tensor<2>, mut state: State) -> (Tensor<2>, State) {
        let (device, d) = (current.device(), &self.dynamics);
        let (old, w) = (state.membrane, state.aux.remove(0));
        let e = d.upstroke.of(old.clone());
        let v = old.clone() * self.membrane.beta(&device) + e - w.clone() + current;
        let (spikes, membrane) = self.membrane.fire(v, self.membrane.threshold(&device), 0.0);
        let coupled = old.sub_scalar(d.rest).mul_scalar(d.coupling);
        let w = w.mul_scalar(d.rho) + coupled + spikes.clone().mul_scalar(d.increment);
        (spikes, State { membrane, aux: vec![w] })
    }
}

impl Fused for AdEx {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        self.membrane.fused(&self.dynamics, drive, steps, out)
    }
}

/// The equations of the cell.
#[derive(Clone, Copy, Debug)]
struct Adapting {
    upstroke: Upstroke,
    coupling: f32,
    increment: f32,
    rho: f32,
    rest: f32,
}

impl Dynamics<1, 1> for Adapting {
    #[inline(always)]
    fn integrate(&self, beta: f32, [input]: [f32; 1], v: f32, [w]: &mut [f32; 1]) -> f32 {
        beta * v + self.upstroke.at(v).0 - *w + input
    }

    #[inline(always)]
    fn adapt(&self, v: f32, spike: f32, [w]: &mut [f32; 1]) {
        *w = self.rho * *w + self.coupling * (v - self.rest) + spike * self.increment;
    }

    #[inline(always)]
    fn spike_grad(&self, aux: &[f32; 1]) -> f32 {
        self.increment * aux[0]
    }

    #[inline(always)]
    fn backward(&self, beta: f32, v: f32, grad: StepGrad, carry: &mut Carry<1>) -> [f32; 1] {
        let slope = beta + self.upstroke.at(v).1;
        carry.membrane = slope * grad.membrane + self.coupling * carry.aux[0];
        carry.aux[0] = self.rho * carry.aux[0] - grad.membrane;
        [grad.membrane]
    }
}
