//! Simulators of Verilog: models that Verilator compiles, and runs in four states under Icarus.

pub mod icarus;
pub mod verilate;
