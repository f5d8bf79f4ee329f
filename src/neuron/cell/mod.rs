//! Neurons that a network names: their description in its file, and a layer of them in integers.
//!
//! Any neuron of equations can be one: its first state is the membrane, and the network's sums are its input,
//!
//! ```text
//! I = clip(C 2^f / Theta + b + noise)
//! ```
//!
//! in words with f bits behind the point, where Theta, a power of two, is how many steps of a weight an input of 1
//! is, and `clip` keeps to the range that the equations give the input.

mod error;
mod step;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use step::{Cells, Step, Word, Workplace};

use super::equations::{Equations, Format};
use super::kinds::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The kind of a neuron whose equations stand beside it.
pub const EQUATIONS: &str = "equations";

/// Bits of the place in a table, where nothing is said.
const TABLE_BITS: u32 = 6;

/// A neuron as a network's file describes it.
///
/// # Example
/// ```
/// use spikestream::neuron::cell::Cell;
///
/// let cell: Cell = toml::from_str(
///     "kind = \"alif\"\nbits = 16\nfraction = 12\n[parameters]\nstep = 0.5\n",
/// )?;
/// let step = cell.step()?;
/// assert_eq!(step.states().len(), 2); // the membrane, and by how much the threshold is raised
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// A neuron that ships, or [`EQUATIONS`].
    pub kind: String,
    /// Bits of each state, 4..=24.
    pub bits: u32,
    /// Those behind the point, fewer than `bits`.
    pub fraction: u32,
    /// A table of a smooth function has `2^table_bits` knots, 1..=12.
    #[serde(default = "table_bits", skip_serializing_if = "is_table_bits")]
    pub table_bits: u32,
    /// Steps after a spike without input, 0..=15; left out, those of the equations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refractory: Option<u32>,
    /// The equations of a neuron that does not ship, as a file of them has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equations: Option<String>,
    /// Parameters that are not those of the equations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, f64>,
}

fn table_bits() -> u32 {
    TABLE_BITS
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_table_bits(bits: &u32) -> bool {
    *bits == TABLE_BITS
}

impl Cell {
    /// A neuron that ships, in words of a format.
    pub fn new(kind: &str, format: Format) -> Self {
        Self {
            kind: kind.to_owned(),
            bits: format.bits,
            fraction: format.fraction,
            table_bits: TABLE_BITS,
            refractory: None,
            equations: None,
            parameters: BTreeMap::new(),
        }
    }

    /// The format of its states.
    pub fn format(&self) -> Format {
        Format { bits: self.bits, fraction: self.fraction }
    }

    /// Its equations, with the parameters that are given.
    ///
    /// # Errors
    /// A kind, or a parameter, that there is not; equations that cannot be read.
    pub fn equations(&self) -> Result<Equations, Error> {
        let text = match (&*self.kind, &self.equations) {
            (EQUATIONS, Some(text)) => text,
            (EQUATIONS, None) => {
                return Err(Error::Equations { what: "it is of equations and has none" });
            }
            (_, Some(_)) => {
                return Err(Error::Equations { what: "it has equations beside its kind" });
            }
            (kind, None) => {
                let found = Kind::named(kind).map(|kind| kind.text);
                found.ok_or_else(|| Error::Kind { kind: kind.to_owned() })?
            }
        };
        let mut neuron = Equations::from_toml(text).map_err(Error::Words)?;
        for (name, &value) in &self.parameters {
            if !value.is_finite() {
                let (field, range) = ("a parameter", "the finite numbers");
                return Err(Error::Range { field, value, range });
            }
            let own = neuron.parameters.iter_mut().find(|(own, _)| own == name);
            let Some((_, own)) = own else {
                let legal = neuron.parameters.iter().map(|(name, _)| name.clone()).collect();
                let (kind, name) = (self.kind.clone(), name.clone());
                return Err(Error::Parameter { kind, name, legal });
            };
            *own = value;
        }
        if let Some(steps) = self.refractory {
            neuron.refractory = steps;
        }
        Ok(neuron)
    }

    /// Its step in integers.
    ///
    /// # Errors
    /// What [`Self::equations`] refuses; a field outside its range; equations that cannot be written in its words.
    pub fn step(&self) -> Result<Step, Error> {
        Step::new(self)
    }

    /// Refuses numbers that no neuron has.
    fn check(&self) -> Result<(), Error> {
        let range = |field, value: u32, range, holds| match holds {
            true => Ok(()),
            false => Err(Error::Range { field, value: value.into(), range }),
        };
        range("bits", self.bits, "4..=24", (4..=24).contains(&self.bits))?;
        range("fraction", self.fraction, "0..=bits - 1", self.fraction < self.bits)?;
        range("table_bits", self.table_bits, "1..=12", (1..=12).contains(&self.table_bits))?;
        let refractory = self.refractory.unwrap_or_default();
        range("refractory", refractory, "0..=15", refractory <= 15)
    }
}
