//! What can go wrong with a program that should answer.

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It ended before it had answered.
    #[error("{name} ended before it had answered ({status}){}", last_lines(.tail))]
    Ended {
        /// What it is called.
        name: String,
        /// How it ended.
        status: String,
        /// The last lines that it wrote on stderr.
        tail: String,
        /// The command that starts it by hand.
        command: String,
    },
    /// It did not answer in time, and was killed.
    #[error("{name} did not answer within {seconds} s{}", last_lines(.tail))]
    Silent {
        /// What it is called.
        name: String,
        /// How long it was given.
        seconds: u64,
        /// The last lines that it wrote on stderr.
        tail: String,
        /// The command that starts it by hand.
        command: String,
    },
    /// It answered with something that is no answer.
    #[error("{name} answered `{answer}`, and {reason}")]
    Answer {
        /// What it is called.
        name: String,
        /// The line that it wrote.
        answer: String,
        /// What is wrong with it.
        reason: String,
        /// The command that starts it by hand.
        command: String,
    },
}

fn last_lines(tail: &str) -> String {
    match tail {
        "" => " and said nothing".to_owned(),
        tail => format!("; its last lines:\n{tail}"),
    }
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Ended { .. } => "flows::talk::ended",
            Self::Silent { .. } => "flows::talk::silent",
            Self::Answer { .. } => "flows::talk::answer",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Ended { command, .. } | Self::Answer { command, .. } => {
                format!("to start it by hand: {command}")
            }
            Self::Silent { command, .. } => format!(
                "stop what else keeps this machine busy and repeat; to start it by hand: {command}"
            ),
        }
    }
}
