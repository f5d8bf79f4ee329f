//! From Verilog to a flashed FPGA: the only code that starts programs.
//!
//! The flows know tools, boards and families of FPGAs, and nothing of neurons. A flow makes a
//! [`run::plan::Plan`], a value that says which files to write, which programs to start and which files to
//! expect; [`run::run`] carries it out and leaves a script, logs and a manifest.
//!
//! Each of these uses those before it alone:
//!
//! | room | what it holds |
//! |---|---|
//! | [`base`] | files, hashes, ranges of numbers, the operating system; the error that holds all others |
//! | [`tool`] | which programs there are, and what is known of one that was found |
//! | [`run`] | plans, runs and what they leave; programs that are kept running or killed |
//! | [`install`] | finding tools, and installing them |
//! | [`family`] | families of FPGAs, a folder each |
//! | [`board`] | boards: parts, pins, clocks, serial lines, programmers |
//! | [`contents`] | a network's numbers in a routed design |
//! | [`net`], [`build`] | a network by its name; from Verilog to a bitstream, with its checks and its report |
//! | [`estimate`] | what a design will take, before it is built |
//! | [`proof`] | a build as Verilog again |
//! | [`energy`] | an estimate of what a build takes, from what switches in it |
//! | [`formal`] | a module of Verilog as formulas, and a solver |
//! | [`flash`] | bitstreams onto boards |
//! | [`simulate`] | Verilator and Icarus |
//! | [`mutate`], [`mutants`] | faults that are planted in Verilog and in the sources |
//! | [`sweep`] | commands at every point of a grid, here or on a cluster |
//! | [`place`] | a checkout or any folder: what ships, and where products go |
//!
//! # Example
//! A plan is made without touching anything; `run::run(&plan, &tools, folder, &Default::default())` carries it
//! out with the tools that [`install`] has found.
//! ```
//! use spikestream_flows::run::plan::Plan;
//! use spikestream_flows::tool::Tool;
//!
//! let mut plan = Plan::default();
//! plan.file("blink.v", "module blink(input clk, output led);\nassign led = clk;\nendmodule\n")?;
//! let script = "read_verilog blink.v; synth_ice40 -top blink -json blink.json";
//! plan.step("synth", Tool::YOSYS, ["-q", "-p", script])?;
//! plan.product("blink.json")?;
//! assert_eq!(plan.tools(), [Tool::YOSYS]);
//! // Nothing of a plan leaves the folder that it is carried out in.
//! assert_eq!(plan.product("../blink.json").unwrap_err().code(), "flows::plan::path");
//! # Ok::<(), spikestream_flows::FlowError>(())
//! ```
//! [`estimate::estimate`] shows what a network will take on a board.

pub mod base;
pub mod board;
pub mod build;
pub mod contents;
pub mod energy;
pub mod estimate;
pub mod family;
pub mod flash;
pub mod formal;
pub mod install;
pub mod mutants;
pub mod mutate;
pub mod net;
pub mod place;
pub mod proof;
pub mod run;
pub mod simulate;
pub mod sweep;
pub mod tool;

pub use base::error::{FlowError, Told};
pub use spikestream::{output, parent, progress};
