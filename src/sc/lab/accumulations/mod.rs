//! Accumulations: how the products of a neuron become one number. A file each and a line in a list.

mod exact;
mod mux;
mod or;

use super::streams::Streams;
use crate::nearest::did_you_mean;
use crate::sc::error::ScError;
use std::fmt::Debug;

/// A way to add streams.
pub trait Accumulation: Debug + Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What it is, in one line.
    fn about(&self) -> &'static str;

    /// Whether what it gives is a sum, if only in the mean.
    fn is_sum(&self) -> bool {
        true
    }

    /// Prepares it for a layer.
    fn counter(&self, streams: Streams) -> Box<dyn Counter>;
}

/// Counts the products of a layer.
pub trait Counter: Debug + Send + Sync {
    /// What counts are multiplied with, to be whole streams.
    fn scale(&self) -> f64;

    /// Counts the products of each neuron for the values that inputs have, `[inputs]`, and returns the inputs' own count.
    fn count(&self, symbols: &[u8], at: &mut Bench, counts: &mut [i32]) -> i32;
}

/// Memory to count in, kept from image to image.
#[derive(Debug, Default)]
pub struct Bench {
    words: Vec<u64>,
}

/// All accumulations.
pub const ACCUMULATIONS: [&dyn Accumulation; 3] = [&exact::Exact, &or::Or, &mux::Mux];

/// The accumulation of a name.
///
/// # Errors
/// A name that none has.
pub fn named(name: &str) -> Result<&'static dyn Accumulation, ScError> {
    ACCUMULATIONS.into_iter().find(|one| one.name() == name).ok_or_else(|| ScError::Unknown {
        what: "accumulation",
        name: name.into(),
        legal: ACCUMULATIONS.map(|one| one.name()).join(", "),
        nearest: did_you_mean(name, ACCUMULATIONS.map(|one| one.name())),
    })
}

#[cfg(test)]
mod tests;
