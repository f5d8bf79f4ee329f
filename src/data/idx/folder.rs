//! Which file of a folder is which.

use std::collections::BTreeSet;
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

    /// The folder, or the only one below it that torchvision would put these files into
    /// (`MNIST/raw`), where it holds none itself.
    pub(super) fn below(self) -> Result<Self, Error> {
        if self.has("images", &["train"]) {
            return Ok(self);
        }
        let mut raw = self.sets_below()?;
        raw.retain(|folder| folder.path.file_name().is_some_and(|name| name == "raw"));
        match raw.len() {
            1 => Ok(raw.remove(0)),
            _ => Ok(self),
        }
    }

    /// The folders at most two levels below that hold training images.
    fn sets_below(&self) -> Result<Vec<Self>, Error> {
        let mut found = Vec::new();
        for child in folders(&self.path)? {
            for grandchild in folders(&child)?.iter().chain([&child]) {
                let folder = Self::read(grandchild)?;
                if folder.has("images", &["train"]) {
                    found.push(folder);
                }
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// Leaves only the files of one data set.
    pub(super) fn of_set(mut self, set: Option<&str>) -> Result<Self, DataError> {
        let Some(set) = set else { return Ok(self) };
        let is_meant = |own: &str| own == set || own.ends_with(&format!("-{set}"));
        let sets = sets(self.names.iter().map(String::as_str));
        if !sets.iter().any(|own| is_meant(own)) {
            return Err(DataError::NoSet { folder: self.path, set: set.to_owned(), sets });
        }
        self.names.retain(|name| Meant::of(name).is_some_and(|meant| is_meant(meant.set)));
        Ok(self)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
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
    ) -> Result<PathBuf, Error> {
        let meant = self.names.iter().filter(|name| is_meant(name, kind, prefixes));
        let mut meant: Vec<&String> = meant.collect();
        meant.dedup_by_key(|name| stem(name)); // sorted: the plain file comes before its .gz
        let folder = self.path.clone();
        match meant[..] {
            [name] => Ok(self.path.join(name)),
            [] => {
                let (looked, found) = (names(kind, prefixes), self.names.clone());
                let below = self.sets_below()?;
                let below = below.iter().map(|f| f.path.display().to_string());
                let below = below.collect();
                Err(DataError::Missing { folder, role, looked, found, below }.into())
            }
            _ => {
                let sets = sets(meant.iter().map(|name| name.as_str()));
                let found = meant.into_iter().cloned().collect();
                Err(DataError::Several { folder, role, found, sets }.into())
            }
        }
    }
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let fail = |source| Error::Read { path: path.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".gz").unwrap_or(name)
}

/// What a file's name says: `[SET-]PART-KIND-idxN-TYPE[.gz]`, or with a dot before `idx`.
struct Meant<'a> {
    set: &'a str,
    part: &'a str,
    kind: &'a str,
}

impl<'a> Meant<'a> {
    fn of(name: &'a str) -> Option<Self> {
        let name = TYPES.iter().find_map(|of| stem(name).strip_suffix(of)?.strip_suffix('-'))?;
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let name = name.strip_suffix("-idx").or_else(|| name.strip_suffix(".idx"))?;
        let (name, kind) = name.rsplit_once('-')?;
        let (set, part) = name.rsplit_once('-').unwrap_or(("", name));
        Some(Self { set, part, kind })
    }
}

/// What the type is called at the end of a name; the file itself says which it is.
const TYPES: [&str; 6] = ["ubyte", "byte", "short", "int", "float", "double"];

fn is_meant(name: &str, kind: &str, prefixes: &[&str]) -> bool {
    Meant::of(name).is_some_and(|meant| meant.kind == kind && prefixes.contains(&meant.part))
}

/// The data sets that files are of, each once; those whose names begin with no set are not among them.
fn sets<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let sets: BTreeSet<&str> = names.filter_map(|name| Some(Meant::of(name)?.set)).collect();
    sets.into_iter().filter(|set| !set.is_empty()).map(str::to_owned).collect()
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
            "train-images-idx3-float",
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
    fn a_name_says_its_set() {
        let names = [
            "emnist-letters-test-labels-idx1-ubyte.gz",
            "qmnist-train-labels-idx2-int",
            "train-labels.idx1-ubyte",
            "readme",
        ];
        assert_eq!(sets(names.into_iter()), ["emnist-letters", "qmnist"]);
        let meant = Meant::of(names[0]).unwrap();
        assert_eq!((meant.set, meant.part, meant.kind), ("emnist-letters", "test", "labels"));
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
