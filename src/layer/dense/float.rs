//! A fully connected layer in floats, as it comes from training.

use super::Dense;
use crate::Error;
use crate::export::error::ExportError;

/// A layer in floats, in units of its threshold: a neuron fires above 1.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatLayer {
    /// Inputs.
    pub inputs: usize,
    /// `w`, row-major `[outputs][inputs]`.
    pub weights: Vec<f32>,
    /// `b`, one a neuron.
    pub biases: Vec<f32>,
}

impl FloatLayer {
    /// The layer's sizes.
    pub fn sizes(&self) -> Dense {
        Dense { inputs: self.inputs, outputs: self.biases.len() }
    }

    /// Checks that there are `inputs` weights a neuron and that all are numbers; `index` is only for
    /// messages.
    ///
    /// # Errors
    /// The first violation.
    pub fn check(&self, index: usize) -> Result<(), Error> {
        let expected = self.sizes().weights();
        if self.weights.len() != expected {
            return Err(Error::Shape {
                what: format!("layer {index}"),
                found: format!("{} weights", self.weights.len()),
                expected: format!("{expected}, {} inputs a neuron", self.inputs),
            });
        }
        ensure_finite(index, "weight", &self.weights)?;
        ensure_finite(index, "bias", &self.biases)
    }

    /// The weights of each neuron, one an input.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.sizes().rows(&self.weights)
    }
}

fn ensure_finite(layer: usize, what: &'static str, values: &[f32]) -> Result<(), Error> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(at) => Err(ExportError::NotFinite { layer, what, at, value: values[at] }.into()),
    }
}
