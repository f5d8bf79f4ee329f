//! What can be wrong with what a run leaves, whoever ran in it.

use std::path::PathBuf;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder that something was written into is no longer there.
    #[error("the folder `{}` is gone: it was removed while something was written into it", .path.display())]
    FolderGone {
        /// The folder.
        path: PathBuf,
    },
    /// A run that was killed ended otherwise the next time than one that was left alone.
    #[error("`{}` is another one after {after}", .path.display())]
    ResultDiffers {
        /// The file.
        path: PathBuf,
        /// What happened before.
        after: String,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FolderGone { .. } => "flows::run::folder-gone",
            Self::ResultDiffers { .. } => "flows::run::result-differs",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::FolderGone { .. } => {
                "run the command again, and leave its folder alone until it has ended"
            }
            Self::ResultDiffers { .. } => {
                "this is a bug: report the command, its seed and this message"
            }
        }
        .to_owned()
    }
}
