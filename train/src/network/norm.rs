//! Batch normalisation of a layer's currents, in float (Ioffe and Szegedy 2015): over images, places and time steps
//! (Zheng et al. 2021).
//!
//! ```text
//! I' = gamma (I - mean) / sqrt(variance + eps) + beta
//! ```
//!
//! with the mean and the variance of the batch while the network learns, and afterwards with running ones. Those are
//! numbers of the network, so that files have them; an epoch moves them after each step of the optimiser. What ships is
//! a layer whose weights and biases have all of it in them.

use super::linear::tensor_like;
use super::to_vec;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// Added to a variance, which may be 0.
const EPS: f32 = 1e-5;

/// The share of a batch in the running numbers.
const MOMENTUM: f32 = 0.1;

/// The normalisation of a layer; one number a channel each.
#[derive(Module, Debug)]
pub(crate) struct Norm {
    gamma: Param<Tensor<1>>,
    beta: Param<Tensor<1>>,
    /// The running mean, without gradient.
    mean: Param<Tensor<1>>,
    /// The running variance, without gradient.
    variance: Param<Tensor<1>>,
}

/// Mean and variance of a layer's currents in a batch, by channel.
#[derive(Clone, Debug)]
pub(crate) struct Statistics {
    mean: Vec<f32>,
    variance: Vec<f32>,
}

/// The numbers of a [`Norm`] by the names that PyTorch has for them.
pub(crate) const NAMES: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

impl Norm {
    /// One that changes nothing but scale and mean.
    pub(super) fn new(channels: usize, device: &Device) -> Self {
        let all = |value: f32| {
            Param::from_data(TensorData::new(vec![value; channels], [channels]), device)
        };
        let [mean, variance] = [0.0, 1.0].map(|value| all(value).set_require_grad(false));
        Self { gamma: all(1.0), beta: all(0.0), mean, variance }
    }

    /// Normalises currents, `[rows, channels, places]`; while it learns, with those of the batch, which come along.
    pub(super) fn run(&self, x: Tensor<3>) -> (Tensor<3>, Option<Statistics>) {
        let by_channel = |of: Tensor<1>| {
            let [channels] = of.dims();
            of.reshape([1, channels, 1])
        };
        let (mean, variance, statistics) = match self.gamma.val().is_autodiff() {
            true => {
                let [rows, channels, places] = x.dims();
                let mean = x.clone().mean_dim(0).mean_dim(2);
                let away = x.clone() - mean.clone();
                let variance = away.powi_scalar(2).mean_dim(0).mean_dim(2);
                let count = (rows * places) as f32;
                let plain = |of: &Tensor<3>| to_vec(of.clone().detach());
                // A running variance is that of the population, which a batch is a sample of.
                let own = count / (count - 1.0).max(1.0);
                let all = plain(&variance).into_iter().map(|v| v * own).collect();
                let found = Statistics { mean: plain(&mean), variance: all };
                debug_assert_eq!(found.mean.len(), channels);
                (mean, variance, Some(found))
            }
            false => (by_channel(self.mean.val()), by_channel(self.variance.val()), None),
        };
        let x = (x - mean) / variance.add_scalar(EPS).sqrt();
        (x * by_channel(self.gamma.val()) + by_channel(self.beta.val()), statistics)
    }

    /// The same with running numbers that a batch has moved.
    pub(super) fn after(self, batch: &Statistics) -> Self {
        let moved = |param: Param<Tensor<1>>, to: &[f32]| {
            let old = to_vec(param.val());
            let new = old.iter().zip(to).map(|(old, new)| old + MOMENTUM * (new - old)).collect();
            changed(param, new)
        };
        Self {
            mean: moved(self.mean, &batch.mean),
            variance: moved(self.variance, &batch.variance),
            ..self
        }
    }

    /// Weights, `weights / channels` of each channel side by side, and biases of a layer that does the same without a
    /// normalisation.
    pub(crate) fn folded(&self, weights: &[f32], biases: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let [gamma, beta, mean, variance] = self.numbers();
        let factors: Vec<f32> =
            gamma.iter().zip(&variance).map(|(gamma, v)| gamma / (v + EPS).sqrt()).collect();
        let rows = weights.chunks((weights.len() / factors.len().max(1)).max(1)).zip(&factors);
        let weights = rows.flat_map(|(row, factor)| row.iter().map(move |w| w * factor)).collect();
        let parts = biases.iter().zip(&mean).zip(&beta).zip(&factors);
        let biases = parts.map(|(((bias, mean), beta), factor)| (bias - mean) * factor + beta);
        (weights, biases.collect())
    }

    /// Its numbers in the order of [`NAMES`].
    pub(crate) fn numbers(&self) -> [Vec<f32>; 4] {
        let Self { gamma, beta, mean, variance } = self;
        [gamma, beta, mean, variance].map(|param| to_vec(param.val()))
    }

    /// The same with other numbers, those that are there.
    pub(crate) fn with(self, numbers: [Option<Vec<f32>>; 4]) -> Self {
        let Self { gamma, beta, mean, variance } = self;
        let [a, b, c, d] = numbers;
        let set = |param: Param<Tensor<1>>, to: Option<Vec<f32>>| match to {
            Some(to) => changed(param, to),
            None => param,
        };
        let (gamma, beta) = (set(gamma, a), set(beta, b));
        Self { gamma, beta, mean: set(mean, c), variance: set(variance, d) }
    }
}

fn changed(param: Param<Tensor<1>>, to: Vec<f32>) -> Param<Tensor<1>> {
    let data = TensorData::new(to, param.dims());
    param.map(|old| tensor_like(data, &old))
}
