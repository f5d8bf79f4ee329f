//! What can go wrong with formulas.

use spikestream::command::command;

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A module that lacks a wire, a register or a port that a proof is about.
    #[error("the module `{module}` has no {what} `{name}`")]
    Name {
        /// The module.
        module: String,
        /// A wire or a register.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The solver said something else than that a claim holds, or does not, or is too hard.
    #[error("the solver answered `{answer}`")]
    Answer {
        /// What it said.
        answer: String,
    },
    /// What a claim takes for granted holds for no values, so that anything would follow.
    #[error("no values meet what is taken for granted: {}", .given.trim())]
    Empty {
        /// What is taken for granted.
        given: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } => "flows::formal::name",
            Self::Answer { .. } => "flows::formal::answer",
            Self::Empty { .. } => "flows::formal::empty",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Name { .. } => {
                "prove the Verilog that spikestream emits: a proof goes by the names in it"
                    .to_owned()
            }
            Self::Empty { .. } => {
                "a proof from it would mean nothing: look whether two wires have one name"
                    .to_owned()
            }
            Self::Answer { .. } => {
                format!("check the versions of yosys and z3 with `{}`", command("doctor"))
            }
        }
    }
}
