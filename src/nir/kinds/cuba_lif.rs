//! `CubaLIF`: a [`LIF`](super::lif) behind a synapse, `tau_syn di/dt = -i + w_in x`.

use super::Kind;
use super::membrane::Arrays;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Neuron, Part};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "CubaLIF", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let mut of = Arrays::of(fields, KIND.name);
    let synapse = Some([of.positive("tau_syn")?, of.numbers("w_in")?]);
    let (tau, r) = (Some(of.positive("tau_mem")?), of.numbers("r")?);
    let rest = of.numbers("v_leak")?;
    let threshold = Some(of.positive("v_threshold")?);
    let reset = of.or_zero("v_reset")?;
    Ok(Part::Neuron(Box::new(Neuron { synapse, tau, rest, threshold, reset, ..of.neuron(r) })))
}

/// A population of a shape, of which a step of `dt` seconds leaves the shares `alpha` of a synapse's current and `beta`
/// of a membrane, and adds what comes as it is.
pub(in crate::nir) fn node(
    shape: &[usize],
    dt: f64,
    [alpha, beta]: [f64; 2],
    threshold: f64,
) -> Node {
    let all = |number: f64| {
        let numbers = vec![number as f32; shape.iter().product()];
        Value::Numbers(Tensor::single(shape, &numbers))
    };
    Node::new(
        KIND.name,
        [
            ("tau_syn", all(dt / (1.0 - alpha))),
            ("w_in", all(1.0 / (1.0 - alpha))),
            ("tau_mem", all(dt / (1.0 - beta))),
            ("r", all(1.0 / (1.0 - beta))),
            ("v_leak", all(0.0)),
            ("v_threshold", all(threshold)),
            ("v_reset", all(0.0)),
        ],
    )
}
