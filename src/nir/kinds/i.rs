//! `I`: the neuron of `IF` that does not fire, and passes its membrane on.

use super::Kind;
use super::membrane::Arrays;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::part::Part;

pub(super) const KIND: Kind = Kind { name: "I", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let mut of = Arrays::of(fields, KIND.name);
    let r = of.numbers("r")?;
    Ok(Part::Neuron(Box::new(of.neuron(r))))
}
