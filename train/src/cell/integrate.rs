//! The integrate-and-fire neuron without a leak.

use super::lif::Leaky;
use super::{Drive, Fused, Membrane, Neurons, State, cell, config, positive};
use crate::TrainError;
use crate::fused::Output;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`IntegrateFire`].
    IfConfig {}
}

/// Integrate-and-fire (Abbott 1999, of Lapicque 1907):
///
/// ```text
/// V <- V + I
/// s  = V > theta
/// V <- V - s theta        (or V <- 0)
/// ```
#[derive(Module, Debug)]
pub struct IntegrateFire {
    membrane: Membrane,
}

cell!(IntegrateFire, 0);

impl IfConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        positive("if", "threshold", self.threshold)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<IntegrateFire, TrainError> {
        self.check()?;
        let settings = self.settings(1.0, false);
        Ok(IntegrateFire { membrane: Membrane::new(settings, neurons, device) })
    }
}

impl IntegrateFire {
    fn advance(&self, current: Tensor<2>, state: State) -> (Tensor<2>, State) {
        let threshold = self.membrane.threshold(&current.device());
        let (spikes, membrane) = self.membrane.fire(state.membrane + current, threshold, 0.0);
        (spikes, State { membrane, aux: state.aux })
    }
}

impl Fused for IntegrateFire {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        self.membrane.fused(&Leaky, drive, steps, out) // with a beta of 1
    }
}
