//! `Scale`: `y = s x`, unit by unit.

use super::Kind;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Part, Shaped};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Scale", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let Tensor { shape, numbers, .. } = fields.numbers("scale")?;
    Ok(Part::Scale(Shaped { shape, numbers }))
}

/// A number for each unit of a shape.
pub(in crate::nir) fn node(shape: &[usize], numbers: &[f32]) -> Node {
    Node::new(KIND.name, [("scale", Value::Numbers(Tensor::single(shape, numbers)))])
}
