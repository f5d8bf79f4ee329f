//! Lists of mutants with a reason each, which are kept as TOML.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;
use crate::base::error::FlowError;
use crate::base::files;

/// An entry of a list of accepted mutants.
pub trait Listed: DeserializeOwned {
    /// What it speaks of, for a message.
    fn what(&self) -> String;
    /// Why nothing changes.
    fn reason(&self) -> &str;
    /// The error for a list that is not of its form.
    fn form(path: &Path, what: String) -> Error;

    /// Reads the list of a file, `[[accepted]]` for `[[accepted]]`.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`], and [`Self::form`] for a list that is not of its form or has an entry
    /// without a reason.
    fn read(path: &Path) -> Result<Vec<Self>, FlowError> {
        let list: List<Self> = toml::from_str(&files::read_text(path)?)
            .map_err(|e| Self::form(path, e.to_string()))?;
        match list.accepted.iter().find(|one| one.reason().trim().is_empty()) {
            Some(one) => Err(Self::form(path, format!("{} has no reason", one.what())).into()),
            None => Ok(list.accepted),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "T: DeserializeOwned")]
struct List<T> {
    #[serde(default = "Vec::new")]
    accepted: Vec<T>,
}
