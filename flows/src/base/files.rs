//! Writing files so that a reader finds the old content or the new, never half of one.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::base::error::FlowError;
use crate::base::system;

/// Makes a folder and those above it.
///
/// # Errors
/// [`FlowError::Unwritable`].
pub fn make_folder(folder: &Path) -> Result<(), FlowError> {
    std::fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))
}

/// How the names of files begin that are being written; the number of the process that writes follows.
const PART: &str = ".part-";

/// Writes a file through a temporary neighbour and a rename. Neighbours that a process which was killed has
/// left go with it.
///
/// # Errors
/// [`FlowError::Unwritable`], with the folder that cannot be written, or the file that cannot be
/// replaced.
pub fn write(path: &Path, content: &[u8]) -> Result<(), FlowError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    sweep(folder);
    let prefix = format!("{PART}{}-", std::process::id());
    let mut builder = tempfile::Builder::new();
    let mut file = builder
        .prefix(&prefix)
        .permissions(system::plain_file())
        .tempfile_in(folder)
        .map_err(|e| unwritable(folder, &e))?;
    file.write_all(content).map_err(|e| unwritable(folder, &e))?;
    file.persist(path).map_err(|e| unwritable(path, &e.error))?;
    Ok(())
}

/// Removes the parts that processes have left in a folder which are no more. A part of one that still writes
/// stays. What cannot be removed does no harm.
fn sweep(folder: &Path) {
    let writer = |name: &str| name.strip_prefix(PART)?.split('-').next()?.parse().ok();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().and_then(writer).is_some_and(|id| !system::runs(id)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Writes a value as indented JSON, as [`write()`] does.
///
/// # Errors
/// [`FlowError::Unwritable`].
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), FlowError> {
    let text =
        serde_json::to_string_pretty(value).map_err(|e| unwritable(path, &io::Error::other(e)))?;
    write(path, (text + "\n").as_bytes())
}

/// Reads a file.
///
/// # Errors
/// [`FlowError::Unreadable`].
pub fn read(path: &Path) -> Result<Vec<u8>, FlowError> {
    std::fs::read(path).map_err(|e| unreadable(path, &e))
}

/// Reads a file that a person writes, as text. Its lines end with `\n`, whichever system's ends they
/// had, so that every reader behind this one sees the same lines.
///
/// # Errors
/// [`FlowError::Unreadable`], with the line that is no text.
pub fn read_text(path: &Path) -> Result<String, FlowError> {
    let bytes = read(path)?;
    let text = spikestream::text::decode(&bytes);
    text.map(plain_lines).map_err(|e| unreadable(path, &io::Error::other(e)))
}

fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The error for a file that is not to be written.
pub fn unwritable(path: &Path, error: &io::Error) -> FlowError {
    FlowError::Unwritable { path: path.to_path_buf(), reason: error.to_string() }
}

/// The error for a file that is not to be read.
pub fn unreadable(path: &Path, error: &io::Error) -> FlowError {
    FlowError::Unreadable { path: path.to_path_buf(), reason: error.to_string() }
}

/// Removes a file; one that is not there is as good as removed.
///
/// # Errors
/// [`FlowError::Unwritable`].
pub fn remove(path: &Path) -> Result<(), FlowError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(unwritable(path, &e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_a_process_that_was_killed_goes_with_the_next_file() {
        let folder = tempfile::tempdir().unwrap();
        // Numbers of processes end below 2^22.
        let left = folder.path().join(format!("{PART}{}-a1b2c3", 1 << 30));
        let mine = folder.path().join(format!("{PART}{}-a1b2c3", std::process::id()));
        let other = folder.path().join(".part-of-something");
        for path in [&left, &mine, &other] {
            std::fs::write(path, "half").unwrap();
        }
        write(&folder.path().join("whole"), b"all").unwrap();
        assert!(!left.exists() && mine.exists() && other.exists());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
