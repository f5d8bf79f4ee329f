//! Neurons in hardware, a room for each kind: its block, twin of its step in `spikestream::neuron`.
//!
//! There is one, [`Lif`]. Another kind adds a file beside it. The engine names its ports and keeps its words,
//! since rust-hdl makes Verilog of the engine's fields.

mod lif;
mod module;
mod noise;
mod verilog;

pub use lif::Lif;
pub use module::module;
pub use noise::Noise;
