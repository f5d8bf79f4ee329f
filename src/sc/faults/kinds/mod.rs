//! Kinds of faults: what is asked of one, and all of them, a file each and a line in a list.

mod lanes;
mod membranes;
mod products;
mod weights;

use super::engines::Engine;
use super::hits::Hits;
use crate::nearest::did_you_mean;
use crate::neuron::{Neurons, State};
use crate::sc::error::ScError;
use crate::spec::Stream;
use std::fmt::Debug;

/// A wire of a lane that no longer moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The lane.
    pub lane: usize,
    /// The wire of it.
    pub wire: u32,
    /// What it is stuck at.
    pub at: bool,
}

/// The products of a layer in a time step.
#[derive(Clone, Copy, Debug)]
pub struct Products<'a> {
    /// Who makes them.
    pub engine: &'static dyn Engine,
    /// The streams.
    pub stream: &'a Stream,
    /// Which inputs spike, 0 or 1 each.
    pub spikes: &'a [u8],
    /// The words of the weights, `[neurons][inputs]`.
    pub words: &'a [u16],
    /// Lanes.
    pub lanes: usize,
    /// Wires of theirs that are stuck.
    pub stuck: &'a [Stuck],
}

/// A kind of fault. Each strikes at one place of an engine and leaves the others as they are.
pub trait Kind: Debug + Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What it is, in one line.
    fn about(&self) -> &'static str;

    /// The rates that its curve has unless others are asked for.
    fn rates(&self) -> &'static [f64];

    /// What of an engine it spoils. Engines of which this is the same bear the same faults.
    fn spoils(&self, engine: &dyn Engine) -> &'static str;

    /// Spoils the words of a layer's weights, of so many bits each, for good. Returns how many bits were hit.
    fn strike_words(&self, _words: &mut [u16], _bits: u32, _hits: &mut Hits) -> u64 {
        0
    }

    /// The wires that are stuck, for good, of lanes of so many wires.
    fn stuck(&self, _lanes: usize, _wires: u32, _hits: &mut Hits) -> Vec<Stuck> {
        Vec::new()
    }

    /// Spoils what the products of a layer come to in a time step, `[neurons]`. Returns how many bits were hit.
    fn strike_products(&self, _of: &Products<'_>, _hits: &mut Hits, _sums: &mut [i32]) -> u64 {
        0
    }

    /// Spoils the membranes of a layer, as they lie in memory from one time step to the next. Returns how many bits were hit.
    fn strike_membranes(&self, _of: &Neurons, _states: &mut [State], _hits: &mut Hits) -> u64 {
        0
    }
}

/// All kinds.
pub const KINDS: [&dyn Kind; 4] =
    [&weights::Weights, &products::ProductBits, &membranes::Membranes, &lanes::Lanes];

/// Rates of single bits.
const BIT_RATES: [f64; 8] = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];

/// The kind of a name.
///
/// # Errors
/// A name that none has.
pub fn named(name: &str) -> Result<&'static dyn Kind, ScError> {
    KINDS.into_iter().find(|one| one.name() == name).ok_or_else(|| ScError::Unknown {
        what: "kind of fault",
        name: name.into(),
        legal: KINDS.map(|one| one.name()).join(", "),
        nearest: did_you_mean(name, KINDS.map(|one| one.name())),
    })
}

#[cfg(test)]
mod tests;
