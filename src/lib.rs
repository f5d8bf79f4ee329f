//! Spiking neural networks in stochastic computing: the numbers, and nothing but the numbers.
//!
//! A network is trained (package `spikestream-train`), turned into integers ([`export`],
//! [`spec`]), and run by the golden model ([`sc`]), which every later stage (RTL, netlist,
//! bitstream, board) is compared with, value for value. This crate starts no process, knows no
//! board and names no hardware library.
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
pub mod nearest;
pub mod neuron;
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
