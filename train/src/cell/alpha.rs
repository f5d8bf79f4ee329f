//! The neuron with separate excitatory and inhibitory currents.

use super::{Drive, Fused, Membrane, Neurons, State, cell, config, positive, share};
use crate::TrainError;
use crate::fused::{Carry, Dynamics, Output, StepGrad};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

config! {
    /// Configuration of [`Alpha`].
    AlphaConfig {
        /// Share of the excitatory current that is left after a step, 0 to 1.
        alpha_exc: f32 = 0.9,
        /// Share of the inhibitory current that is left after a step, 0 to 1.
        alpha_inh: f32 = 0.85,
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.9,
        /// Whether beta is learnt.
        learn_beta: bool = false,
    }
}

/// Leaky integrate-and-fire with excitatory and inhibitory synapses (Rall 1967):
///
/// ```text
/// ie <- alpha_exc ie + Ie
/// ii <- alpha_inh ii + Ii
/// V  <- beta V + ie - ii
/// s   = V > theta
/// V  <- V - s theta        (or V <- 0)
/// ```
///
/// State beside V: ie, ii. Currents: `[batch, 2 neurons]`, Ie and Ii of a neuron side by side.
#[derive(Module, Debug)]
pub struct Alpha {
    membrane: Membrane,
    #[module(skip)]
    alphas: [f32; 2],
}

cell!(Alpha, 2, 2);

impl AlphaConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        share("alpha", "alpha_exc", self.alpha_exc)?;
        share("alpha", "alpha_inh", self.alpha_inh)?;
        share("alpha", "beta", self.beta)?;
        positive("alpha", "threshold", self.threshold)
    }

    /// A layer of `neurons`.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, device: &Device) -> Result<Alpha, TrainError> {
        self.check()?;
        let membrane = Membrane::new(self.settings(self.beta, self.learn_beta), neurons, device);
        Ok(Alpha { membrane, alphas: [self.alpha_exc, self.alpha_inh] })
    }
}

impl Alpha {
    fn advance(&self, current: Tensor<2>, mut state: State) -> (Tensor<2>, State) {
        let device = current.device();
        let [batch, _] = current.dims();
        let pairs = current.reshape([batch, self.neurons(), 2]);
        let of = |k: usize| pairs.clone().narrow(2, k, 1).squeeze_dim::<2>(2);
        let inhibitory = state.aux.remove(1).mul_scalar(self.alphas[1]) + of(1);
        let excitatory = state.aux.remove(0).mul_scalar(self.alphas[0]) + of(0);
        let leaked = state.membrane * self.membrane.beta(&device);
        let v = leaked + (excitatory.clone() - inhibitory.clone());
        let (spikes, membrane) = self.membrane.fire(v, self.membrane.threshold(&device), 0.0);
        (spikes, State { membrane, aux: vec![excitatory, inhibitory] })
    }
}

impl Fused for Alpha {
    fn fused(&self, drive: Drive, steps: usize, out: Output) -> Result<Tensor<3>, Drive> {
        self.membrane.fused(&TwoSynapses { alphas: self.alphas }, drive, steps, out)
    }
}

/// Two filtered currents, the second subtracted.
#[derive(Clone, Copy, Debug)]
struct TwoSynapses {
    alphas: [f32; 2],
}

impl Dynamics<2, 2> for TwoSynapses {
    #[inline(always)]
    fn integrate(&self, beta: f32, input: [f32; 2], v: f32, currents: &mut [f32; 2]) -> f32 {
        currents[0] = self.alphas[0] * currents[0] + input[0];
        currents[1] = self.alphas[1] * currents[1] + input[1];
        beta * v + (currents[0] - currents[1])
    }

    #[inline(always)]
    fn backward(&self, beta: f32, _: f32, grad: StepGrad, carry: &mut Carry<2>) -> [f32; 2] {
        let currents = [carry.aux[0] + grad.membrane, carry.aux[1] - grad.membrane];
        carry.membrane = beta * grad.membrane;
        carry.aux = [self.alphas[0] * currents[0], self.alphas[1] * currents[1]];
        currents
    }
}
