//! The neuron with a synaptic current.

use super::{Drive, Fused, Membrane, Neurons, State, cell, config, positive, share};
use crate::TrainError;
use crate::fused::{Carry, Dynamics, Output, StepGrad};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`Synaptic`].
    SynapticConfig {
        /// Share of the synaptic current that is left after a step, 0 to 1.
        alpha: f32 = 0.9,
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.8,
        /// Whether beta is learnt.
        learn_beta: bool = false,
    }
}

/// Leaky integrate-and-fire behind a synaptic current; together a double exponential
/// (Gerstner and Kistler 2002):
///
/// ```text
/// i <- alpha i + I
/// V <- beta V + i
/// s  = V > theta
/// V <- V - s theta        (or V <- 0)
/// ```
///
/// State beside V: i.
#[derive(Module, Debug)]
pub struct Synaptic {
    membrane: Membrane,
    #[module(skip)]
    alpha: f32,
}

cell!(Synaptic, 1);

impl SynapticConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        share("synaptic", "alpha", self.alpha)?;
        share("synaptic", "beta", self.beta)?;
        positive("synaptic", "threshold", self.threshold)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<Synaptic, TrainError> {
        self.check()?;
        let settings = self.settings(self.beta, self.learn_beta);
        Ok(Synaptic { membrane: Membrane::new(settings, neurons, device), alpha: self.alpha })
    }
}

impl Synaptic {
    fn advance(&self, current: Tensor<2>, mut state: State) -> (Tensor<2>, State) {
        let device = current.device();
        let i = state.aux.remove(0).mul_scalar(self.alpha) + current;
        let v = state.membrane * self.membrane.beta(&device) + i.clone();
        let (spikes, membrane) = self.membrane.fire(v, self.membrane.threshold(&device), 0.0);
        (spikes, State { membrane, aux: vec![i] })
    }
}

impl Fused for Synaptic {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        self.membrane.fused(&Filtered { alpha: self.alpha }, drive, steps, out)
    }
}

/// `i <- alpha i + I; V <- beta V + i`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filtered {
    pub(super) alpha: f32,
}

impl Dynamics<1, 1> for Filtered {
    #[inline(always)]
    fn integrate(&self, beta: f32, [input]: [f32; 1], v: f32, [i]: &mut [f32; 1]) -> f32 {
        *i = self.alpha * *i + input;
        beta * v + *i
    }

    #[inline(always)]
    fn backward(&self, beta: f32, _: f32, grad: StepGrad, carry: &mut Carry<1>) -> [f32; 1] {
        let i = grad.membrane + carry.aux[0];
        carry.membrane = beta * grad.membrane;
        carry.aux[0] = self.alpha * i;
        [i]
    }
}
