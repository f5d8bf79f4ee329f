//! Stochastic-computing spiking hardware in rust-hdl, each block the twin of a module in
//! `spikestream::sc`, and the Verilog of a whole network for a board.
//!
//! This crate runs no tool and knows no pin.

pub mod prim;
pub mod generator;
pub mod dot;
pub mod lif;
pub mod encoder;
pub mod layout;
pub mod engine;
pub mod error;

pub use error::Error;
pub mod emit;
