//! Layers: which connections they have, what a time step adds up, and what follows for the engine.
//!
//! [`kinds`] has what a connection can be, a file each: shapes and address programs, and nothing of networks. What is
//! the same for all follows from the programs: the sums of the golden model ([`Sum`]) of the spikes that there are
//! ([`Signal`]). [`dense`] is the one kind that schedules `planes` and `stream` have, with the words of its memories and its
//! floats; `events` walks the programs ([`crate::hardware::events`]).

pub mod dense;
pub mod kinds;
mod signal;
mod sum;

pub use dense::{Dense, FloatLayer};
pub use signal::{Past, Signal};
pub use sum::{Sum, Sums};
