//! Kinds of connections, a file each: what a spike of a source reaches, by which weight, and how late.
//!
//! A layer is a population of neurons with one or more incoming connections. Each has a kind, a source and
//! weights. A kind answers with shapes and with a [`Program`], from which everything else follows: the sum, the words
//! of memories, the cycles, the addresses. It is given shapes alone and knows no network.
//!
//! Another kind is a file here and a line in [`KINDS`].

mod conv;
mod delay;
mod dense;
mod described;
mod error;
mod flatten;
mod pool;
pub mod program;
mod recurrent;
mod skip;
mod volume;
mod window;

pub use conv::Conv;
pub use delay::Delay;
pub use dense::Full;
pub use described::{Described, Fields};
pub use error::{Error, Misfit};
pub use flatten::Flatten;
pub use pool::{Pool, Reduce};
pub use program::Program;
pub use recurrent::{Pattern, Recurrent};
pub use skip::Skip;
pub use volume::Volume;

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// The longest delay of a synapse, in time steps.
pub const LONGEST_DELAY: u32 = 15;

/// All kinds, in the order in which they are told.
pub const KINDS: [Entry; 7] = [
    entry::<Full>(),
    entry::<Conv>(),
    entry::<Pool>(),
    entry::<Flatten>(),
    entry::<Recurrent>(),
    entry::<Delay>(),
    entry::<Skip>(),
];

/// A kind as it was read, and all of its fields, those too that were left out.
type Read = (Box<dyn Connect>, Fields);

/// A kind in the list.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in `net.toml`.
    pub name: &'static str,
    /// Reads its fields.
    read: fn(&Fields) -> Result<Read, String>,
}

/// A kind that `net.toml` can hold.
pub trait Kind: Connect + Serialize + DeserializeOwned + 'static {
    /// Its name there.
    const NAME: &'static str;

    /// The same with every field, those too that may be left out.
    fn full(self) -> Self {
        self
    }
}

const fn entry<K: Kind>() -> Entry {
    Entry { name: K::NAME, read: described::read::<K> }
}

/// Where a connection may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// As a layer's first, or beside it.
    Any,
    /// Beside a layer's first alone; its source is the layer it belongs to, one time step before.
    Own,
    /// Beside a layer's first alone.
    Beside,
    /// As the only one of a layer without neurons, which passes on what it hears.
    Relay(Relay),
}

/// What a layer without neurons passes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relay {
    /// What becomes of several spikes for one place.
    pub merge: Merge,
    /// Bits by which a sum over what is passed on is shifted right, with floor.
    pub shift: u32,
}

/// What becomes of several spikes for one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// No two have one place.
    None,
    /// One spike.
    Or,
    /// As many spikes as there are.
    Count,
}

/// What a kind of connection is asked for. `from` is the shape of its source, `to` that of its layer.
pub trait Connect: Debug + Send + Sync {
    /// Where it may stand.
    fn role(&self) -> Role {
        Role::Any
    }

    /// The shape that it reaches from a source; `to` is taken where it would do for any.
    ///
    /// # Errors
    /// The field that does not go with the source.
    fn reach(&self, from: Volume, to: Volume) -> Result<Volume, Misfit>;

    /// Which neurons a spike reaches, by which weight.
    fn program(&self, from: Volume, to: Volume) -> Program;

    /// The shape of the tensor of its weights; no length at all where there are none.
    fn weights(&self, from: Volume, to: Volume) -> Vec<usize>;

    /// Of a kind without weights that merges spikes, the convolution with a weight of one for each place of a window,
    /// whose sums are how many spikes there are in it; none of another.
    fn counting(&self, _from: Volume) -> Option<Conv> {
        None
    }

    /// The longest delay that a synapse of it can have; none if synapses have no delay.
    fn longest(&self) -> Option<u32> {
        None
    }
}
