//! Stochastic-computing spiking hardware in rust-hdl, each block the twin of a module of `spikestream`,
//! and the Verilog of a whole network for a board.
//!
//! This crate runs no tool and knows no pin.
//!
//! | room | what it holds |
//! |---|---|
//! | [`emit`] | a network and a board's wiring to Verilog and its description |
//! | [`top`] | the top of a board: serial line, button, LEDs, engine |
//! | [`engine`] | a whole network on some lanes, and in which order it is run |
//! | [`events`] | the same on schedule `events`: a spike at a time |
//! | [`solo`] | a neuron of equations in the engine's place |
//! | [`neuron`], [`layer`] | the block of a kind of neuron, the walk over a kind of layer, a room each |
//! | [`dot`], [`encoder`], [`generator`] | the dot product, the spikes of the inputs, number sequences |
//! | [`protocol`], [`uart`], [`crc`], [`reset`] | frames, the serial line, checksums, a start that can be repeated |
//! | [`prim`] | registers and memories of a width that a network decides |
//! | [`contents`] | the words in which networks of one shape differ |
//! | [`vectors`] | the test vectors of the contract |
//!
//! # Example
//! ```
//! use spikestream::hardware::Shortcuts;
//! use spikestream::{sc::network::Schedule, spec::example};
//! use spikestream_hw::emit::{Options, emit};
//! use spikestream_hw::neuron::Multipliers;
//!
//! let net = example(&[64, 24, 10]); // or Net::load, of a folder with net.toml
//! let options = Options {
//!     clock_hz: 12_000_000,
//!     baud: 1_000_000,
//!     lanes: 16,
//!     schedule: Schedule::Planes,
//!     loaded: None,
//!     multipliers: Multipliers::NONE,
//!     shortcuts: Shortcuts::NONE,
//!     led_active_low: false,
//!     button_active_low: false,
//! };
//! let emitted = emit(&net, &options)?;
//! assert!(emitted.verilog.contains("module top("));
//! // 16 steps of 64 pixels and 24 x 4 + 10 x 2 words in four planes, and what lies between.
//! assert_eq!(emitted.design.cycles_per_image, 16 * (64 + 2 + 116 * 4 + 2 * 9));
//! # Ok::<(), spikestream_hw::Error>(())
//! ```

pub mod contents;
pub mod crc;
pub mod dot;
pub mod emit;
pub mod encoder;
pub mod engine;
pub mod error;
pub mod events;
pub mod generator;
pub mod layer;
pub mod loader;
pub mod neuron;
pub mod prim;
pub mod protocol;
pub mod reset;
pub mod solo;
pub mod top;
pub mod uart;
pub mod vectors;

pub use error::Error;
