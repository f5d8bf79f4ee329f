//! What can be wrong with the files of an environment.

use std::path::PathBuf;

use crate::error::FlowError;
use crate::script::quoted_path;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A package came as another file than the lock list has.
    #[error("`{file}` of {package} has the SHA-256 {found}, and the lock list has {expected}")]
    OtherFile {
        /// The package, with its version.
        package: String,
        /// The file.
        file: String,
        /// The hash that the list has for it; for a file that it does not have, those of the others.
        expected: String,
        /// The file's hash.
        found: String,
        /// The whole log.
        log: PathBuf,
    },
    /// What was installed is no longer as it was.
    #[error("`{}` was installed and {what}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// How it differs.
        what: String,
        /// The folder of the environment.
        root: PathBuf,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherFile { .. } => "flows::provision::other-file",
            Self::Damaged { .. } => "flows::provision::damaged",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::OtherFile { log, .. } => format!(
                "it is not installed: empty pip's cache (`python3 -m pip cache purge`) and repeat; if it comes \
                 again, the index serves a file that nobody here has seen: give pip another \
                 (PIP_INDEX_URL); the whole log is {}",
                log.display()
            ),
            Self::Damaged { root, .. } => {
                format!("remove the folder (`rm -r {}`): it is installed again", quoted_path(root))
            }
        }
    }
}

impl From<Error> for FlowError {
    fn from(error: Error) -> Self {
        Self::Venv(Box::new(error)) // it has many words
    }
}
