//! What can stand in the way of a report page.

use std::path::PathBuf;

use spikestream::command::command;
use spikestream_flows::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing has been built yet.
    #[error("there is nothing to report on: `{}` is missing", .path.display())]
    NotBuilt {
        /// The file.
        path: PathBuf,
        /// The command that makes it.
        command: String,
    },
    /// A file of a verification cannot be read.
    #[error("`{}` is not what `verify` should have written: {reason}", .path.display())]
    Verification {
        /// The file.
        path: PathBuf,
        /// What is not as expected.
        reason: String,
        /// The level.
        level: &'static str,
    },
    /// The build is not of what lies beside it.
    #[error("the build is out of date: {what}")]
    Stale {
        /// What has changed since.
        what: String,
        /// The command that renews it.
        command: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NotBuilt { .. } => "flows::page::not-built",
            Self::Verification { .. } => "flows::page::verification",
            Self::Stale { .. } => "flows::page::stale",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotBuilt { command, .. } => format!("build it first: {command}"),
            Self::Verification { level, .. } => {
                let again = command(format_args!("verify --level {level}"));
                format!("remove the file, or verify again: {again}")
            }
            Self::Stale { command, .. } => format!("build it again: {command}"),
        }
    }
}
