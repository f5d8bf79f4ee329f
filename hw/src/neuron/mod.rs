//! Neurons in hardware, a room for each kind: its block, twin of its step in `spikestream::neuron`.
//!
//! The engine has one, [`Lif`]. Another kind adds a file beside it. The engine names its ports and keeps its words,
//! since rust-hdl makes Verilog of the engine's fields. [`Equations`] is the step of any neuron that is given as
//! equations.

mod equations;
mod lif;
mod module;
mod noise;
mod products;
mod verilog;

pub use equations::{Equations, Packing};
pub use lif::Lif;
pub use module::module;
pub use noise::Noise;
pub use products::Multipliers;
