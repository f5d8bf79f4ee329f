//! A layer of leaky integrate-and-fire neurons: the integers of the contract carried in f32.
//!
//! Parameters are floats in units of the threshold. Each forward pass exports them
//! ([`crate::export::layer`]) and runs on the integers, so what is trained is what ships:
//!
//! ```text
//! drive(t) = s(t) (q << F)^T + bias                    matmul
//! U        = sat_W(V - floor(V / 2^a) + drive(t))
//! s_out(t) = U > Theta_F
//! V        = U - s_out Theta_F,   or   U (1 - s_out)
//! ```
//!
//! Every number is an integer below 2^24, or one that saturates at once: sums in f32 are exact, in
//! any order, on any backend.
//!
//! # Gradient
//! Rounding, floor and saturation pass it straight through; a spike has the slope of
//! `surrogate.rs`; the spike within the reset has none (Zenke and Vogels 2021). So the
//! gradient of the membrane is that of the linear filter `G <- (1 - 2^-a) G + drive`, which is
//! carried beside `V` in the autodiff graph, while `V` itself is not recorded.

use super::rng::Rng;
use super::surrogate::{atan_slope, carry};
use crate::Error;
use crate::export::{self, FloatLayer, IntLayer};
use crate::spec::{NetSpec, Reset};
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// Configuration of a [`Lif`] layer.
#[derive(Clone, Copy, Debug)]
pub struct LifConfig {
    /// Inputs.
    pub inputs: usize,
    /// Neurons.
    pub outputs: usize,
}

/// A fully connected layer of neurons.
///
/// # Shapes
/// - `weight`: `[outputs, inputs]`, in thresholds
/// - `bias`: `[outputs]`, in thresholds a step
#[derive(Module, Debug)]
pub struct Lif {
    weight: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
}

/// What a layer does over all time steps.
pub struct Trace {
    /// `s(t)`, one `[batch, outputs]` a step, 0 or 1.
    pub spikes: Vec<Tensor<2>>,
    /// The last V, `[batch, outputs]`, in membrane units, without gradient.
    pub membrane: Tensor<2>,
}

impl LifConfig {
    /// Weights and biases uniform within `1 / sqrt(inputs)`, from the seed alone.
    pub(super) fn init(&self, rng: &mut Rng, device: &Device) -> Lif {
        let limit = 1.0 / (self.inputs as f32).sqrt();
        let mut draw = |n: usize| (0..n).map(|_| rng.uniform(limit)).collect::<Vec<f32>>();
        let weight = TensorData::new(draw(self.inputs * self.outputs), [self.outputs, self.inputs]);
        let bias = TensorData::new(draw(self.outputs), [self.outputs]);
        Lif { weight: Param::from_data(weight, device), bias: Param::from_data(bias, device) }
    }
}

impl Lif {
    /// The parameters as floats, for [`export`].
    pub fn to_float(&self) -> FloatLayer {
        let weight = self.weight.val();
        let inputs = weight.dims()[1];
        FloatLayer { inputs, weights: to_vec(weight), biases: to_vec(self.bias.val()) }
    }

    /// Runs the layer over the spikes of all time steps; `index` is its place in the network.
    ///
    /// # Shapes
    /// - `inputs`: one `[batch, inputs]` a step, 0 or 1
    ///
    /// # Errors
    /// Parameters that cannot be exported.
    pub fn forward(
        &self,
        spec: &NetSpec,
        index: usize,
        inputs: &[Tensor<2>],
    ) -> Result<Trace, Error> {
        let int = export::layer(spec, index, &self.to_float())?;
        let (weight, bias) = self.integers(spec, &int);
        let mut neurons = Neurons::new(spec, int.threshold);
        let step = |s: &Tensor<2>| neurons.step(s.clone().matmul(weight.clone()) + bias.clone());
        let spikes = inputs.iter().map(step).collect();
        Ok(Trace { spikes, membrane: neurons.membrane.unwrap_or(bias) })
    }

