//! Neurons in hardware: word operations as Verilog, cut into stages.
//!
//! The engine has one block for the neurons of all layers, [`Neurons`], whatever they are. [`Equations`] is the step
//! of a neuron that is given as equations, alone.

mod block;
mod equations;
mod module;
mod noise;
mod products;
mod verilog;

pub use block::Neurons;
pub use equations::{Equations, Packing};
pub use module::module;
pub use noise::Noise;
pub use spikestream::neuron::program::Multipliers;
pub use verilog::{Inside, MULTIPLIER, MULTIPLIER_MODULE};
