//! `Output`: where a graph is read. Some writers give its shape a time and a batch, of length 1.

use super::Kind;
use crate::nir::NirError;
use crate::nir::fields::{Fields, LARGEST};
use crate::nir::graph::Node;
use crate::nir::part::Part;
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Output", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    Ok(Part::Output(fields.counts("shape", LARGEST)?))
}

/// An output of a shape.
pub(in crate::nir) fn node(shape: &[usize]) -> Node {
    Node::new(KIND.name, [("shape", Value::Numbers(Tensor::whole(shape)))])
}
