//! What can go wrong when packages are installed.

use std::path::PathBuf;

use spikestream::shell::quoted_path;

use super::pip::Cause;
use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No folder to keep tools in.
    #[error("there is no folder to keep tools in: neither XDG_CACHE_HOME nor HOME is set")]
    NoCache,
    /// Python has no venv module.
    #[error("python3 cannot make a virtual environment:\n{tail}")]
    NoVenv {
        /// The last lines it printed.
        tail: String,
    },
    /// The packages could not be fetched.
    #[error("{what} could not be downloaded:\n{tail}")]
    Download {
        /// What should have been.
        what: String,
        /// The last lines that pip printed.
        tail: String,
        /// What they come down to.
        cause: Cause,
        /// The whole log.
        log: PathBuf,
    },
    /// The packages could not be installed, for another reason than the way to them.
    #[error("{what} could not be installed:\n{tail}")]
    Install {
        /// What should have been.
        what: String,
        /// The last lines that pip printed.
        tail: String,
        /// What they come down to.
        cause: Cause,
        /// The whole log.
        log: PathBuf,
    },
    /// The packages came, but not as expected.
    #[error("the installed packages are not as expected: {what}")]
    Unexpected {
        /// What is not.
        what: String,
        /// The folder they are in.
        root: PathBuf,
    },
    /// A download is another file than the one in the lock list.
    #[error("`{file}` of {package} has the SHA-256 {found}, and the lock list has {expected}")]
    OtherFile {
        /// The package.
        package: String,
        /// The file.
        file: String,
        /// What the list has, as one text.
        expected: String,
        /// What came.
        found: String,
        /// The whole log.
        log: PathBuf,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NoCache => "flows::provision::no-cache",
            Self::NoVenv { .. } => "flows::provision::no-venv",
            Self::Download { .. } => "flows::provision::download",
            Self::Install { .. } => "flows::provision::install",
            Self::Unexpected { .. } => "flows::provision::unexpected",
            Self::OtherFile { .. } => "flows::provision::other-file",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoCache => "set XDG_CACHE_HOME to a folder".to_owned(),
            Self::NoVenv { tail } if !tail.contains("ensurepip") && !tail.contains("named") => {
                "see its words above, or set PYTHON3 to another Python".to_owned()
            }
            Self::NoVenv { .. } => "apt install python3-venv".to_owned(),
            Self::Download { cause, log, .. } | Self::Install { cause, log, .. } => format!(
                "{}; nothing half-installed is used; the whole log is {}",
                cause.remedy(),
                log.display()
            ),
            Self::Unexpected { root, .. } => {
                format!("remove it (`rm -r {}`) and repeat", quoted_path(root))
            }
            Self::OtherFile { log, .. } => format!(
                "it is not installed: empty pip's cache (`python3 -m pip cache purge`) and repeat; if it comes \
                 again, the index serves a file that nobody here has seen: give pip another \
                 (PIP_INDEX_URL); the whole log is {}",
                log.display()
            ),
        }
    }
}
