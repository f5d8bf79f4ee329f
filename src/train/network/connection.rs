//! What connects layers: weights and a bias, with or without delays.

use super::delay::{DelayConfig, DelayLinear};
use super::signal::Signal;
use crate::train::TrainError;
use crate::train::rng::Rng;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// A fully connected layer, `I = W x + b`.
#[derive(Module, Debug)]
pub(crate) struct Linear {
    /// `[inputs, outputs]`: the rows of the inputs that spike are summed.
    weight: Param<Tensor<2>>,
    /// `[outputs]`.
    bias: Option<Param<Tensor<1>>>,
}

impl Linear {
    /// Weights and biases uniform within `1 / sqrt(inputs)`.
    pub(crate) fn new(
        [inputs, outputs]: [usize; 2],
        bias: bool,
        rng: &mut Rng,
        device: &Device,
    ) -> Self {
        let limit = 1.0 / (inputs as f32).sqrt();
        // Drawn neuron by neuron, as the files have them.
        let rows: Vec<f32> = (0..inputs * outputs).map(|_| rng.uniform(limit)).collect();
        let weight = TensorData::new(transposed(&rows, outputs, inputs), [inputs, outputs]);
        let bias = bias.then(|| {
            let draws: Vec<f32> = (0..outputs).map(|_| rng.uniform(limit)).collect();
            Param::from_data(TensorData::new(draws, [outputs]), device)
        });
        Self { weight: Param::from_data(weight, device), bias }
    }

    /// The weights, `[inputs, outputs]`, and the bias, `[outputs]`.
    pub(crate) fn values(&self) -> (Tensor<2>, Tensor<1>) {
        let weight = self.weight.val();
        let bias = match &self.bias {
            Some(bias) => bias.val(),
            None => {
                let device = weight.device();
                let device = if weight.is_autodiff() { device.inner() } else { device };
                Tensor::zeros([weight.dims()[1]], &device)
            }
        };
        (weight, bias)
    }

    /// `[inputs, outputs]`.
    pub(crate) fn dims(&self) -> [usize; 2] {
        self.weight.dims()
    }

    /// Weights neuron by neuron, `[outputs, inputs]`, and biases, for files and export.
    pub(crate) fn to_rows(&self) -> (Vec<f32>, Option<Vec<f32>>) {
        let [inputs, outputs] = self.dims();
        let weight = super::to_vec(self.weight.val());
        let bias = self.bias.as_ref().map(|b| super::to_vec(b.val()));
        (transposed(&weight, inputs, outputs), bias)
    }

    /// The same layer with other numbers, neuron by neuron.
    pub(crate) fn with_rows(self, rows: &[f32], bias: Option<&[f32]>) -> Self {
        let [inputs, outputs] = self.dims();
        let data = TensorData::new(transposed(rows, outputs, inputs), [inputs, outputs]);
        let weight = self.weight.map(|old| tensor_like(data, &old));
        let bias = self.bias.map(|param| match bias {
            None => param,
            Some(bias) => {
                let data = TensorData::new(bias.to_vec(), [outputs]);
                param.map(|old| tensor_like(data, &old))
            }
        });
        Self { weight, bias }
    }
}

/// A leaf with new numbers on the device of the old one.
pub(crate) fn tensor_like<const D: usize>(data: TensorData, old: &Tensor<D>) -> Tensor<D> {
    let tensor = Tensor::from_data(data, &old.device());
    if old.is_require_grad() { tensor.require_grad() } else { tensor }
}

/// A matrix `[rows, columns]`, row-major, transposed.
pub(crate) fn transposed(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|c| (0..rows).map(move |r| matrix[r * columns + c])).collect()
}

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

    /// The currents of every step.
    pub(crate) fn currents(&self, signal: Signal) -> Signal {
        match (self, signal) {
            (Self::Delay(delay), signal) => {
                let x = delay.forward(signal.frames());
                Signal::Whole { steps: x.dims()[0], x }
            }
            (Self::Linear(linear), Signal::Each(steps)) => {
                let (weight, bias) = linear.values();
                let bias = bias.unsqueeze::<2>();
                let current = |x: Tensor<2>| x.matmul(weight.clone()) + bias.clone();
                Signal::Each(steps.into_iter().map(current).collect())
            }
            (Self::Linear(linear), Signal::Whole { x, steps }) => {
                let (weight, bias) = linear.values();
                let [frames, batch, inputs] = x.dims();
                let rows = x.reshape([frames * batch, inputs]).matmul(weight);
                let rows = rows + bias.unsqueeze::<2>();
                let outputs = rows.dims()[1];
                Signal::Whole { x: rows.reshape([frames, batch, outputs]), steps }
            }
        }
    }
}
