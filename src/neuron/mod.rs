//! Neurons, a room for each kind: its step in integers, what the engine keeps and reads for it, and how floats
//! become its parameters.
//!
//! There is one, [`lif`]; its parameters are named here and, as fields of files, in [`crate::spec`]. Another
//! kind adds a file beside it with the same three things, and its fields and their ranges to the spec. What
//! runs a network asks for [`Lif`], [`State`] and [`lif::words`], whose places another kind takes.

pub mod lif;
mod noise;

pub use lif::{Lif, State};
pub use noise::Noise;
