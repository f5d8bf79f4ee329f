//! Co-simulation: the golden model, the rust-hdl simulator and a Verilated model, driven by the
//! same code and compared value for value.
//!
//! A design under test is a [`dut::Dut`], whoever simulates it. The model's answer never drives it: it is
//! only compared with what came out.
//!
//! | room | what it holds |
//! |---|---|
//! | [`verify`] | a network on a level, from the golden model to a board |
//! | [`verilated`], [`build`] | a design compiled by Verilator and loaded as a library: one call runs many cycles |
//! | [`hdl`] | a block in rust-hdl's own simulator |
//! | [`lockstep`] | both and the golden model on one stimulus, to the first difference |
//! | [`uart`], [`board`] | a whole design through its pins; a whole board behind a serial port of the system |
//! | [`energy`] | what an image costs: work, and what switches |
//! | [`formal`] | what the Verilog does, proved for all values |
//! | [`fourstate`] | a design from power-up, where what nobody has set is unknown |
//! | [`fault`], [`mutants`] | faults that are planted, to see them caught |
//! | [`faulty`] | flipped bits of weights, in the engine as in the model |
//! | [`mod@bench`], [`trace`] | how fast it runs; waves |
//!
//! # Example
//! ```
//! use spikestream_sim::verify::{self, Level, Request};
//!
//! # let out = tempfile::tempdir().unwrap();
//! # let out = out.path();
//! let report = verify::run(&Request {
//!     net: concat!(env!("CARGO_MANIFEST_DIR"), "/../nets/digits-tiny").into(),
//!     level: Level::Golden, // the model against itself; the others want a design in `board_dir`
//!     board_dir: out.into(),
//!     images: Some(2),
//!     pins: None,
//!     trace: None,
//!     data: None,
//!     device: None,
//!     port: None,
//!     out: out.into(), // verify-golden.json
//! })?;
//! assert!(report.agrees());
//! # Ok::<(), spikestream_sim::SimError>(())
//! ```
//! [`hdl`] shows a block of one's own in simulation.

pub mod bench;
pub mod board;
pub mod build;
pub mod dut;
pub mod emit;
pub mod energy;
pub mod error;
pub mod fault;
pub mod faulty;
pub mod flash;
pub mod formal;
pub mod fourstate;
pub mod hdl;
pub mod lockstep;
pub mod mutants;
mod system;
pub mod trace;
pub mod uart;
pub mod verify;
pub mod verilated;

pub use error::SimError;
