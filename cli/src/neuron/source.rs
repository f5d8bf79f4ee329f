//! Where a neuron's equations come from: a file, or one that ships.

use std::path::{Path, PathBuf};

use spikestream::neuron::equations::{Equations, Error as Wrong};
use spikestream_flows::FlowError;
use spikestream_flows::base::error::Told;
use spikestream_flows::base::files;
use spikestream_flows::base::nearest::offer;

/// What can be wrong with a neuron that is asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No neuron of that name, and no such file.
    #[error("there is no neuron `{name}`")]
    Unknown {
        /// What was given.
        name: String,
        /// The names that ship.
        legal: Vec<String>,
    },
    /// Its equations.
    #[error("{path}: {wrong}", path = path.display())]
    Equations {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        wrong: Wrong,
    },
    /// A current that is neither a number nor a file of numbers.
    #[error("{given} is no current: {reason}")]
    Current {
        /// What was given.
        given: String,
        /// Why it is none.
        reason: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "cli::neuron::unknown",
            Self::Equations { wrong, .. } => wrong.code(),
            Self::Current { .. } => "cli::neuron::current",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unknown { name, legal } => {
                format!("{}; or give a file that ends in .toml", offer(name, legal))
            }
            Self::Equations { wrong, .. } => wrong.remedy(),
            Self::Current { .. } => {
                "give a number within the input's range, or a file with one a line".to_owned()
            }
        }
    }
}

/// A neuron, its name and its file.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) neuron: Equations,
}

impl Source {
    /// The neuron of a file, or of a name among those in a folder.
    pub(super) fn find(shipped: &Path, given: &str) -> Result<Self, FlowError> {
        let own = shipped.join(given).with_extension("toml");
        let path = match Path::new(given) {
            path if path.extension().is_some_and(|end| end == "toml") => path.to_path_buf(),
            _ if own.is_file() => own,
            _ => {
                return Err(Error::Unknown { name: given.to_owned(), legal: names(shipped) }.into());
            }
        };
        let text = files::read_text(&path)?;
        let neuron = Equations::from_toml(&text)
            .map_err(|wrong| Error::Equations { path: path.clone(), wrong })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, path, neuron })
    }

    /// The error of equations that cannot be written in words.
    pub(super) fn wrong(&self, wrong: Wrong) -> FlowError {
        Error::Equations { path: self.path.clone(), wrong }.into()
    }
}

/// The names of those that ship.
pub(super) fn names(shipped: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(shipped).into_iter().flatten().flatten();
    let stem = |path: PathBuf| Some(path.file_stem()?.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.filter_map(|entry| stem(entry.path())).collect();
    names.sort();
    names
}
