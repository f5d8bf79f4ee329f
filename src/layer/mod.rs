//! Layers, a room for each kind: which inputs reach which neurons, and what follows from that (the sum, the
//! words of the engine's memories, the clock cycles, the floats that weights come from).
//!
//! There is one, [`dense`]. Another kind adds a file beside it with the same things, and its fields and their
//! ranges to [`crate::spec`]. What runs a network asks for [`Sum`], what lays it out for [`Dense`], whose places
//! another kind takes.

pub mod dense;

pub use dense::{Dense, FloatLayer, Sum};
