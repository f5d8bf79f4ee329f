//! What binds the files of a run: its name in each of them, and their hashes in `config.toml`.
//!
//! Files of two runs may come into one folder: by a copy, or by a kill between two of them. Read together
//! they would be a network that nobody trained.

use super::checkpoint::of_data;
use crate::{Silent, TrainConfig, TrainError};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spikestream::data::{Dataset, Source};
use spikestream::{Error, hex};
use std::path::Path;

/// The config of a run, in full, in the folder of its results.
pub const CONFIG: &str = "config.toml";
/// The float weights.
pub const MODEL: &str = "model.safetensors";
/// The key of a run's name in the file of float weights.
pub const RUN: &str = "run";
/// What the columns of a table are, as a network in integers has it too.
const INPUTS: &str = "inputs.toml";

/// What `config.toml` says of the files beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// The run's name ([`TrainConfig::run_name`]).
    pub run: String,
    /// SHA-256 of the float weights.
    pub model: String,
    /// SHA-256 of `inputs.toml`, where the run learnt from a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<String>,
}

impl Results {
    /// Binds the files that a run has written into a folder.
    ///
    /// # Errors
    /// Float weights that cannot be read.
    pub fn of(folder: &Path, run: &str) -> Result<Self, Error> {
        let model = hashed(&read(&folder.join(MODEL))?);
        let inputs = folder.join(INPUTS);
        let inputs = inputs.exists().then(|| read(&inputs).map(|bytes| hashed(&bytes)));
        Ok(Self { run: run.to_owned(), model, inputs: inputs.transpose()? })
    }

    /// Refuses files of another run.
    fn ensure_beside(&self, model: &Path) -> Result<(), Error> {
        let mixed = |path: &Path, what: String| -> Result<(), Error> {
            let (path, run) = (path.to_path_buf(), self.run.clone());
            Err(TrainError::Mixed { path, what, run }.into())
        };
        let weights = read(model)?;
        if hashed(&weights) != self.model {
            let what = match run_of(&weights) {
                Some(run) if run == self.run => "is not as its run wrote it".to_owned(),
                Some(run) => format!("is of run {run}"),
                None => "names no run".to_owned(),
            };
            return mixed(model, what);
        }
        let inputs = model.with_file_name(INPUTS);
        match (&self.inputs, inputs.exists()) {
            (None, false) => Ok(()),
            (None, true) => mixed(&inputs, "is of another run, which learnt from a table".into()),
            (Some(hash), true) if hashed(&read(&inputs)?) != *hash => {
                mixed(&inputs, "is of another run".into())
            }
            (Some(_), true) => Ok(()),
            (Some(_), false) => mixed(&inputs, "is missing".into()),
        }
    }
}

impl TrainConfig {
    /// The name of a run: 16 digits of a hash over its config, the data that it learns from and the
    /// version of this program. Where the data lie, what the network is called, what it is exported to and
    /// what becomes of silent neurons there are no part of it.
    pub fn run_name(&self, data: &Dataset) -> String {
        let mut config = Self { export: None, results: None, ..self.clone() };
        (config.name, config.data) = (String::new(), Source::default());
        config.prune.silent = Silent::default();
        let (version, generator) = (env!("CARGO_PKG_VERSION"), self.encoder().generator.name());
        let text = format!("{version}\n{}\n{generator}\n{}", of_data(data), config.to_toml());
        hashed(text.as_bytes())[..16].to_owned()
    }

    /// Reads the config of a folder of results.
    ///
    /// # Errors
    /// As [`TrainConfig::of_weights`].
    pub fn of_results(folder: &Path) -> Result<Self, Error> {
        Self::of_weights(&folder.join(MODEL))
    }

    /// Reads the config beside a file of float weights.
    ///
    /// # Errors
    /// As [`TrainConfig::load`]; weights, or an `inputs.toml` beside them, that are of another run. A
    /// config that says nothing of its results is of an earlier version, or written by hand, and goes with
    /// any.
    pub fn of_weights(model: &Path) -> Result<Self, Error> {
        let config = Self::load(&model.with_file_name(CONFIG))?;
        if let Some(results) = &config.results {
            results.ensure_beside(model)?;
        }
        Ok(config)
    }
}

/// The run that a file of float weights names.
fn run_of(model: &[u8]) -> Option<String> {
    let (_, header) = SafeTensors::read_metadata(model).ok()?;
    header.metadata().as_ref()?.get(RUN).cloned()
}

fn hashed(bytes: &[u8]) -> String {
    hex::of(&Sha256::digest(bytes))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })
}
