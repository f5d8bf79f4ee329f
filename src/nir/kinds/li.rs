//! `LI`: the neuron of `LIF` that does not fire, and passes its membrane on.

use super::Kind;
use super::membrane::Arrays;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::part::{Neuron, Part};

pub(super) const KIND: Kind = Kind { name: "LI", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let mut of = Arrays::of(fields, KIND.name);
    let (tau, r) = (Some(of.positive("tau")?), of.numbers("r")?);
    let rest = of.numbers("v_leak")?;
    Ok(Part::Neuron(Box::new(Neuron { tau, rest, ..of.neuron(r) })))
}
