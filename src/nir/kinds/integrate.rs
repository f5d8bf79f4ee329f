//! `IF`: `dv/dt = r x`, a spike above the threshold.
//!
//! Its equation has no time constant that a step is a share of, and who writes such nodes means by `r` what a step
//! adds: Sinabs writes 1.

use super::Kind;
use super::membrane::Arrays;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Neuron, Part};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "IF", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let mut of = Arrays::of(fields, KIND.name);
    let (r, threshold) = (of.numbers("r")?, Some(of.positive("v_threshold")?));
    let reset = of.or_zero("v_reset")?;
    Ok(Part::Neuron(Box::new(Neuron { threshold, reset, ..of.neuron(r) })))
}

/// A population of a shape.
pub(in crate::nir) fn node(shape: &[usize], threshold: f64) -> Node {
    let all = |number: f64| {
        let numbers = vec![number as f32; shape.iter().product()];
        Value::Numbers(Tensor::single(shape, &numbers))
    };
    Node::new(KIND.name, [("r", all(1.0)), ("v_threshold", all(threshold)), ("v_reset", all(0.0))])
}
