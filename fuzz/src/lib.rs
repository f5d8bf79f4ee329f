//! Odd files for every reader, from a seed: files that are right, damaged in a few places, and what a
//! reader must do with each.
//!
//! # What is asked of a reader
//! It never panics, ends within [`SECONDS`], and holds no more than [`MEMORY`] bytes at a time. What it
//! refuses has a code, a sentence and a remedy, and names the file. What it accepts, and what can be
//! written, is read again as it was; the reader's own line in its table says so.
//!
//! # To run more
//! `FUZZ_INPUTS` is the number of inputs for each reader, `FUZZ_SEED` the seed, `FUZZ_READER` the only
//! reader, `FUZZ_INPUT` the only input, by its number. Input N of a seed is the same in every run.

pub mod heap;
mod mutate;
mod run;
mod workers;

use std::path::{Path, PathBuf};

pub use run::run;

/// Inputs for each reader, unless more are asked for.
pub const INPUTS: u64 = 10_000;

/// How long a reader may take for one input, on a machine that is busy with other things.
pub const SECONDS: u64 = 20;

/// What a reader may hold at a time for one input: bytes of the heap.
pub const MEMORY: usize = 64 << 20;

/// A reader under test: a line in a table.
pub struct Reader {
    /// What it reads.
    pub name: &'static str,
    /// Inputs that it accepts, from which odd ones are made.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads one. A panic is a fault, also that of an assertion about what was accepted.
    pub read: fn(&Given<'_>) -> Result<(), Refusal>,
    /// Whether a refusal must name the file.
    pub has_file: bool,
}

impl Reader {
    /// A reader of what lies in no file of its own, or whose caller knows the file.
    #[must_use]
    pub const fn without_file(self) -> Self {
        Self { has_file: false, ..self }
    }
}

/// An input, and a folder to lay it in.
pub struct Given<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// A folder that this worker has to itself; what is in it stays from input to input.
    pub folder: &'a Path,
}

impl Given<'_> {
    /// Lays the input into a file of the folder.
    ///
    /// # Panics
    /// If the file cannot be written: then nothing is tested.
    pub fn file(&self, name: &str) -> PathBuf {
        self.lay(name, self.bytes)
    }

    /// Lays other bytes beside it.
    ///
    /// # Panics
    /// As [`Given::file`].
    pub fn lay(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        let folder = path.parent().unwrap_or(self.folder);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, bytes));
        assert!(written.is_ok(), "{} cannot be written: {written:?}", path.display());
        path
    }
}

/// What a reader says of an input that it does not take.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The stable code.
    pub code: String,
    /// The sentence.
    pub text: String,
    /// What to do.
    pub remedy: String,
}

impl Refusal {
    /// A refusal with these words.
    pub fn new(code: &str, text: impl ToString, remedy: impl ToString) -> Self {
        Self { code: code.to_owned(), text: text.to_string(), remedy: remedy.to_string() }
    }

    /// What is wrong with the refusal itself.
    fn fault(&self, folder: Option<&Path>) -> Option<String> {
        let Self { code, text, remedy } = self;
        let plain = |c: char| c.is_ascii_lowercase() || c == '-' || c == ':';
        if code.matches("::").count() != 2 || !code.chars().all(plain) {
            return Some(format!("`{code}` is no code"));
        }
        if text.trim().is_empty() || remedy.trim().is_empty() {
            return Some(format!("{code} has no sentence or no remedy: {text:?}, {remedy:?}"));
        }
        let named = folder.is_none_or(|folder| text.contains(&*folder.to_string_lossy()));
        (!named).then(|| format!("{code} names no file: {text}"))
    }
}
