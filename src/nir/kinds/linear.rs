//! `Linear`: `y = W x`.

use super::Kind;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Dense, Part};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Linear", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    Ok(Part::Dense(weights(fields)?))
}

/// The weights, without a bias.
pub(super) fn weights(fields: &Fields<'_>) -> Result<Dense, NirError> {
    let weight = fields.of_rank("weight", 2)?;
    let [rows, columns] = [weight.shape[0], weight.shape[1]];
    Ok(Dense { rows, columns, weights: weight.singles(), biases: Vec::new() })
}

/// Weights `[rows, columns]`.
pub(in crate::nir) fn node(shape: [usize; 2], weights: &[f32]) -> Node {
    Node::new(KIND.name, [("weight", Value::Numbers(Tensor::single(&shape, weights)))])
}
