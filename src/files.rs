//! Files that are never half: what is written replaces a file only once all of it is there.

use crate::Error;
use rustix::process::{Pid, test_kill_process};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What could not be written.
#[derive(Debug)]
pub struct NotWritten {
    /// The folder that takes no file, or the file that cannot be replaced.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl NotWritten {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self { path: path.into(), source }
    }
}

/// How the names of files begin that are being written; the number of the process that writes follows.
const PART: &str = ".part-";

/// Writes a file as [`replace()`] does, and makes the folders above it.
///
/// # Errors
/// [`NotWritten`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), NotWritten> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder).map_err(NotWritten::at(folder))?;
    put(path, bytes)
}

/// Writes a file through a neighbour of its own and a rename: a reader sees the old file or the new one, and of
/// two that write at once, one wins. Neighbours that a killed process has left go with it.
///
/// # Errors
/// [`Error::Write`]. Nothing is left of what could not be written, so a full disk gets its space back.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    put(path, bytes).map_err(|NotWritten { path, source }| Error::Write { path, source })
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), NotWritten> {
    let folder = folder_of(path);
    sweep(folder);
    let part = folder.join(part_name());
    let written = File::create_new(&part)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(NotWritten::at(folder))
        .and_then(|()| std::fs::rename(&part, path).map_err(NotWritten::at(path)));
    if written.is_err() {
        // That it cannot be removed is no second error.
        let _ = std::fs::remove_file(&part);
    }
    written
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A name that no other thread and no other process writes to.
fn part_name() -> String {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    format!("{PART}{}-{}", std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed))
}

/// Removes the parts that processes have left in a folder which are no more. A part of one that still writes
/// stays. What cannot be removed does no harm.
fn sweep(folder: &Path) {
    let writer = |name: &str| name.strip_prefix(PART)?.split('-').next()?.parse().ok();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().and_then(writer).is_some_and(|id| !runs(id)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether there is a process of that number, of whichever user.
fn runs(process: i32) -> bool {
    let is_there = |process| test_kill_process(process) != Err(rustix::io::Errno::SRCH);
    Pid::from_raw(process).is_some_and(is_there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    struct Numbers {
        double: f64,
        single: f32,
    }

    impl Numbers {
        fn bits(self) -> (u64, u32) {
            (self.double.to_bits(), self.single.to_bits())
        }
    }

    /// Checkpoints, configs, networks and reports are text in places: what is read from them is used as
    /// if it had never been written.
    #[test]
    fn numbers_come_back_from_text_as_they_were() {
        let shares = (1..400).flat_map(|n| (0..=n).map(move |k| f64::from(k) / f64::from(n)));
        // Any bits at all, by the golden ratio's multiples.
        let any = (1..20_000_u64).map(|i| f64::from_bits(i.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        for double in shares.chain(any.filter(|x| x.is_finite())) {
            let single = f32::from_bits((double.to_bits() >> 17) as u32);
            let single = if single.is_finite() { single } else { 0.0 };
            let numbers = Numbers { double, single };
            let json = serde_json::to_string(&numbers).unwrap();
            let toml = toml::to_string(&numbers).unwrap();
            assert_eq!(
                serde_json::from_str::<Numbers>(&json).unwrap().bits(),
                numbers.bits(),
                "{json}"
            );
            assert_eq!(toml::from_str::<Numbers>(&toml).unwrap().bits(), numbers.bits(), "{toml}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("net.toml");
        std::fs::create_dir(&path).unwrap(); // in the way
        std::fs::write(path.join("file"), "").unwrap();
        assert_eq!(replace(&path, b"text").unwrap_err().code(), "spikestream::file::write");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_part_of_a_process_that_was_killed_goes_with_the_next_file() {
        let folder = tempfile::tempdir().unwrap();
        // Numbers of processes end below 2^22.
        let left = folder.path().join(format!("{PART}{}-0", 1 << 30));
        let mine = folder.path().join(format!("{PART}{}-another", std::process::id()));
        let other = folder.path().join(".part-of-something");
        for path in [&left, &mine, &other] {
            std::fs::write(path, "half").unwrap();
        }
        write(&folder.path().join("whole"), b"all").unwrap();
        assert!(!left.exists() && mine.exists() && other.exists());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    /// Two runs emit the same design into the same folder.
    #[test]
    fn those_who_write_the_same_file_at_once_are_not_in_each_others_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("top.v");
        std::thread::scope(|scope| {
            for writer in 0..4_u8 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..200 {
                        write(path, &[writer; 5_000]).unwrap();
                        let read = std::fs::read(path).unwrap();
                        assert!(read.len() == 5_000 && read.iter().all(|&byte| byte == read[0]));
                    }
                });
            }
        });
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
