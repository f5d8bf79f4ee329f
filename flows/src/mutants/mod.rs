//! Mutants of the Rust sources: which sources there are, what the tests made of their mutants, and a sample
//! of them to be tried again.
//!
//! `cargo mutants` makes them and runs the tests nearest to each. What came of it is kept in a record
//! ([`Record`]): for each file a hash, counts, and a few of the mutants that were caught, so that a sample
//! can be tried on a machine without `cargo mutants`. A mutant that changes nothing is accepted by name and
//! reason ([`Accepted`]).

mod accepted;
mod area;
mod code;
mod error;
mod listed;
mod outcomes;
mod record;
mod sample;

pub use accepted::Accepted;
pub use area::{AREAS, Area, hash, sources};
pub use error::Error;
pub use listed::Listed;
pub use outcomes::{Outcome, harvest, note_start};
pub use record::{FileRecord, Record};
pub use sample::{Sample, choose};
