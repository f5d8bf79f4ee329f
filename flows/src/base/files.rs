//! Writing files so that a reader finds the old content or the new, never half of one.

use std::io;
use std::path::Path;

use serde::Serialize;

use crate::base::error::FlowError;

/// Makes a folder and those above it.
///
/// # Errors
/// [`FlowError::Unwritable`].
pub fn make_folder(folder: &Path) -> Result<(), FlowError> {
    std::fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))
}

/// Writes a file and the folders above it as [`spikestream::files::write`] does.
///
/// # Errors
/// [`FlowError::Unwritable`], with the folder that cannot be written, or the file that cannot be
/// replaced.
pub fn write(path: &Path, content: &[u8]) -> Result<(), FlowError> {
    spikestream::files::write(path, content).map_err(|e| unwritable(&e.path, &e.source))
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
