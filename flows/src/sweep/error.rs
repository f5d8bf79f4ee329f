//! What can go wrong with a sweep.

use std::path::{Path, PathBuf};

use crate::base::error::Told;
use spikestream::command::command;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not the TOML of a sweep.
    #[error("{} is no sweep: {message}", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The parser's message, with line and column.
        message: String,
    },
    /// The file says what cannot be.
    #[error("{}: {what}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
        /// What to write instead.
        remedy: String,
    },
    /// A command of a point failed.
    #[error("`{command}` at point {point} ended with {status}:\n{tail}")]
    Step {
        /// The point.
        point: String,
        /// The command.
        command: String,
        /// How it ended.
        status: String,
        /// The last lines that it said.
        tail: String,
        /// All that it said.
        log: PathBuf,
    },
    /// A command of a point left no results where it should have.
    #[error("`{command}` at point {point} left no JSON: {reason}")]
    Result {
        /// The point.
        point: String,
        /// The command.
        command: String,
        /// Why not.
        reason: String,
    },
    /// A point that another process runs.
    #[error("another process runs point {point}")]
    Taken {
        /// The point.
        point: String,
    },
    /// Points failed.
    #[error("{failed} of {of} points failed; the first: {first}")]
    Failed {
        /// How many.
        failed: usize,
        /// Of how many that were run.
        of: usize,
        /// The first of them, and why.
        first: String,
    },
    /// A point that the sweep does not have.
    #[error("there is no point {number} among {points}")]
    Number {
        /// Its number.
        number: usize,
        /// How many there are.
        points: usize,
    },
    /// An engine that is none.
    #[error("there is no engine `{name}`")]
    Engine {
        /// Its name.
        name: String,
        /// Those that there are.
        legal: String,
    },
    /// No point of the sweep has been run.
    #[error("no point of the sweep in {} has been run", .folder.display())]
    Nothing {
        /// Its folder.
        folder: PathBuf,
    },
    /// A key or a result that no point has.
    #[error("the sweep has no {what} `{name}` with numbers")]
    Unknown {
        /// "key" or "result".
        what: &'static str,
        /// Its name.
        name: String,
        /// Those that there are.
        legal: String,
    },
    /// Slurm is not there.
    #[error("there is no `sbatch` on PATH: Slurm is not installed here")]
    NoSlurm,
    /// Slurm takes no job.
    #[error("Slurm does not take the job ({status}):\n{said}")]
    Refused {
        /// How `sbatch` ended.
        status: String,
        /// What it said.
        said: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "flows::sweep::syntax",
            Self::Invalid { .. } => "flows::sweep::invalid",
            Self::Step { .. } => "flows::sweep::step",
            Self::Result { .. } => "flows::sweep::result",
            Self::Taken { .. } => "flows::sweep::taken",
            Self::Failed { .. } => "flows::sweep::failed",
            Self::Number { .. } => "flows::sweep::number",
            Self::Engine { .. } => "flows::sweep::engine",
            Self::Nothing { .. } => "flows::sweep::nothing",
            Self::Unknown { .. } => "flows::sweep::unknown",
            Self::NoSlurm => "flows::sweep::no-slurm",
            Self::Refused { .. } => "flows::sweep::refused",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Syntax { path, .. } => {
                format!("correct {}; docs/sweeps.md has the form", path.display())
            }
            Self::Invalid { remedy, .. } => remedy.clone(),
            Self::Step { log, .. } => {
                format!("{} has all that it said; the same sweep again repeats what failed", shown(log))
            }
            Self::Result { .. } => {
                "add --json to the command, or name the file that it writes as `result`".into()
            }
            Self::Taken { .. } => "wait for it, and run the sweep again".into(),
            Self::Failed { .. } => {
                "the folders of the points have what their commands said; the same sweep again repeats \
                 what failed, and nothing else"
                    .into()
            }
            Self::Number { points, .. } => format!("give a number of 1 to {points}"),
            Self::Engine { legal, .. } => format!("there are {legal}"),
            Self::Nothing { .. } => format!("run it with `{}`", command("sweep FILE")),
            Self::Unknown { legal, .. } => format!("there are {legal}"),
            Self::NoSlurm => {
                "run it where jobs are submitted, or here with --engine local".into()
            }
            Self::Refused { .. } => {
                "`sinfo` lists partitions and their state; --sbatch passes options on, such as \
                 --sbatch --partition=NAME"
                    .into()
            }
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
