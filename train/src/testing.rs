//! What the tests of training share: the backends, numbers that only look random, and tensors.

use super::rng::Rng;
use burn::tensor::{Device, Tensor, TensorData};

pub(super) use super::network::to_vec;

/// Every CPU backend that is compiled in.
pub(super) fn devices() -> Vec<Device> {
    vec![
        Device::flex(),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Device::ndarray(),
    ]
}

/// `count` numbers from `low` to `high`, from the seed alone.
pub(super) fn numbers(count: usize, [low, high]: [f32; 2], seed: u64) -> Vec<f32> {
    let mut rng = Rng::new(seed, 99);
    (0..count).map(|_| low + (high - low) * rng.unit()).collect()
}

/// `count` spikes with this probability, from the seed alone.
pub(super) fn spikes(count: usize, rate: f32, seed: u64) -> Vec<f32> {
    let unit = numbers(count, [0.0, 1.0], seed);
    unit.into_iter().map(|u| f32::from(u8::from(u < rate))).collect()
}

/// A tensor of these numbers.
pub(super) fn tensor<const D: usize>(
    numbers: &[f32],
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape), device)
}

/// The Euclidean norm.
pub(super) fn norm(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// How far apart two lists are: the norm of the difference.
pub(super) fn difference(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    norm(a.iter().zip(b).map(|(a, b)| f64::from(*a) - f64::from(*b)))
}

/// The same over the norm of the second, or by itself where that is 0.
pub(super) fn distance(a: &[f32], b: &[f32]) -> f64 {
    let scale = norm(b.iter().map(|b| f64::from(*b)));
    if scale == 0.0 { difference(a, b) } else { difference(a, b) / scale }
}
