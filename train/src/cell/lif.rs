//! The leaky integrate-and-fire neuron.

use super::{Drive, Fused, Membrane, Neurons, State, cell, config, positive, share};
use crate::TrainError;
use crate::fused::{Carry, Dynamics, Output, StepGrad};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`Lif`].
    LifConfig {
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.9,
        /// Whether beta is learnt.
        learn_beta: bool = false,
    }
}

/// Leaky integrate-and-fire (Lapicque 1907; Neftci, Mostafa and Zenke 2019):
///
/// ```text
/// V <- beta V + I
/// s  = V > theta
/// V <- V - s theta        (or V <- 0)
/// ```
#[derive(Module, Debug)]
pub struct Lif {
    membrane: Membrane,
}

cell!(Lif, 0);

impl LifConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        share("lif", "beta", self.beta)?;
        positive("lif", "threshold", self.threshold)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<Lif, TrainError> {
        self.check()?;
        let settings = self.settings(self.beta, self.learn_beta);
        Ok(Lif::of(Membrane::new(settings, neurons, device)))
    }
}

impl Lif {
    pub(super) fn of(membrane: Membrane) -> Self {
        Self { membrane }
    }

    fn advance(&self, current: Tensor<2>, state: State) -> (Tensor<2>, State) {
        let device = current.device();
        let v = state.membrane * self.membrane.beta(&device) + current;
        let (spikes, membrane) = self.membrane.fire(v, self.membrane.threshold(&device), 0.0);
        (spikes, State { membrane, aux: state.aux })
    }
}

impl Fused for Lif {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        self.membrane.fused(&Leaky, drive, steps, out)
    }
}

/// `V <- beta V + I`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaky;

impl Dynamics<1, 0> for Leaky {
    #[inline(always)]
    fn integrate(&self, beta: f32, [input]: [f32; 1], v: f32, _: &mut [f32; 0]) -> f32 {
        beta * v + input
    }

    #[inline(always)]
    fn backward(&self, beta: f32, _: f32, grad: StepGrad, carry: &mut Carry<0>) -> [f32; 1] {
        carry.membrane = beta * grad.membrane;
        [grad.membrane]
    }
}
