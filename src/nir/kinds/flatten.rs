//! `Flatten`: axes become one. A batch is no axis of NIR, so axis 0 is the first of the shape.

use super::Kind;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Flatten, Part};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Flatten", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let axis = |field: &str| match fields.numbers(field)?.numbers[..] {
        [axis] if axis.fract() == 0.0 && axis.abs() < 64.0 => Ok(axis as i64),
        _ => Err(NirError::field(fields.node, field, "is no axis")),
    };
    Ok(Part::Flatten(Flatten { first: axis("start_dim")?, last: axis("end_dim")? }))
}

/// All axes of a shape become one.
pub(in crate::nir) fn node(shape: &[usize]) -> Node {
    Node::new(
        KIND.name,
        [
            ("start_dim", Value::Numbers(Tensor::one(0))),
            ("end_dim", Value::Numbers(Tensor::one(-1))),
            ("input_type", Value::Numbers(Tensor::whole(shape))),
        ],
    )
}
