//! Which file of a folder is which.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::data::DataError;

/// A folder's file names.
pub(super) struct Folder {
    path: PathBuf,
    names: Vec<String>,
}

impl Folder {
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let fail = |source| Error::Read { path: path.to_owned(), source };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(Self { path: path.to_owned(), names })
    }

    /// Whether there is a file of `kind` ("images" or "labels") with one of the prefixes.
    pub(super) fn has(&self, kind: &str, prefixes: &[&str]) -> bool {
        self.names.iter().any(|name| is_meant(name, kind, prefixes))
    }

    /// The file of `kind` with one of the prefixes; packed or not makes no other file.
    pub(super) fn find(
        &self,
        role: &'static str,
        kind: &str,
        prefixes: &[&str],
    ) -> Result<PathBuf, DataError> {
        let meant = self.names.iter().filter(|name| is_meant(name, kind, prefixes));
        let mut meant: Vec<&String> = meant.collect();
        meant.dedup_by_key(|name| stem(name)); // sorted: the plain file comes before its .gz
        match meant[..] {
            [name] => Ok(self.path.join(name)),
            [] => Err(DataError::Missing {
                folder: self.path.clone(),
                role,
                looked: names(kind, prefixes),
            }),
            _ => Err(DataError::Several {
                folder: self.path.clone(),
                role,
                found: meant.into_iter().cloned().collect(),
            }),
        }
    }
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".gz").unwrap_or(name)
}

/// Whether a name is `[ANYTHING-]PREFIX-KIND-idxN-ubyte[.gz]`, or with a dot before `idx`.
fn is_meant(name: &str, kind: &str, prefixes: &[&str]) -> bool {
    let Some(name) = stem(name).strip_suffix("-ubyte") else { return false };
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let name = name.strip_suffix("-idx").or_else(|| name.strip_suffix(".idx"));
    let Some(prefix) = name.and_then(|n| n.strip_suffix(kind)?.strip_suffix('-')) else {
        return false;
    };
    prefixes.iter().any(|p| prefix == *p || prefix.ends_with(&format!("-{p}")))
}

/// The names to tell a user.
fn names(kind: &str, prefixes: &[&str]) -> Vec<String> {
    let dims = if kind == "images" { 3 } else { 1 };
    let both = |p: &&str| ['-', '.'].map(|dot| format!("{p}-{kind}{dot}idx{dims}-ubyte[.gz]"));
    prefixes.iter().flat_map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for name in [
            "train-images-idx3-ubyte",
            "train-images.idx3-ubyte",
            "train-images-idx3-ubyte.gz",
            "emnist-letters-train-images-idx3-ubyte.gz",
            "train-images-idx4-ubyte",
        ] {
            assert!(is_meant(name, "images", &["train"]), "{name}");
            assert!(!is_meant(name, "labels", &["train"]), "{name}");
            assert!(!is_meant(name, "images", &["t10k", "test"]), "{name}");
        }
        for name in ["xtrain-images-idx3-ubyte", "train-images-idx3", "train-images3-ubyte", ".gz"]
        {
            assert!(!is_meant(name, "images", &["train"]), "{name}");
        }
    }

    #[test]
    fn the_names_told_are_names_that_are_found() {
        for name in names("labels", &["t10k", "test"]) {
            for name in [name.replace("[.gz]", ""), name.replace("[.gz]", ".gz")] {
                assert!(is_meant(&name, "labels", &["t10k", "test"]), "{name}");
            }
        }
    }
}
