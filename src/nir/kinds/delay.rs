//! `Delay`: `y(t) = x(t - d)`, each unit by a delay of its own.

use super::Kind;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Part, Shaped};
use crate::nir::tensor::{Tensor, Width};
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Delay", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let Tensor { shape, numbers, .. } = fields.numbers("delay")?;
    if let Some(at) = numbers.iter().position(|delay| *delay < 0.0) {
        let (node, field, value) = (fields.node.to_owned(), "delay".to_owned(), numbers[at]);
        return Err(NirError::Value { node, field, at, value, range: "the numbers from 0 on" });
    }
    Ok(Part::Delay(Shaped { shape, numbers }))
}

/// Every unit of a shape so many seconds later.
pub(in crate::nir) fn node(shape: &[usize], seconds: f64) -> Node {
    let numbers = vec![seconds; shape.iter().product()];
    let delay = Tensor { shape: shape.to_vec(), numbers, width: Width::Double };
    Node::new(KIND.name, [("delay", Value::Numbers(delay))])
}
