//! Mutants of the sources that no test can catch, each with its reason.

use std::path::Path;

use serde::Deserialize;

use super::Error;
use super::listed::Listed;

/// A mutant that changes nothing that can be seen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The source, by its path from the root.
    pub file: String,
    /// The mutant, as a record names it.
    pub mutant: String,
    /// Why nothing changes.
    pub reason: String,
}

impl Listed for Accepted {
    fn what(&self) -> String {
        format!("`{}`", self.mutant)
    }

    fn reason(&self) -> &str {
        &self.reason
    }

    fn form(path: &Path, what: String) -> Error {
        Error::Form { path: path.to_path_buf(), what }
    }
}
