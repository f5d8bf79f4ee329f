//! A fully connected layer: a matrix and a bias, and how files have them.

use crate::rng::Rng;
use burn::module::{Module, Param, ParamId};
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
        let Self { weight, .. } = Self::within([inputs, outputs], limit, rng, device);
        let bias = bias.then(|| {
            let draws: Vec<f32> = (0..outputs).map(|_| rng.uniform(limit)).collect();
            Param::from_data(TensorData::new(draws, [outputs]), device)
        });
        Self { weight, bias }
    }

    /// Weights uniform within a limit, and no bias.
    pub(crate) fn within(
        [inputs, outputs]: [usize; 2],
        limit: f32,
        rng: &mut Rng,
        device: &Device,
    ) -> Self {
        // Drawn neuron by neuron, as the files have them.
        let rows: Vec<f32> = (0..inputs * outputs).map(|_| rng.uniform(limit)).collect();
        let weight = TensorData::new(transposed(&rows, outputs, inputs), [inputs, outputs]);
        Self { weight: Param::from_data(weight, device), bias: None }
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

    /// 1 where a number stays, 0 where it goes with an input or an output that is out, for each parameter.
    pub(crate) fn left_without(
        &self,
        inputs: Option<&[bool]>,
        outputs: Option<&[bool]>,
    ) -> Vec<(ParamId, TensorData)> {
        let [rows, columns] = self.dims();
        let stays = |out: Option<&[bool]>, at: usize| out.is_none_or(|out| !out[at]);
        let column = |row: usize, at| f32::from(stays(inputs, row) && stays(outputs, at));
        let weight = (0..rows).flat_map(|row| (0..columns).map(move |at| column(row, at)));
        let weight = TensorData::new(weight.collect::<Vec<f32>>(), [rows, columns]);
        let bias: Vec<f32> = (0..columns).map(|at| f32::from(stays(outputs, at))).collect();
        let bias = self.bias.as_ref().map(|of| (of.id, TensorData::new(bias, [columns])));
        std::iter::once((self.weight.id, weight)).chain(bias).collect()
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
