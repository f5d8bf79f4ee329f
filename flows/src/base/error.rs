//! What can go wrong with files, and what holds the errors of everything else: each with a stable code, a
//! sentence, and what to do about it.
//!
//! A part of the flows has errors of its own, in its folder, which implement [`Told`]. This module knows
//! none of them.

use std::error::Error;
use std::path::PathBuf;

use spikestream::command::command;

/// An error that says what to do about it.
pub trait Told: Error + Send + Sync + 'static {
    /// The stable code, for searching and for scripts.
    fn code(&self) -> &'static str;

    /// What to do about it, in the user's terms.
    fn remedy(&self) -> String;
}

/// An error of the flows. [`FlowError::code`] is stable; [`FlowError::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// Something could not be written.
    #[error("`{}` cannot be written: {reason}", .path.display())]
    Unwritable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Something could not be read.
    #[error("`{}` cannot be read: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A board, part, programmer or constraint file is wrong.
    #[error("{}: {what}", .file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// What is wrong, in the file's own words.
        what: String,
        /// What to write instead.
        remedy: String,
    },
    /// A netlist or report is not of the form that its tool documents.
    #[error("`{}` is not what {tool} should have written: {reason}", .path.display())]
    ReportForm {
        /// The file.
        path: PathBuf,
        /// The tool that wrote it.
        tool: &'static str,
        /// What is not as expected.
        reason: String,
    },
    /// The files of a network are not right.
    #[error(transparent)]
    Net(#[from] spikestream::Error),
    /// An error of a part of the flows.
    #[error("{0}")]
    Part(Box<dyn Told>),
}

impl<E: Told> From<E> for FlowError {
    fn from(error: E) -> Self {
        Self::Part(Box::new(error))
    }
}

impl FlowError {
    /// The error of a part of the flows, if it is one of that part's.
    pub fn of<E: Told>(&self) -> Option<&E> {
        let Self::Part(error) = self else { return None };
        (error.as_ref() as &dyn Error).downcast_ref()
    }

    /// The stable code, for searching and for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } => "flows::run::unwritable",
            Self::Unreadable { .. } => "flows::run::unreadable",
            Self::Invalid { .. } => "flows::board::invalid",
            Self::ReportForm { .. } => "flows::report::form",
            Self::Net(error) => error.code(),
            Self::Part(error) => error.code(),
        }
    }

    /// What to do about it, in the user's terms.
    pub fn remedy(&self) -> String {
        match self {
            Self::Unwritable { path, .. } => format!(
                "check that {} may be written and that its disk is not full (`df -h`)",
                path.display()
            ),
            Self::Unreadable { path, .. } => {
                format!("check that {} exists and may be read", path.display())
            }
            Self::Invalid { remedy, .. } => remedy.clone(),
            Self::ReportForm { tool: "the flow", .. } => {
                format!("run `{}` again: it writes the file anew", command("synth"))
            }
            Self::ReportForm { tool, .. } => {
                format!("check the version of {tool} with `{}`", command("doctor"))
            }
            Self::Net(error) => error.remedy(),
            Self::Part(error) => error.remedy(),
        }
    }

    /// The two lines that a program prints.
    pub fn render(&self) -> String {
        format!("error[{}]: {self}\n  help: {}", self.code(), self.remedy())
    }
}
