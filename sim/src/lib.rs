//! Co-simulation: the golden model, the rust-hdl simulator and a Verilated model, driven by the
//! same code and compared value for value.
//!
//! A design under test is a [`dut::Dut`], whoever simulates it: [`verilated::Model`] (compiled by
//! Verilator, loaded as a library, one call runs many cycles) or [`hdl::HdlDut`] (rust-hdl's own
//! simulator). [`lockstep`] feeds them one stimulus and reports the first difference; [`uart`]
//! talks to a whole design through its pins; [`board`] is a whole board in simulation; [`verify`] tests a network on a level. [`fourstate`] runs a design from
//! power-up where what nobody has set is unknown. The model's answer never drives the design: it is
//! only compared with what came out.

pub mod bench;
pub mod board;
pub mod build;
pub mod dut;
pub mod emit;
pub mod error;
pub mod fault;
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
