//! What can go wrong when contents are put into a routed design.

use crate::base::error::Told;

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
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Mapping { .. } => "flows::contents::mapping",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Mapping { .. } => {
                "use the pinned Yosys (unset YOSYS, or take it off PATH), and report its version \
                 with this message"
                    .to_owned()
            }
        }
    }
}
