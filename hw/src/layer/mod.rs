//! Layers on schedules `planes` and `stream`: the order in which the words of weights are read.
//!
//! There is the fully connected one, whose order is [`Walk`]. All other kinds run on schedule `events`, by their address
//! programs (`crate::events::Reach`). The counters
//! that walk are the sequencer's, since rust-hdl makes one module of Verilog of a block.

mod dense;

pub use dense::Walk;
