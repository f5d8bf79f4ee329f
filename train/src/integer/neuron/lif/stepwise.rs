//! The neuron of the contract with tensor operations, for backends without the fused one.

use super::{Integer, Lif};
use crate::integer::arithmetic::Tensors;
use crate::surrogate::carry;
use burn::tensor::Tensor;
use spikestream::neuron::lif::charge;
use spikestream::spec::Reset;

/// The state of one layer's neurons for a batch.
pub(in crate::integer) struct Stepwise {
    neurons: Lif,
    /// V, without gradient.
    membrane: Option<Tensor<2>>,
    /// G, whose gradient stands for that of V.
    filter: Option<Tensor<2>>,
}

impl Stepwise {
    pub(super) fn new(neurons: Lif) -> Self {
        Self { neurons, membrane: None, filter: None }
    }

    /// One time step; drive, spikes and membranes are `[batch, neurons]`. The membranes have G's
    /// gradient.
    pub(in crate::integer) fn step(&mut self, drive: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let Lif { dynamics, reset, surrogate, threshold, .. } = self.neurons;
        let Integer { rules, scale } = dynamics;
        let [kept, driven] = dynamics.slopes();
        let plain = if drive.is_autodiff() { drive.clone().inner() } else { drive.clone() };
        let v = self.membrane.take().unwrap_or_else(|| plain.zeros_like());
        let (_, u) = charge(&mut Tensors(plain.device()), rules, &v, &plain);
        let fired = u.clone().greater_elem(threshold).float();
        let slope = surrogate.slopes(u.clone().sub_scalar(threshold).mul_scalar(scale));
        let filter = match self.filter.take() {
            None => drive.mul_scalar(driven),
            Some(g) => g.mul_scalar(kept) + drive.mul_scalar(driven),
        };
        let spikes = carry(fired.clone(), filter.clone() * slope.mul_scalar(scale));
        let (after, filter) = match reset {
            Reset::Subtract => (u - fired.mul_scalar(threshold), filter),
            Reset::Zero => {
                let kept = fired.neg().add_scalar(1.0);
                (u * kept.clone(), filter * kept)
            }
        };
        self.membrane = Some(after.clone());
        self.filter = Some(filter.clone());
        (spikes, carry(after, filter))
    }
}
