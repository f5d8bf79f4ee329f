//! Batches: samples as tensors, encoded, with their labels.

use crate::rng::Rng;
use crate::{
    Augmented, EncoderConfig, Input, TrainError, generator_encode, latency_encode, rate_encode,
};
use burn::tensor::{Device, Tensor, TensorData};
use spikestream::Error;
use spikestream::data::Split;
use spikestream::spec::Generator;

/// Samples and their classes. The input may be still, or encoded beforehand.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What the network is run on.
    pub input: Input,
    /// One class a sample.
    pub labels: Vec<usize>,
}

/// Samples of numbers in `[0, 1]`, in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// Row-major, `[samples][width]`.
    numbers: Vec<f32>,
    width: usize,
    labels: Vec<usize>,
}

impl Samples {
    /// Samples of `width` numbers each.
    ///
    /// # Errors
    /// No samples, another number of labels than samples, a number that is none.
    pub fn new(numbers: Vec<f32>, width: usize, labels: Vec<usize>) -> Result<Self, TrainError> {
        let shape = |what: &str, found: usize, expected: String| TrainError::Shape {
            what: what.into(),
            found: found.to_string(),
            expected,
        };
        if width == 0 || labels.is_empty() {
            let found = width.min(labels.len());
            return Err(shape("the number of samples or their width", found, "at least 1".into()));
        }
        if numbers.len() != width * labels.len() {
            let expected = format!("{} labels of {width} each", labels.len());
            return Err(shape("the number of inputs", numbers.len(), expected));
        }
        if let Some(at) = numbers.iter().position(|x| !x.is_finite()) {
            let what = format!("sample {}", at / width);
            return Err(TrainError::NotFinite { what, at: at % width, value: numbers[at] });
        }
        Ok(Self { numbers, width, labels })
    }

    /// The images of a split whose indices are given, pixels over 255.
    ///
    /// # Errors
    /// As [`Samples::new`].
    pub fn of(split: &Split, indices: &[usize]) -> Result<Self, TrainError> {
        let width = split.images.first().map_or(0, Vec::len);
        let pixels = indices.iter().flat_map(|&i| &split.images[i]);
        let numbers = pixels.map(|p| f32::from(*p) / 255.0).collect();
        let labels = indices.iter().map(|&i| usize::from(split.labels[i])).collect();
        Self::new(numbers, width, labels)
    }

    /// All images of a split.
    ///
    /// # Errors
    /// As [`Samples::new`].
    pub fn all(split: &Split) -> Result<Self, TrainError> {
        Self::of(split, &(0..split.images.len()).collect::<Vec<_>>())
    }

    /// Samples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none; there always are.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Numbers of a sample.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Each sample's class.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The samples in an order that follows from the seed, in batches of `size`.
    pub fn shuffled(&self, seed: u64, size: usize) -> Vec<Vec<usize>> {
        let order = Rng::new(seed, 3).permutation(self.len());
        order.chunks(size).map(<[usize]>::to_vec).collect()
    }

    /// The samples in their order, in batches of `size`.
    pub fn in_order(&self, size: usize) -> Vec<Vec<usize>> {
        let order: Vec<usize> = (0..self.len()).collect();
        order.chunks(size).map(<[usize]>::to_vec).collect()
    }

    /// Some samples as a batch; `seed` is of random spikes.
    ///
    /// # Errors
    /// What the encoder refuses.
    pub fn batch(
        &self,
        indices: &[usize],
        encoder: &Encoder,
        seed: u64,
        device: &Device,
    ) -> Result<Batch, Error> {
        self.encoded(self.rows(indices), indices, encoder, seed, device)
    }

    /// The same of changed samples: what one becomes follows from the changes and its index.
    ///
    /// # Errors
    /// Samples of another width than the changes are for; what the encoder refuses.
    pub fn augmented(
        &self,
        indices: &[usize],
        by: &Augmented<'_>,
        encoder: &Encoder,
        seed: u64,
        device: &Device,
    ) -> Result<Batch, Error> {
        let mut numbers = self.rows(indices);
        by.change(&mut numbers, indices)?;
        self.encoded(numbers, indices, encoder, seed, device)
    }

    /// The numbers of some samples.
    fn rows(&self, indices: &[usize]) -> Vec<f32> {
        let row = |i: &usize| &self.numbers[i * self.width..][..self.width];
        indices.iter().flat_map(row).copied().collect()
    }

    fn encoded(
        &self,
        numbers: Vec<f32>,
        indices: &[usize],
        encoder: &Encoder,
        seed: u64,
        device: &Device,
    ) -> Result<Batch, Error> {
        let data = TensorData::new(numbers, [indices.len(), self.width]);
        let x = Tensor::<2>::from_data(data, device);
        let labels = indices.iter().map(|&i| self.labels[i]).collect();
        Ok(Batch { input: encoder.encode(x, seed)?, labels })
    }
}

/// An encoder with the generator that it takes if it is the hardware's.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoder {
    /// Which.
    pub config: EncoderConfig,
    /// Of the hardware's encoder.
    pub generator: Generator,
}

impl Encoder {
    /// Turns `[batch, features]` into what a network takes.
    ///
    /// # Errors
    /// What the encoder refuses.
    pub fn encode(&self, x: Tensor<2>, seed: u64) -> Result<Input, Error> {
        Ok(match self.config {
            EncoderConfig::Direct { steps } => Input::Still(x, steps),
            EncoderConfig::Hardware { steps } => {
                generator_encode(&x, steps, self.generator)?.into()
            }
            EncoderConfig::Rate { steps } => rate_encode(&x, steps, seed)?.into(),
            EncoderConfig::Latency { steps, tau } => latency_encode(&x, steps, tau, true)?.into(),
        })
    }
}
