//! Mutants that no test can catch, each with its reason.

use std::path::Path;

use serde::Deserialize;

use super::Error;
use crate::base::error::FlowError;
use crate::base::files;

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    accepted: Vec<Accepted>,
}

impl Accepted {
    /// Reads the list.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`], and [`Error::Form`] for a list that is not of its form or has a mutant
    /// without a reason.
    pub fn read(path: &Path) -> Result<Vec<Self>, FlowError> {
        let wrong = |what: String| Error::Form { path: path.to_path_buf(), what };
        let list: List =
            toml::from_str(&files::read_text(path)?).map_err(|e| wrong(e.to_string()))?;
        match list.accepted.iter().find(|one| one.reason.trim().is_empty()) {
            Some(one) => Err(wrong(format!("`{}` has no reason", one.mutant)).into()),
            None => Ok(list.accepted),
        }
    }
}
