//! Neurons, a room for each kind: its step in integers, what the engine keeps and reads for it, and how floats
//! become its parameters.
//!
//! There is one, [`lif`]; its parameters are named here and, as fields of files, in [`crate::spec`]. Another
//! kind adds a file beside it with the same three things, and its fields and their ranges to the spec. What
//! runs a network asks for [`Lif`], [`State`] and [`lif::words`], whose places another kind takes.
//!
//! # Example
//! ```
//! use spikestream::neuron::{Lif, State};
//! use spikestream::spec::example;
//!
//! let spec = example(&[2, 1]).spec; // F = 4, a = 4, Theta = 20, a spike subtracts
//! let (neurons, mut state) = (Lif::of(&spec, 0), State::default());
//! // Twelve steps of a weight are 192 in membrane units; a threshold is 320.
//! let fired = [12, 12, 12].map(|current| neurons.update(&mut state, current, 0, 0));
//! assert_eq!(fired, [false, true, false]);
//! // 192; 180 + 192 - 320; 49 + 192
//! assert_eq!(state.membrane, 241);
//! ```

pub mod arithmetic;
pub mod equations;
pub mod lif;
mod noise;
pub mod program;

pub use lif::{Lif, State};
pub use noise::Noise;
