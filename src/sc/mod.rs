//! Stochastic computing, bit for bit: the golden model that every other stage is compared with.

pub mod bitstream;
pub mod coding;
pub mod dot;
pub mod encoder;
pub mod error;
pub mod faults;
pub mod generator;
pub mod lab;
pub mod layer;
pub mod network;
pub mod schedule;
#[cfg(test)]
mod tests;
pub mod window;
