//! From Verilog to a flashed FPGA: the only code that starts programs.
//!
//! The flows know tools, boards and parts, and nothing of neurons. A flow makes a [`plan::Plan`],
//! a value that says which files to write, which programs to start and which files to expect;
//! [`run::run`] carries it out and leaves a script, logs and a manifest.
//!
//! Modules in reading order: what is started ([`tool`], [`environment`], [`provision`]), what is
//! planned and run ([`plan`], [`run`], [`manifest`], [`script`]), and the errors of it all
//! ([`error`]).

pub mod digest;
pub mod environment;
pub mod error;
pub mod files;
pub mod manifest;
pub mod nearest;
pub mod paths;
pub mod plan;
pub mod progress;
pub mod provision;
pub mod run;
pub mod script;
pub mod tool;
pub mod version;

pub use error::FlowError;
