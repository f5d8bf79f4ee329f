//! What the types of neurons have in common: arrays of one shape, or of a single number.

use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::part::{Neuron, alike};
use crate::nir::tensor::Tensor;

/// The arrays of one population.
pub(super) struct Arrays<'a> {
    fields: &'a Fields<'a>,
    kind: &'static str,
    shape: Vec<usize>,
}

impl<'a> Arrays<'a> {
    /// Those of a node.
    pub(super) fn of(fields: &'a Fields<'a>, kind: &'static str) -> Self {
        Self { fields, kind, shape: Vec::new() }
    }

    /// An array that there must be.
    pub(super) fn numbers(&mut self, field: &str) -> Result<Vec<f64>, NirError> {
        let tensor = self.fields.numbers(field)?;
        self.take(field, tensor)
    }

    /// One above 0.
    pub(super) fn positive(&mut self, field: &str) -> Result<Vec<f64>, NirError> {
        let tensor = self.fields.positive(field)?;
        self.take(field, tensor)
    }

    /// One that is 0 where the file has none: files before version 1 have no `v_reset`.
    pub(super) fn or_zero(&mut self, field: &str) -> Result<Vec<f64>, NirError> {
        match self.fields.some(field)? {
            Some(_) => self.numbers(field),
            None => Ok(vec![0.0]),
        }
    }

    fn take(&mut self, field: &str, tensor: Tensor) -> Result<Vec<f64>, NirError> {
        let Tensor { shape, numbers, .. } = tensor;
        if numbers.len() > 1 {
            if !self.shape.is_empty() && !alike(&self.shape, &shape) {
                let what = format!("has the shape {shape:?}, and another field {:?}", self.shape);
                return Err(NirError::field(self.fields.node, field, what));
            }
            self.shape = shape;
        } else if self.shape.is_empty() {
            self.shape = shape; // of one neuron, or of none in particular
        }
        Ok(numbers)
    }

    /// A neuron that hears currents and forgets nothing; its arrays so far give the shape.
    pub(super) fn neuron(self, r: Vec<f64>) -> Neuron {
        Neuron {
            kind: self.kind,
            shape: self.shape,
            synapse: None,
            tau: None,
            r,
            rest: vec![0.0],
            threshold: None,
            reset: vec![0.0],
            forgets: false,
        }
    }
}
