//! Where a neuron's equations come from: a file, or one that ships.

use std::path::PathBuf;

use spikestream::neuron::equations::{Equations, Error as Wrong};
use spikestream::neuron::kinds::{KINDS, Kind};
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
    /// A network that has no neuron of that name.
    #[error("the network has no neuron `{name}`")]
    Unnamed {
        /// What was given.
        name: String,
        /// The names that it has.
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
            Self::Unnamed { .. } => "cli::neuron::unnamed",
            Self::Equations { wrong, .. } => wrong.code(),
            Self::Current { .. } => "cli::neuron::current",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unknown { name, legal } => {
                format!("{}; or give a file that ends in .toml", offer(name, legal))
            }
            Self::Unnamed { legal, .. } if legal.is_empty() => {
                "its layers have the neuron of [neuron], whose step docs/contract.md gives"
                    .to_owned()
            }
            Self::Unnamed { name, legal } => offer(name, legal),
            Self::Equations { wrong, .. } => wrong.remedy(),
            Self::Current { .. } => {
                "give a number within the input's range, or a file with one a line".to_owned()
            }
        }
    }
}

/// A neuron, its name, and its file or what stands for one.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    path: PathBuf,
    pub(super) neuron: Equations,
}

impl Source {
    /// The neuron of a file, or one that ships, by its name.
    pub(super) fn find(given: &str) -> Result<Self, FlowError> {
        let path = PathBuf::from(given);
        let (name, text) = if path.extension().is_some_and(|end| end == "toml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name, files::read_text(&path)?)
        } else {
            let unknown = || {
                let legal = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
                Error::Unknown { name: given.to_owned(), legal }
            };
            let kind = Kind::named(given).ok_or_else(unknown)?;
            (given.to_owned(), kind.text.to_owned())
        };
        let neuron = Equations::from_toml(&text)
            .map_err(|wrong| Error::Equations { path: path.clone(), wrong })?;
        Ok(Self { name, path, neuron })
    }

    /// The error of equations that cannot be written in words.
    pub(super) fn wrong(&self, wrong: Wrong) -> FlowError {
        Error::Equations { path: self.path.clone(), wrong }.into()
    }
}
