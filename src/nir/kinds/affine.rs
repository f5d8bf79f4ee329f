//! `Affine`: `y = W x + b`.

use super::{Kind, linear};
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Dense, Part};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Affine", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let dense = linear::weights(fields)?;
    let biases = biases(fields, dense.rows)?;
    Ok(Part::Dense(Dense { biases, ..dense }))
}

/// So many biases.
pub(super) fn biases(fields: &Fields<'_>, count: usize) -> Result<Vec<f32>, NirError> {
    let bias = fields.numbers("bias")?;
    if bias.numbers.len() != count {
        let what = format!("has the shape {:?}, and there are {count} to add it to", bias.shape);
        return Err(NirError::field(fields.node, "bias", what));
    }
    Ok(bias.singles())
}

/// Weights `[rows, columns]`, and a bias a row.
pub(in crate::nir) fn node(shape: [usize; 2], weights: &[f32], biases: &[f32]) -> Node {
    let numbers = |tensor| Value::Numbers(tensor);
    Node::new(
        KIND.name,
        [
            ("weight", numbers(Tensor::single(&shape, weights))),
            ("bias", numbers(Tensor::single(&shape[..1], biases))),
        ],
    )
}
