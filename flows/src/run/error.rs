//! What can go wrong with a plan, with what it starts, and with what it leaves.

use std::path::PathBuf;

use spikestream::shell::quoted_path;

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path in a plan would leave the folder of the run.
    #[error("the plan names the path `{path}`, which is not inside the folder of the run")]
    PlanPath {
        /// The path.
        path: String,
    },
    /// A program could not be started.
    #[error("`{}` could not be started: {reason}", .path.display())]
    NotStarted {
        /// The program.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// A step of a plan ended with a failure.
    #[error("{step} failed ({status}); its last lines:\n{tail}")]
    StepFailed {
        /// The step's name.
        step: String,
        /// How it ended.
        status: String,
        /// The last lines of its log.
        tail: String,
        /// The whole log.
        log: PathBuf,
        /// The script that repeats the run.
        script: PathBuf,
    },
    /// A step ended well without leaving what it should.
    #[error("{step} ended without an error but left no `{product}`")]
    ProductMissing {
        /// The last step.
        step: String,
        /// The product, relative to the folder of the run.
        product: String,
        /// The last step's log.
        log: PathBuf,
    },
    /// A stage started through cargo failed.
    #[error("{stage} failed ({status})")]
    StageFailed {
        /// The stage's name.
        stage: String,
        /// How it ended.
        status: String,
        /// Its exit code, as a shell counts it; 1 means that it has reported an error of its own.
        exit_code: Option<i32>,
        /// The command that repeats it.
        command: String,
    },
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

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::PlanPath { .. } => "flows::plan::path",
            Self::NotStarted { .. } => "flows::tool::not-started",
            Self::StepFailed { .. } => "flows::tool::failed",
            Self::ProductMissing { .. } => "flows::run::product-missing",
            Self::StageFailed { .. } => "flows::run::stage-failed",
            Self::FolderGone { .. } => "flows::run::folder-gone",
            Self::ResultDiffers { .. } => "flows::run::result-differs",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::PlanPath { .. } => {
                "use a relative path without `..`: a run writes only inside its own folder"
                    .to_owned()
            }
            Self::NotStarted { .. } => {
                "check that the file is a program for this machine and may be executed".to_owned()
            }
            Self::StepFailed { log, script, .. } => format!(
                "read {}; to repeat the run by hand: sh {}",
                log.display(),
                quoted_path(script)
            ),
            Self::ProductMissing { log, .. } => format!("read {}", log.display()),
            Self::StageFailed { command, .. } => {
                format!("see the message above; to repeat this stage alone: {command}")
            }
            Self::FolderGone { .. } => {
                "run the command again, and leave its folder alone until it has ended".to_owned()
            }
            Self::ResultDiffers { .. } => {
                "this is a bug: report the command, its seed and this message".to_owned()
            }
        }
    }
}
