//! `Threshold`: a spike where what comes is above the threshold: a neuron that remembers nothing.

use super::Kind;
use super::membrane::Arrays;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::part::{Neuron, Part};

pub(super) const KIND: Kind = Kind { name: "Threshold", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let mut of = Arrays::of(fields, KIND.name);
    let threshold = Some(of.positive("threshold")?);
    Ok(Part::Neuron(Box::new(Neuron { threshold, forgets: true, ..of.neuron(vec![1.0]) })))
}
