//! What can be wrong with a wish for an estimate of energy.

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is published of the part.
    #[error(
        "no published figures of the power of a {part} are known, so its energy is not estimated"
    )]
    Unknown {
        /// The part.
        part: String,
        /// Boards with parts of which there are.
        boards: Vec<String>,
    },
    /// The build is of another schedule than the one asked for.
    #[error("the build is of schedule {built}, and {asked} is asked for")]
    Schedule {
        /// That of the build.
        built: String,
        /// The one asked for.
        asked: String,
        /// The command that makes the build.
        command: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "flows::energy::unknown",
            Self::Schedule { .. } => "flows::energy::schedule",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unknown { boards, .. } => format!(
                "give `--counts` for the work alone, or a board with another part: {}; or give the part a row in flows/energy.toml",
                boards.join(", ")
            ),
            Self::Schedule { command, .. } => format!("build it: {command}"),
        }
    }
}
