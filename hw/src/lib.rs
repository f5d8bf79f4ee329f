//! Stochastic-computing spiking hardware in rust-hdl, each block the twin of a module in
//! `spikestream::sc`, and the Verilog of a whole network for a board.
//!
//! This crate runs no tool and knows no pin.

pub mod contents;
pub mod crc;
pub mod dot;
pub mod emit;
pub mod encoder;
pub mod engine;
pub mod error;
pub mod generator;
pub mod layer;
pub mod neuron;
pub mod prim;
pub mod protocol;
pub mod reset;
pub mod top;
pub mod uart;
pub mod vectors;

pub use error::Error;
