//! The folder of a run: one run at a time, and results that appear together.

use spikestream::Error;
use spikestream_train::{CONFIG, TrainError};
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;

/// Names the run that writes to the folder, and is locked by it.
pub(crate) const LOCK: &str = "train.lock";

/// Where results lie until all of them are there.
const STAGED: &str = "unfinished";

/// Makes the folder and keeps every other run out of it until the file is closed. So it is found out
/// before training, not after, that the folder cannot be written.
pub(crate) fn claim(folder: &Path) -> Result<File, Error> {
    let failed = |source| Error::Write { path: folder.to_path_buf(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let path = folder.join(LOCK);
    let options = File::options().read(true).write(true).create(true).truncate(false).to_owned();
    let mut file = options.open(&path).map_err(failed)?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        let holder = fs::read_to_string(&path).unwrap_or_default();
        let holder = if holder.is_empty() { "a process".to_owned() } else { holder };
        return Err(TrainError::Busy { folder: folder.to_path_buf(), holder }.into());
    }
    // A file system without locks keeps nobody out, and lets this run do its work.
    let id = format!("process {}", std::process::id());
    file.set_len(0).and_then(|()| file.write_all(id.as_bytes())).map_err(failed)?;
    Ok(file)
}

/// Lets `write` fill a folder, then moves what is in it to the results, all at once: a run that ends
/// meanwhile leaves the results of the one before as they were.
pub(crate) fn publish<T>(
    folder: &Path,
    write: impl FnOnce(&Path) -> Result<T, Error>,
) -> Result<T, Error> {
    let staged = folder.join(STAGED);
    let _ = fs::remove_dir_all(&staged); // what a killed run left
    let failed = |source| Error::Write { path: folder.to_path_buf(), source };
    let done = fs::create_dir_all(&staged)
        .map_err(failed)
        .and_then(|()| write(&staged))
        .and_then(|value| move_all(&staged, folder).map_err(failed).map(|()| value));
    let _ = fs::remove_dir_all(&staged);
    done
}

/// The config goes first: it binds the others, so that a folder that a kill leaves between two of them is
/// known as a mixture.
fn move_all(from: &Path, to: &Path) -> std::io::Result<()> {
    let names = fs::read_dir(from)?.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names = names.collect::<Result<Vec<_>, _>>()?;
    names.sort_by_key(|name| name != CONFIG);
    names.into_iter().try_for_each(|name| fs::rename(from.join(&name), to.join(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_takes_one_run_at_a_time_and_says_whose() {
        let folder = tempfile::tempdir().unwrap();
        let first = claim(&folder.path().join("net")).unwrap();
        let error = claim(&folder.path().join("net")).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::busy");
        let id = std::process::id().to_string();
        assert!(error.to_string().contains(&id), "{error}");
        drop(first);
        assert!(claim(&folder.path().join("net")).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_found_before_training() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = claim(&file.path().join("net")).unwrap_err();
        assert_eq!(error.code(), "spikestream::file::write");
    }

    #[test]
    fn results_appear_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path();
        let read = |name: &str| fs::read_to_string(out.join(name)).unwrap_or_default();
        let put = |staged: &Path, text: &str| {
            for name in ["a", "b"] {
                fs::write(staged.join(name), text).unwrap();
            }
        };
        let first = publish(out, |staged| {
            put(staged, "first");
            Ok(())
        });
        first.unwrap();
        assert_eq!([read("a"), read("b")], ["first", "first"]);
        let failed = publish(out, |staged| {
            put(staged, "second");
            Err::<(), _>(TrainError::Stopped { epoch: 1, done: 1 }.into())
        });
        assert!(failed.is_err());
        assert_eq!([read("a"), read("b")], ["first", "first"]);
        assert!(!out.join(STAGED).exists());
    }

    /// So that what is left half way is refused by what the config says of the others.
    #[test]
    fn the_config_appears_before_the_files_that_it_binds() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path();
        for name in ["a", "z"] {
            fs::create_dir_all(out.join(name).join("in the way")).unwrap();
        }
        let done = publish(out, |staged| {
            for name in ["a", CONFIG, "z"] {
                fs::write(staged.join(name), "new").unwrap();
            }
            Ok(())
        });
        assert_eq!(done.unwrap_err().code(), "spikestream::file::write");
        assert_eq!(fs::read_to_string(out.join(CONFIG)).unwrap(), "new");
    }
}
