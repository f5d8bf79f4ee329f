//! What connects layers: weights and a bias, with or without delays.

use super::delay::{DelayConfig, DelayLinear};
use super::linear::Linear;
use super::signal::Signal;
use super::synapses;
use crate::TrainError;
use crate::rng::Rng;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// A layer's connection.
#[derive(Module, Debug)]
pub(crate) enum Connection {
    Linear(Linear),
    Delay(DelayLinear),
}

impl Connection {
    pub(crate) fn new(
        size: [usize; 2],
        bias: bool,
        delay: Option<&DelayConfig>,
        rng: &mut Rng,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let linear = Linear::new(size, bias, rng, device);
        Ok(match delay {
            None => Self::Linear(linear),
            Some(config) => Self::Delay(config.around(linear, device)?),
        })
    }

    pub(crate) fn linear(&self) -> &Linear {
        match self {
            Self::Linear(linear) => linear,
            Self::Delay(delay) => delay.linear(),
        }
    }

    pub(crate) fn map_linear(self, change: impl FnOnce(Linear) -> Linear) -> Self {
        match self {
            Self::Linear(linear) => Self::Linear(change(linear)),
            Self::Delay(delay) => Self::Delay(delay.map_linear(change)),
        }
    }

    /// What weights and biases are of the currents of neurons that take so many each: `[inputs, currents neurons]` and
    /// `[currents neurons]`, those of a neuron side by side.
    pub(crate) fn values(&self, currents: usize) -> (Tensor<2>, Tensor<1>) {
        synapses::spread(self.linear().values(), currents)
    }

    /// The currents of every step, of neurons that take `count` each.
    pub(crate) fn currents(&self, signal: Signal, count: usize) -> Signal {
        match (self, signal) {
            (Self::Delay(delay), signal) => {
                let x = delay.run(signal.frames(), count);
                Signal::Whole { steps: x.dims()[0], x }
            }
            (Self::Linear(_), Signal::Each(steps)) => {
                let (weight, bias) = self.values(count);
                let bias = bias.unsqueeze::<2>();
                let current = |x: Tensor<2>| x.matmul(weight.clone()) + bias.clone();
                Signal::Each(steps.into_iter().map(current).collect())
            }
            (Self::Linear(_), Signal::Whole { x, steps }) => {
                let (weight, bias) = self.values(count);
                let [frames, batch, inputs] = x.dims();
                let rows = x.reshape([frames * batch, inputs]).matmul(weight);
                let rows = rows + bias.unsqueeze::<2>();
                let outputs = rows.dims()[1];
                Signal::Whole { x: rows.reshape([frames, batch, outputs]), steps }
            }
        }
    }
}
