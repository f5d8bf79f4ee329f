//! Layers in hardware, a room for each kind: the order in which the words of its weights are read.
//!
//! There is the fully connected one, whose order is [`Walk`]. Another kind adds a file beside it. The counters
//! that walk are the sequencer's, since rust-hdl makes one module of Verilog of a block.

mod dense;

pub use dense::Walk;
