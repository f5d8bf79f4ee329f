//! `Input`: where a graph is driven.

use super::Kind;
use crate::nir::NirError;
use crate::nir::fields::{Fields, LARGEST};
use crate::nir::graph::Node;
use crate::nir::part::Part;
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Input", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    Ok(Part::Input(fields.counts("shape", LARGEST)?))
}

/// An input of a shape.
pub(in crate::nir) fn node(shape: &[usize]) -> Node {
    Node::new(KIND.name, [("shape", Value::Numbers(Tensor::whole(shape)))])
}
