//! What can go wrong when contents are put into a routed design.

use std::path::{Path, PathBuf};

use crate::script::quoted_path;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A memory is not where the netlist's block RAMs are understood to hold it.
    #[error("memory `{memory}` cannot be found in the block RAMs of the netlist: {what}")]
    Mapping {
        /// The memory.
        memory: String,
        /// What does not match.
        what: String,
    },
    /// A block RAM holds something else in the routed design than in the netlist.
    #[error("block RAM `{ram}` is not in `{}` as the netlist has it: {what}", .path.display())]
    Routed {
        /// The block RAM's cell.
        ram: String,
        /// The routed design.
        path: PathBuf,
        /// What does not match.
        what: String,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Mapping { .. } => "flows::contents::mapping",
            Self::Routed { .. } => "flows::contents::routed",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Mapping { .. } => {
                "use the pinned Yosys (unset YOSYS, or take it off PATH), and report its version \
                 with this message"
                    .to_owned()
            }
            Self::Routed { path, .. } => {
                let folder = path.parent().unwrap_or(path);
                format!("remove it (`rm -r {}`) and run the command again", quoted_path(folder))
            }
        }
    }

    /// The same, of this file.
    pub(super) fn in_file(self, file: &Path) -> Self {
        match self {
            Self::Routed { ram, what, .. } => Self::Routed { ram, path: file.to_owned(), what },
            other @ Self::Mapping { .. } => other,
        }
    }
}
