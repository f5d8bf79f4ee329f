//! What can go wrong when a build is turned back into Verilog.

use std::path::PathBuf;

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no finished build.
    #[error("there is no finished build in `{}`", .folder.display())]
    NotBuilt {
        /// The folder it should be in.
        folder: PathBuf,
        /// The command that makes it.
        command: String,
    },
    /// A file is not the one that the build left.
    #[error("`{}` is not the file that its manifest.json describes", .path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// The command that makes it again.
        command: String,
    },
    /// The build is of something else than the emitted design.
    #[error("the build in `{}` is of another design: its {what} {was}, and now is {now}", .folder.display())]
    Stale {
        /// The folder.
        folder: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the build has.
        was: String,
        /// What the design has.
        now: String,
        /// The command that makes it again.
        command: String,
    },
    /// A level talks through pins that the board does not have.
    #[error("{board} has no {pin}, and level {level} talks through its pins")]
    NoPins {
        /// The board.
        board: String,
        /// What is missing.
        pin: &'static str,
        /// The level.
        level: &'static str,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NotBuilt { .. } => "flows::proof::not-built",
            Self::Changed { .. } => "flows::proof::changed",
            Self::Stale { .. } => "flows::proof::stale",
            Self::NoPins { .. } => "flows::proof::no-pins",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotBuilt { command, .. }
            | Self::Changed { command, .. }
            | Self::Stale { command, .. } => format!("build it: {command}"),
            Self::NoPins { .. } => {
                "prove level rtl on this board, or this level on a board with a serial port".into()
            }
        }
    }
}
