//! What can be wrong with the name of a network.

use crate::base::error::Told;
use crate::base::nearest::offer;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No network of that name.
    #[error("there is no net `{name}`")]
    Unknown {
        /// The name given.
        name: String,
        /// The names that ship.
        legal: Vec<String>,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "flows::net::unknown",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unknown { name, legal } => {
                format!("{}; or give a folder that holds a net.toml", offer(name, legal))
            }
        }
    }
}
