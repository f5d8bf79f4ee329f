//! Spiking neural networks in stochastic computing: the numbers, and nothing but the numbers.
//!
//! A network is trained (package `spikestream-train`), turned into integers ([`export`],
//! [`spec`]), and run by the golden model ([`sc`]), which every later stage (RTL, netlist,
//! bitstream, board) is compared with, value for value. This crate starts no process, knows no
//! board and names no hardware library.
//!
//! | room | what it holds |
//! |---|---|
//! | [`spec`] | a network as integers: `net.toml`, its weights, its ranges, its identity |
//! | [`neuron`], [`layer`] | what a kind of neuron and a kind of layer is, a room each |
//! | [`sc`] | bitstreams, generators, dot products, and the golden model of a whole network |
//! | [`export`] | floats to integers, and what that cost |
//! | [`nir`] | networks of other frameworks, by the field's exchange format |
//! | [`data`], [`eval`] | data sets and tables of one's own; how often a network is right |
//! | [`hardware`] | what the engine takes, its memories, its clock cycles, its serial line |
//! | [`protocol`] | frames that go over a board's line |
//! | [`output`], [`progress`], [`parent`] | what programs print, and with whom they end |
//! | [`files`], [`text`], [`hex`], [`shell`], [`nearest`], [`random`] | files, and words as people write them |
//!
//! # Example
//! ```
//! use spikestream::{data, sc::network::{Golden, Schedule}, spec::Net};
//!
//! let net = Net::load(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/nets/digits")))?;
//! let digits = data::digits();
//! let outcome = Golden::new(&net, Schedule::Planes).infer(&digits.test.images[0]);
//! assert_eq!(outcome.class, usize::from(digits.test.labels[0]));
//! # Ok::<(), spikestream::Error>(())
//! ```

pub mod columns;
pub mod command;
mod cores;
pub mod data;
pub mod error;
pub mod eval;
pub mod export;
pub mod files;
pub mod hardware;
pub mod hex;
mod keys;
pub mod layer;
pub mod memory;
pub mod nearest;
pub mod neuron;
pub mod nir;
pub mod output;
pub mod parent;
pub mod progress;
pub mod protocol;
pub mod random;
pub mod sc;
pub mod shell;
pub mod spec;
pub mod text;

pub use error::{Error, Told};
