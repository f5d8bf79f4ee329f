//! The record: what the tests made of the mutants of each file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{AREAS, Accepted, Area, Error, Sample, choose, hash, sources};
use crate::base::error::FlowError;
use crate::base::files;

/// How many caught mutants of a file are kept, to be sampled.
const KEPT: usize = 4;

/// The head of the file.
const HEAD: &str = "# What the tests made of the mutants of each source. `cargo xtask mutants` writes it.\n\
                    # A hash is of a source's lines without comments, imports and tests. A sample is a place among those lines\n\
                    # (line:column to line:column), and what is put there.\n\n";

/// What came of the mutants of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// The source, by its path from the root.
    pub path: String,
    /// The hash of what was mutated.
    pub sha256: String,
    /// Mutants that a test failed on.
    pub caught: usize,
    /// Mutants on which a test did not end.
    pub timeouts: usize,
    /// Mutants that do not compile.
    pub unviable: usize,
    /// Mutants on which no test failed, by name.
    pub missed: Vec<String>,
    /// Some of those that were caught.
    pub sample: Vec<Sample>,
}

impl FileRecord {
    /// Keeps some of the mutants that were caught.
    pub(super) fn keep(&mut self, caught: Vec<Sample>) {
        let mut kept = choose(caught.iter().map(|one| (self.path.as_str(), one)), KEPT, 0);
        kept.sort_by_key(|(_, sample)| sample.from);
        self.sample = kept.into_iter().map(|(_, sample)| sample.clone()).collect();
    }

    /// Those that were missed and are not accepted.
    pub fn open<'a>(&'a self, accepted: &'a [Accepted]) -> impl Iterator<Item = &'a String> {
        let is = move |name: &str| {
            accepted.iter().any(|one| one.file == self.path && one.mutant == name)
        };
        self.missed.iter().filter(move |name| !is(name))
    }
}

/// All files with a record, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record(pub BTreeMap<String, FileRecord>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(default)]
    file: Vec<FileRecord>,
}

impl Record {
    /// Reads the record.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`], or [`Error::Form`].
    pub fn read(path: &Path) -> Result<Self, FlowError> {
        let form =
            |e: toml::de::Error| Error::Form { path: path.to_path_buf(), what: e.to_string() };
        let stored: Stored = toml::from_str(&files::read_text(path)?).map_err(form)?;
        Ok(Self(stored.file.into_iter().map(|file| (file.path.clone(), file)).collect()))
    }

    /// Writes the record.
    ///
    /// # Errors
    /// [`FlowError::Unwritable`].
    pub fn write(&self, path: &Path) -> Result<(), FlowError> {
        let stored = Stored { file: self.0.values().cloned().collect() };
        let text = toml::to_string(&stored).unwrap_or_default();
        files::write(path, (HEAD.to_owned() + &text).as_bytes())
    }

    /// Adds what came of some files. Files that are gone go.
    pub fn update(&mut self, root: &Path, new: Vec<FileRecord>) {
        self.0.extend(new.into_iter().map(|file| (file.path.clone(), file)));
        self.0.retain(|path, _| root.join(path).is_file());
    }

    /// Gives the record of a file that is gone to one without a record that has the same code.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`].
    pub fn follow(&mut self, root: &Path) -> Result<(), FlowError> {
        for area in &AREAS {
            for source in sources(root, area)? {
                let sha256 = hash(root, &source)?;
                let is = |(path, file): &(&String, &FileRecord)| {
                    file.sha256 == sha256 && !root.join(path).is_file()
                };
                let moved = self.0.iter().find(is).map(|(path, _)| path.clone());
                let moved = moved.filter(|_| !self.0.contains_key(&source));
                if let Some(file) = moved.and_then(|path| self.0.remove(&path)) {
                    self.0.insert(source.clone(), FileRecord { path: source, ..file });
                }
            }
        }
        Ok(())
    }

