//! What can be wrong with a tool.

use std::path::PathBuf;

use spikestream::shell::quoted_path;

use super::{Tool, ToolSpec};
use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A tool is neither on PATH nor can it be provisioned.
    #[error("`{}` is not on PATH", .tool.names[0])]
    Missing {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
    },
    /// An override variable names something that is no program.
    #[error("{} is set to `{value}`, which is not a program", .tool.env)]
    Override {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// What the variable holds.
        value: String,
    },
    /// A tool is older than the flows need.
    #[error("`{}` is version {found}, and {minimum} or newer is needed", .path.display())]
    TooOld {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// Where it was found.
        path: PathBuf,
        /// Its version.
        found: String,
        /// The oldest version that will do.
        minimum: String,
    },
    /// A tool does not say its version.
    #[error("`{}` does not say its version; it prints `{printed}`", .path.display())]
    Version {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// Where it was found.
        path: PathBuf,
        /// The first line of what it printed.
        printed: String,
    },
    /// A tool is there and ends before it does anything.
    #[error("`{}` does not start ({status}); it says:\n{words}", .path.display())]
    Broken {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// Where it was found.
        path: PathBuf,
        /// How it ended.
        status: String,
        /// The last lines that it printed.
        words: String,
        /// The environment that it was installed into, if it was.
        root: Option<PathBuf>,
    },
    /// A plan asks for a tool that was not located first.
    #[error("the plan starts `{}`, which was not located beforehand", .tool.id())]
    NotLocated {
        /// The tool.
        tool: Tool,
    },
    /// A file of an installed tool is not as it was.
    #[error("`{}` was installed and {what}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// How it differs.
        what: String,
        /// The environment.
        root: PathBuf,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "flows::tool::missing",
            Self::Override { .. } => "flows::tool::override",
            Self::TooOld { .. } => "flows::tool::too-old",
            Self::Version { .. } => "flows::tool::version",
            Self::Broken { .. } => "flows::tool::broken",
            Self::NotLocated { .. } => "flows::tool::not-located",
            Self::Damaged { .. } => "flows::provision::damaged",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Missing { tool } => format!(
                "get it (`{}`), put it on PATH, or set {} to its path",
                tool.install, tool.env
            ),
            Self::Override { tool, .. } => {
                let more = if tool.arguments { ", with arguments if need be" } else { " alone" };
                format!("set {} to the path of a program{more}, or unset it", tool.env)
            }
            Self::TooOld { tool, minimum, .. } => {
                format!("install {minimum} or newer, or set {} to one", tool.env)
            }
            Self::Version { tool, .. } => {
                format!("set {} to a released version of {}", tool.env, tool.id)
            }
            Self::Broken { root: Some(root), .. } => {
                format!("remove it (`rm -r {}`): it is installed again", quoted_path(root))
            }
            Self::Broken { tool, root: None, words, .. }
                if words.contains("Fatal Python error") =>
            {
                format!(
                    "unset PYTHONHOME and PYTHONPATH if they are set, or install it again (`{}`)",
                    tool.install
                )
            }
            Self::Broken { tool, root: None, .. } => format!(
                "mend it or install it again (`{}`), or set {} to one that starts",
                tool.install, tool.env
            ),
            Self::NotLocated { tool } => {
                format!("this is a bug in the flow: locate `{}` before the run", tool.id())
            }
            Self::Damaged { root, .. } => {
                format!("remove the folder (`rm -r {}`): it is installed again", quoted_path(root))
            }
        }
    }
}
