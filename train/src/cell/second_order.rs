//! The second-order leaky integrate-and-fire neuron.

use super::synaptic::Filtered;
use super::{Drive, Fused, Membrane, Neurons, State, cell, config, positive, share};
use crate::TrainError;
use crate::fused::Output;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`SecondOrderLif`].
    SecondOrderLifConfig {
        /// Share of the acceleration that is left after a step, 0 to 1.
        alpha: f32 = 0.95,
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.9,
        /// Whether beta is learnt.
        learn_beta: bool = false,
    }
}

/// Leaky integrate-and-fire of second order: input accelerates the membrane (Dayan and Abbott 2001):
///
/// ```text
/// a <- alpha a + I
/// V <- beta V + a
/// s  = V > theta
/// V <- V - s theta        (or V <- 0)
/// ```
///
/// State beside V: a.
#[derive(Module, Debug)]
pub struct SecondOrderLif {
    membrane: Membrane,
    #[module(skip)]
    alpha: f32,
}

cell!(SecondOrderLif, 1);

impl SecondOrderLifConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        let cell = "second-order-lif";
        share(cell, "alpha", self.alpha)?;
        share(cell, "beta", self.beta)?;
        positive(cell, "threshold", self.threshold)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<SecondOrderLif, TrainError> {
        self.check()?;
        let settings = self.settings(self.beta, self.learn_beta);
        Ok(SecondOrderLif { membrane: Membrane::new(settings, neurons, device), alpha: self.alpha })
    }
}

impl SecondOrderLif {
    fn advance(&self, current: Tensor<2>, mut state: State) -> (Tensor<2>, State) {
        let device = current.device();
        let a = state.aux.remove(0).mul_scalar(self.alpha) + current;
        let v = state.membrane * self.membrane.beta(&device) + a.clone();
        let (spikes, membrane) = self.membrane.fire(v, self.membrane.threshold(&device), 0.0);
        (spikes, State { membrane, aux: vec![a] })
    }
}

impl Fused for SecondOrderLif {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        self.membrane.fused(&Filtered { alpha: self.alpha }, drive, steps, out)
    }
}
