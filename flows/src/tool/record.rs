//! What an environment held when it was finished: every file with its size, its time and its SHA-256.
//!
//! Each run compares sizes and times, which takes milliseconds; `doctor`, and a run whose tool fails,
//! compares the hashes as well.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::Error;
use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::files::{self, unreadable};

/// The file of the record, which is written last: an environment without it is not finished.
const COMPLETE: &str = ".complete";

/// What Python writes beside its modules when it likes.
const CACHE: &str = "__pycache__";

/// A finished environment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// The interpreter that it was made with.
    pub(crate) python: String,
    files: BTreeMap<PathBuf, Kept>,
}

/// A file as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    size: u64,
    /// When it was last changed: nanoseconds since 1970.
    changed: u64,
    sha256: String,
}

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Size and time.
    Brief,
    /// The content.
    Whole,
}

impl Record {
    /// Records what is in an environment now, and with that finishes it.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`], [`FlowError::Unwritable`].
    pub(crate) fn write(root: &Path, python: String) -> Result<(), FlowError> {
        let mut record = Self { python, files: BTreeMap::new() };
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder).map_err(|e| unreadable(&folder, &e))?;
            for entry in entries {
                let entry = entry.map_err(|e| unreadable(&folder, &e))?;
                let path = entry.path();
                // A link is no content of this folder: the interpreter is one, and is looked at apart.
                let kind = entry.file_type().map_err(|e| unreadable(&path, &e))?;
                if kind.is_dir() && entry.file_name() != CACHE {
                    folders.push(path);
                } else if kind.is_file() {
                    let kept = Kept::of(&path).map_err(|e| unreadable(&path, &e))?;
                    let below = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                    record.files.insert(below, kept);
                }
            }
        }
        files::write_json(&root.join(COMPLETE), &record)
    }

    /// The record of an environment; none if it is not finished.
    pub(crate) fn read(root: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(root.join(COMPLETE)).ok()?).ok()
    }

    /// The first file that is not as it was, and how it differs.
    pub(crate) fn damage(&self, root: &Path, look: Look) -> Option<(PathBuf, String)> {
        self.files.iter().find_map(|(below, kept)| {
            let path = root.join(below);
            kept.damage(&path, look).map(|what| (path, what))
        })
    }
}

impl Kept {
    fn of(path: &Path) -> std::io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        let sha256 = digest::of_file(path)?;
        Ok(Self { size: metadata.len(), changed: changed(&metadata), sha256 })
    }

    /// How a file differs. One with another time alone was copied, so its content decides.
    fn damage(&self, path: &Path, look: Look) -> Option<String> {
        let metadata = match std::fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Some("is gone".to_owned());
            }
            Err(e) => return Some(format!("cannot be looked at ({e})")),
        };
        if metadata.len() != self.size {
            return Some(format!("has {} bytes and had {}", metadata.len(), self.size));
        }
        if look == Look::Brief && changed(&metadata) == self.changed {
            return None;
        }
        match digest::of_file(path) {
            Ok(hash) if hash == self.sha256 => None,
            Ok(_) => Some("has another content than at its installation".to_owned()),
            Err(e) => Some(format!("cannot be read ({e})")),
        }
    }
}

fn changed(metadata: &Metadata) -> u64 {
    let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    time.map_or(0, |since| since.as_nanos() as u64)
}

/// Finds out whether an environment is as its record has it; one without a record is not finished, which is
/// another matter.
///
/// # Errors
/// [`Error::Damaged`] with the first file that differs.
pub(crate) fn ensure_undamaged(root: &Path, look: Look) -> Result<(), Error> {
    match Record::read(root).and_then(|record| record.damage(root, look)) {
        None => Ok(()),
        Some((file, what)) => Err(Error::Damaged { file, what, root: root.to_path_buf() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::Duration;

    fn world() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("lib/__pycache__")).unwrap();
        for (file, text) in [("lib/a.py", "one"), ("lib/__pycache__/a.pyc", "1"), ("b", "two")] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        Record::write(folder.path(), "python".to_owned()).unwrap();
        folder
    }

    fn damage(folder: &Path, look: Look) -> Option<String> {
        let found = Record::read(folder).unwrap().damage(folder, look);
        found.map(|(path, what)| format!("{} {what}", path.strip_prefix(folder).unwrap().display()))
    }

    /// Another content of the same size, with the time that the file had.
    fn rot(path: &Path) {
        let time = fs::metadata(path).unwrap().modified().unwrap();
        fs::write(path, "owt").unwrap();
        fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn what_python_caches_is_no_damage() {
        let folder = world();
        fs::write(folder.path().join("lib/__pycache__/a.pyc"), "22").unwrap();
        fs::write(folder.path().join("lib/new"), "").unwrap();
        assert_eq!(damage(folder.path(), Look::Whole), None);
    }

    #[test]
    fn every_damage_is_named_and_rot_is_seen_by_the_hash() {
        let folder = world();
        let file = folder.path().join("b");
        rot(&file);
        assert_eq!(damage(folder.path(), Look::Brief), None);
        let told = damage(folder.path(), Look::Whole).unwrap();
        assert!(told.starts_with("b has another content"), "{told}");
        fs::write(&file, "tw").unwrap();
        assert_eq!(damage(folder.path(), Look::Brief).unwrap(), "b has 2 bytes and had 3");
        fs::remove_file(&file).unwrap();
        assert_eq!(damage(folder.path(), Look::Brief).unwrap(), "b is gone");
    }

    #[test]
    fn a_copy_with_another_time_is_whole_if_its_content_is() {
        let folder = world();
        let file = folder.path().join("b");
        let later = fs::metadata(&file).unwrap().modified().unwrap() + Duration::from_secs(9);
        let touch = || fs::File::options().write(true).open(&file).unwrap().set_modified(later);
        touch().unwrap();
        assert_eq!(damage(folder.path(), Look::Brief), None);
        fs::write(&file, "owt").unwrap();
        touch().unwrap();
        assert!(damage(folder.path(), Look::Brief).is_some());
    }
}
