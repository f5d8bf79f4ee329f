//! The neuron of the contract in f32, for the fused operation.

use crate::fused::{Carry, Dynamics, StepGrad};
use spikestream::spec::Neuron;

/// `U = sat_W(V - floor(V / 2^a) + drive)`, in membrane units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Integer {
    /// `2^-a`, or 0 without a leak.
    pub(super) leak: f32,
    /// The largest membrane, `2^(W-1) - 1`.
    pub(super) max: f32,
    /// `1 / Theta_F`: a threshold is 1 to the surrogate.
    pub(super) scale: f32,
}

impl Integer {
    pub(super) fn new(neuron: &Neuron, threshold: f32) -> Self {
        Self {
            leak: if neuron.leak == 0 { 0.0 } else { (-(neuron.leak as f32)).exp2() },
            max: ((1 << (neuron.membrane_bits - 1)) - 1) as f32,
            scale: 1.0 / threshold,
        }
    }
}

impl Dynamics<1, 0> for Integer {
    #[inline(always)]
    fn integrate(&self, _: f32, [drive]: [f32; 1], v: f32, _: &mut [f32; 0]) -> f32 {
        let sum = v - (v * self.leak).floor() + drive;
        sum.max(-self.max - 1.0).min(self.max)
    }

    #[inline(always)]
    fn scale(&self) -> f32 {
        self.scale
    }

    #[inline(always)]
    fn backward(&self, _: f32, _: f32, grad: StepGrad, carry: &mut Carry<0>) -> [f32; 1] {
        carry.membrane = (1.0 - self.leak) * grad.membrane;
        [grad.membrane]
    }
}
