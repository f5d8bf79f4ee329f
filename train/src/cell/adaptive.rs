//! The leaky integrate-and-fire neuron with an adaptive threshold.

use super::{Drive, Fused, Membrane, Neurons, State, cell, config, ensure, positive, share};
use crate::TrainError;
use crate::fused::{Carry, Dynamics, Output, StepGrad};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`Alif`].
    AlifConfig {
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.9,
        /// Whether beta is learnt.
        learn_beta: bool = false,
        /// Share of the adaptation that is left after a step, 0 to 1.
        rho: f32 = 0.99,
        /// How far one unit of adaptation raises the threshold, at least 0.
        adaptation: f32 = 1.8,
    }
}

/// Leaky integrate-and-fire with an adaptive threshold (Bellec et al. 2020):
///
/// ```text
/// theta' = theta + adaptation a           with a as of before the step
/// V <- beta V + I
/// s  = V > theta'
/// V <- V - s theta'        (or V <- 0)
/// a <- rho a + s
/// ```
///
/// State beside V: a. The gradient of `rho a + s` reaches the spike; only that of the reset does not.
#[derive(Module, Debug)]
pub struct Alif {
    membrane: Membrane,
    #[module(skip)]
    rho: f32,
    #[module(skip)]
    adaptation: f32,
}

cell!(Alif, 1);

impl AlifConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        share("alif", "beta", self.beta)?;
        share("alif", "rho", self.rho)?;
        let adaptation = self.adaptation;
        ensure(adaptation >= 0.0, "alif", "adaptation", adaptation, "of at least 0")?;
        positive("alif", "threshold", self.threshold)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<Alif, TrainError> {
        self.check()?;
        let membrane = Membrane::new(self.settings(self.beta, self.learn_beta), neurons, device);
        Ok(Alif { membrane, rho: self.rho, adaptation: self.adaptation })
    }
}

impl Alif {
    fn advance(&self, current: Tensor<2>, mut state: State) -> (Tensor<2>, State) {
        let device = current.device();
        let a = state.aux.remove(0);
        let raised = self.membrane.threshold(&device) + a.clone().mul_scalar(self.adaptation);
        let v = state.membrane * self.membrane.beta(&device) + current;
        let (spikes, membrane) = self.membrane.fire(v, raised, 0.0);
        let a = a.mul_scalar(self.rho) + spikes.clone();
        (spikes, State { membrane, aux: vec![a] })
    }
}

impl Fused for Alif {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        let dynamics = Raising { rho: self.rho, adaptation: self.adaptation };
        self.membrane.fused(&dynamics, drive, steps, out)
    }
}

/// The equations of the cell.
#[derive(Clone, Copy, Debug)]
struct Raising {
    rho: f32,
    adaptation: f32,
}

impl Dynamics<1, 1> for Raising {
    const REPLAY: bool = true;

    #[inline(always)]
    fn integrate(&self, beta: f32, [input]: [f32; 1], v: f32, _: &mut [f32; 1]) -> f32 {
        beta * v + input
    }

    #[inline(always)]
    fn threshold(&self, theta: f32, [a]: &[f32; 1]) -> f32 {
        theta + self.adaptation * a
    }

    #[inline(always)]
    fn adapt(&self, _: f32, spike: f32, [a]: &mut [f32; 1]) {
        *a = self.rho * *a + spike;
    }

    #[inline(always)]
    fn spike_grad(&self, aux: &[f32; 1]) -> f32 {
        aux[0]
    }

    #[inline(always)]
    fn backward(&self, beta: f32, _: f32, grad: StepGrad, carry: &mut Carry<1>) -> [f32; 1] {
        carry.membrane = beta * grad.membrane;
        carry.aux[0] = self.rho * carry.aux[0] + self.adaptation * grad.threshold;
        [grad.membrane]
    }
}
