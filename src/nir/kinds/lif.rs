//! `LIF`: `tau dv/dt = v_leak - v + r x`, a spike above the threshold.

use super::Kind;
use super::membrane::Arrays;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Neuron, Part};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "LIF", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let mut of = Arrays::of(fields, KIND.name);
    let (tau, r) = (Some(of.positive("tau")?), of.numbers("r")?);
    let rest = of.numbers("v_leak")?;
    let threshold = Some(of.positive("v_threshold")?);
    let reset = of.or_zero("v_reset")?;
    Ok(Part::Neuron(Box::new(Neuron { tau, rest, threshold, reset, ..of.neuron(r) })))
}

/// A population of a shape, of which a step of `dt` seconds leaves the share `beta` of a membrane and adds a current
/// as it is.
pub(in crate::nir) fn node(shape: &[usize], dt: f64, beta: f64, threshold: f64) -> Node {
    let all = |number: f64| {
        let numbers = vec![number as f32; shape.iter().product()];
        Value::Numbers(Tensor::single(shape, &numbers))
    };
    Node::new(
        KIND.name,
        [
            ("tau", all(dt / (1.0 - beta))),
            ("r", all(1.0 / (1.0 - beta))),
            ("v_leak", all(0.0)),
            ("v_threshold", all(threshold)),
            ("v_reset", all(0.0)),
        ],
    )
}
