//! Formal proofs: a module of Verilog as formulas, and a solver that decides what is claimed of it.
//!
//! Yosys writes one step of the clock as SMT-LIB ([`Netlist`]); Z3 looks for values that break a claim
//! ([`decide`]). What is claimed, and why it is enough, is not known here.

mod error;
mod lists;
mod netlist;
mod solve;

pub use error::Error;
pub use netlist::Netlist;
pub use solve::{Answer, Claim, Logic, Question, decide, values};

use crate::tool::Tool;

/// What the proofs start.
pub const TOOLS: [Tool; 2] = [Tool::YOSYS, Tool::Z3];
