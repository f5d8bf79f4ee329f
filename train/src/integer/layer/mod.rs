//! Layers in integers: weights as what their streams weigh, and what neurons get of them.
//!
//! [`dense`] is the layer that hears one dense connection, fused with its neurons. [`population`] hears any others.

mod dense;
mod population;

pub(crate) use dense::{float, run};
#[cfg(test)]
pub(crate) use population::currents;
pub(crate) use population::{Given, run as run_population};

use super::lif::Lif;
use crate::cell::Drive;
use crate::fused::Output;
use crate::network::{Produced, Signal};
use crate::surrogate::carry;
use burn::tensor::Tensor;

/// A value with the gradient of `gain` times the float behind it.
fn through<const D: usize>(value: Tensor<D>, float: Tensor<D>, gain: f32) -> Tensor<D> {
    if float.is_autodiff() { carry(value, float.mul_scalar(gain)) } else { value }
}

/// Runs neurons on their drives, `[T or 1, batch, neurons]`.
fn driven(neurons: Lif, x: Tensor<3>, steps: usize, out: Output) -> Produced {
    match neurons.fused(Drive { x, weights: None, window: None }, steps, out) {
        Ok(x) => Produced::of(x, steps, out),
        Err(Drive { x, .. }) => {
            let mut neurons = neurons.stepwise();
            let drives = Signal::Whole { x, steps }.each().into_iter();
            collect(drives.map(|drive| neurons.step(drive)), out)
        }
    }
}

fn collect(steps: impl Iterator<Item = (Tensor<2>, Tensor<2>)>, out: Output) -> Produced {
    let (spikes, membranes) = steps.unzip();
    Produced::from_steps(spikes, membranes, out)
}
