//! From Verilog to a flashed FPGA: the only code that starts programs.
//!
//! The flows know tools, boards and parts, and nothing of neurons. A flow makes a [`plan::Plan`],
//! a value that says which files to write, which programs to start and which files to expect;
//! [`run::run`] carries it out and leaves a script, logs and a manifest.
//!
//! In reading order: what is started ([`tool`], [`environment`], [`provision`], [`venv`], [`pip`]), what is
//! planned and run ([`plan`], [`run`], [`manifest`], [`script`], [`outcome`], [`parallel`], [`memory`]), kept
//! running ([`background`], [`talk`]) or killed ([`kill`]), what it is planned for ([`board`], [`part`], [`table`],
//! [`range`], [`family`], [`constraints`], [`clocking`], [`mod@line`], [`net`], [`design`]), the flow itself
//! ([`flow`], [`contents`]) with its checks before, during and after ([`estimate`], [`netlist`], [`fit`],
//! [`report`]), what it made as Verilog again ([`proof`]), simulators ([`verilate`], [`icarus`]), its
//! pictures ([`page`]), flashing ([`flash`]), faults to plant in Verilog ([`mutate`]) and in the sources
//! ([`mutants`]), the data that stages are given ([`source`]), the operating system ([`system`]), and what
//! can go wrong in all of it ([`error`]).

pub mod background;
pub mod board;
pub mod clocking;
pub mod constraints;
pub mod contents;
pub mod design;
pub mod digest;
mod disk;
pub mod environment;
pub mod error;
pub mod estimate;
pub mod family;
pub mod files;
pub mod fit;
pub mod flash;
pub mod flow;
pub mod icarus;
pub mod kill;
pub mod line;
pub mod manifest;
pub mod memory;
pub mod mutants;
pub mod mutate;
pub mod nearest;
pub mod net;
pub mod netlist;
pub mod outcome;
pub mod page;
pub mod parallel;
mod parse;
pub mod part;
pub mod paths;
pub mod pip;
pub mod plan;
pub mod progress;
pub mod proof;
pub mod provision;
pub mod range;
mod remedy;
pub mod report;
pub mod run;
pub mod script;
pub mod source;
pub mod system;
pub mod table;
pub mod talk;
pub mod tool;
pub mod venv;
pub mod verilate;
pub mod version;
pub mod wrapper;

pub use error::FlowError;
pub use spikestream::{output, parent};