    #[cfg(test)]
    pub(super) fn gradients(&self, grads: &burn::tensor::Gradients) -> (f32, f32) {
        let first = |numbers: Vec<f32>| numbers[0];
        let weight = self.weight.val().grad(grads).map(to_vec).map(first);
        let bias = self.bias.val().grad(grads).map(to_vec).map(first);
        (weight.unwrap_or(f32::NAN), bias.unwrap_or(f32::NAN))
    }

    /// `(q << F)^T` as `[inputs, outputs]` and the biases as `[1, outputs]`, in membrane units,
    /// with the gradient of the float parameters.
    fn integers(&self, spec: &NetSpec, int: &IntLayer) -> (Tensor<2>, Tensor<2>) {
        let unit = (1 << spec.neuron.fraction_bits) as f32;
        let scale = int.threshold as f32 * unit;
        let weight = self.weight.val();
        let q = int.layer.weights.iter().map(|q| f32::from(*q) * unit).collect();
        let q = TensorData::new(q, weight.dims());
        let q = Tensor::from_data(q, &weight.device().inner());
        let weight = carry(q, weight.mul_scalar(scale)).transpose();
        let bias = self.bias.val();
        let b = int.layer.biases.iter().map(|b| *b as f32).collect();
        let b = Tensor::from_data(TensorData::new(b, bias.dims()), &bias.device().inner());
        (weight, carry(b, bias.mul_scalar(scale)).unsqueeze())
    }
}

/// The state of one layer's neurons for a batch.
struct Neurons {
    /// `Theta << F`.
    threshold: f32,
    /// `2^-a`, or 0 without a leak.
    leak: f32,
    /// The largest membrane, `2^(W-1) - 1`.
    max: f32,
    reset: Reset,
    /// V, without gradient.
    membrane: Option<Tensor<2>>,
    /// G, whose gradient stands for that of V.
    filter: Option<Tensor<2>>,
}

impl Neurons {
    fn new(spec: &NetSpec, threshold: i32) -> Self {
        let neuron = &spec.neuron;
        Self {
            threshold: (threshold << neuron.fraction_bits) as f32,
            leak: if neuron.leak == 0 { 0.0 } else { (-(neuron.leak as f32)).exp2() },
            max: ((1 << (neuron.membrane_bits - 1)) - 1) as f32,
            reset: neuron.reset,
            membrane: None,
            filter: None,
        }
    }

    /// One time step; `drive` and the spikes are `[batch, outputs]`.
    fn step(&mut self, drive: Tensor<2>) -> Tensor<2> {
        let sum = match self.membrane.take() {
            None => drive.clone().inner(), // V starts at 0
            Some(v) => self.leaked(v) + drive.clone().inner(),
        };
        let u = sum.clamp(-self.max - 1.0, self.max);
        let fired = u.clone().greater_elem(self.threshold).float();
        let slope = atan_slope(u.clone().div_scalar(self.threshold).sub_scalar(1.0));
        let filter = match self.filter.take() {
            None => drive,
            Some(g) => g.mul_scalar(1.0 - self.leak) + drive,
        };
        let spikes = carry(fired.clone(), filter.clone() * slope.div_scalar(self.threshold));
        match self.reset {
            Reset::Subtract => {
                self.membrane = Some(u - fired.mul_scalar(self.threshold));
                self.filter = Some(filter);
            }
            Reset::Zero => {
                let kept = fired.neg().add_scalar(1.0);
                self.membrane = Some(u * kept.clone());
                self.filter = Some(filter * kept);
            }
        }
        spikes
    }

    fn leaked(&self, v: Tensor<2>) -> Tensor<2> {
        if self.leak == 0.0 { v } else { v.clone() - v.mul_scalar(self.leak).floor() }
    }
}

/// A tensor's numbers, row-major.
pub(super) fn to_vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data();
    data.iter::<f32>().collect()
}