    /// Whether the record of a source holds for it as it is.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`].
    pub fn holds(&self, root: &Path, source: &str) -> Result<bool, FlowError> {
        let recorded = self.0.get(source).map(|file| file.sha256.clone());
        Ok(recorded == Some(hash(root, source)?))
    }

    /// The sources of an area without a record that holds, in order.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`].
    pub fn due(&self, root: &Path, area: &Area) -> Result<Vec<String>, FlowError> {
        let mut due = Vec::new();
        for source in sources(root, area)? {
            if !self.holds(root, &source)? {
                due.push(source);
            }
        }
        Ok(due)
    }

    /// Refuses a record of sources that have changed since, or that are gone.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn ensure_true(&self, root: &Path) -> Result<(), FlowError> {
        let stale = |path: &&String| !self.holds(root, path).unwrap_or(false);
        let stale: Vec<String> = self.0.keys().filter(stale).cloned().collect();
        match stale.is_empty() {
            true => Ok(()),
            false => Err(Error::Stale { files: stale }.into()),
        }
    }

    /// The area of a recorded file.
    pub fn area_of(path: &str) -> Option<&'static Area> {
        AREAS.iter().find(|area| path.strip_prefix(area.folder).is_some_and(|p| p.starts_with('/')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written_and_refused_when_a_source_changes() {
        let root = tempfile::tempdir().unwrap();
        for area in &AREAS {
            std::fs::create_dir_all(root.path().join(area.folder)).unwrap();
        }
        std::fs::write(root.path().join("src/sc/lif.rs"), "fn a() {}\n").unwrap();
        let mut file = FileRecord {
            path: "src/sc/lif.rs".to_owned(),
            sha256: hash(root.path(), "src/sc/lif.rs").unwrap(),
            caught: 9,
            missed: vec!["one".to_owned(), "two".to_owned()],
            ..FileRecord::default()
        };
        file.keep(
            (1..=9).map(|n| Sample { from: (n, 1), to: (n, 2), by: "\"x\"".into() }).collect(),
        );
        assert_eq!(file.sample.len(), KEPT);
        let accepted = Accepted {
            file: file.path.clone(),
            mutant: "one".to_owned(),
            reason: "nothing changes".to_owned(),
        };
        assert_eq!(file.open(&[accepted]).collect::<Vec<_>>(), ["two"]);
        let mut record = Record::default();
        record.update(root.path(), vec![file]);
        let path = root.path().join("record.toml");
        record.write(&path).unwrap();
        let read = Record::read(&path).unwrap();
        assert_eq!(read, record);
        read.ensure_true(root.path()).unwrap();
        assert_eq!(read.due(root.path(), &AREAS[0]).unwrap(), Vec::<String>::new());
        let mut moved = read.clone();
        let path = |name: &str| root.path().join("src/sc").join(name);
        std::fs::rename(path("lif.rs"), path("cell.rs")).unwrap();
        moved.follow(root.path()).unwrap();
        moved.ensure_true(root.path()).unwrap();
        assert_eq!(moved.0["src/sc/cell.rs"].missed, ["one", "two"]);
        std::fs::rename(path("cell.rs"), path("lif.rs")).unwrap();
        std::fs::write(root.path().join("src/sc/lif.rs"), "fn b() {}\n").unwrap();
        let error = read.ensure_true(root.path()).unwrap_err();
        assert_eq!(error.code(), "flows::mutants::stale");
        assert!(error.to_string().contains("src/sc/lif.rs"), "{error}");
        assert_eq!(read.due(root.path(), &AREAS[0]).unwrap(), ["src/sc/lif.rs"]);
    }

    #[test]
    fn every_file_belongs_to_the_area_of_its_folder() {
        assert_eq!(Record::area_of("src/spec/net.rs").unwrap().folder, "src/spec");
        assert_eq!(Record::area_of("hw/src/uart/receiver.rs").unwrap().package, "spikestream-hw");
        assert_eq!(Record::area_of("src/specials.rs"), None);
    }
}
