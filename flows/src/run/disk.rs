//! Full disks and folders that went: what a tool's failure, or its silence about one, comes down to.
//!
//! Some tools end with 0 on a full disk (Yosys as WebAssembly does), so what they say does not count alone:
//! after each step it is tried whether the disk still takes anything.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::Error;
use crate::base::error::FlowError;
use crate::base::files;

/// What a disk must still take, bytes: more than the space that a write which failed half-way can leave.
const PROBE: usize = 1 << 16;

/// The words of a full disk and of a quota that is used up.
const WORDS: [&str; 2] = ["No space left", "Disk quota exceeded"];

/// The words of a full disk that a text has.
pub(crate) fn told(text: &str) -> Option<&'static str> {
    WORDS.into_iter().find(|words| text.contains(words))
}

/// Refuses a folder whose disk is full, or that is gone. `during` is what was done meanwhile.
///
/// # Errors
/// [`FlowError::Unwritable`] or [`Error::FolderGone`].
pub(crate) fn ensure_takes_more(folder: &Path, during: &str) -> Result<(), FlowError> {
    match probe(folder) {
        Ok(()) => Ok(()),
        Err(_) if !folder.is_dir() => Err(Error::FolderGone { path: folder.to_path_buf() }.into()),
        Err(e) => {
            let reason = match e.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => format!("{e} during {during}"),
                _ => e.to_string(),
            };
            Err(FlowError::Unwritable { path: folder.to_path_buf(), reason })
        }
    }
}

/// Writes a little to a folder's disk, into a file without a name: it goes with the process, however that ends.
fn probe(folder: &Path) -> std::io::Result<()> {
    tempfile::tempfile_in(folder)?.write_all(&[0x55; PROBE])
}

/// A folder for the temporary files of tools, which goes with them however they end.
///
/// Its path is kept in a file of the run's folder, so that the next run removes what a killed one has left.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    note: PathBuf,
}

/// How the names of such folders begin.
const SCRATCH: &str = "spikestream-run-";

/// The file that keeps the path.
const NOTE: &str = ".scratch";

impl Scratch {
    /// Makes one for a run, and removes the one that an earlier run in that folder has left.
    pub(crate) fn new(run: &Path) -> Result<Self, FlowError> {
        let note = run.join(NOTE);
        sweep(&note);
        let above = std::env::temp_dir();
        let folder = tempfile::Builder::new().prefix(SCRATCH).tempdir_in(&above);
        let folder = folder.map_err(|e| files::unwritable(&above, &e))?;
        files::write(&note, folder.path().as_os_str().as_encoded_bytes())?;
        Ok(Self { folder, note })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Scratch {
    /// The note goes last: it tells the next run of a folder that a kill has left.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.folder.path());
        let _ = std::fs::remove_file(&self.note);
    }
}

/// Removes the folder that a note names, if it is one of these.
fn sweep(note: &Path) {
    let Ok(text) = std::fs::read_to_string(note) else { return };
    let left = Path::new(&text);
    let ours = left.file_name().is_some_and(|name| name.to_string_lossy().starts_with(SCRATCH));
    if ours && left.parent() == Some(&std::env::temp_dir()) {
        let _ = std::fs::remove_dir_all(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_takes_more_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        ensure_takes_more(folder.path(), "a test").unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let gone = folder.path().join("gone");
        let error = ensure_takes_more(&gone, "a test").unwrap_err();
        assert_eq!(error.code(), "flows::run::folder-gone");
    }

    #[test]
    fn what_a_killed_run_left_is_removed_and_nothing_else() {
        let run = tempfile::tempdir().unwrap();
        let left = Scratch::new(run.path()).unwrap();
        let path = left.path().to_path_buf();
        std::mem::forget(left); // as a kill does
        let next = Scratch::new(run.path()).unwrap();
        assert!(!path.exists() && next.path().exists());
        let path = next.path().to_path_buf();
        drop(next);
        assert!(!path.exists() && !run.path().join(NOTE).exists());

        let mine = tempfile::tempdir().unwrap();
        std::fs::write(run.path().join(NOTE), mine.path().display().to_string()).unwrap();
        Scratch::new(run.path()).unwrap();
        assert!(mine.path().exists());
    }
}
