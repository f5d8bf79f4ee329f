//! What a checkpoint holds beside its tensors, and the hash that binds both.

use super::{Epoch, refused};
use crate::TrainError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spikestream::Error;
use spikestream::data::Dataset;
use spikestream::hex;
use std::collections::HashMap;
use std::path::Path;

/// The version of checkpoints that this program writes and reads.
const FORMAT: &str = "2";

/// What is not tensors.
#[derive(Serialize, Deserialize)]
pub(super) struct Notes {
    /// The config, as TOML.
    pub(super) config: String,
    pub(super) command: String,
    /// The hash of the data.
    pub(super) data: String,
    pub(super) history: Vec<Epoch>,
    /// Steps of the optimiser that are done.
    pub(super) step: usize,
    /// The best epoch; its score is in the history.
    pub(super) best: Option<usize>,
}

/// The keys of the file's texts.
const KEYS: [&str; 4] = ["format", "version", "notes", "sha256"];

impl Notes {
    /// As texts, with the hash over them and these parts.
    pub(super) fn sealed(&self, parts: &[&[u8]; 3]) -> Result<HashMap<String, String>, String> {
        let notes = serde_json::to_string(self).map_err(|e| e.to_string())?;
        let seal = seal(&notes, parts);
        let texts = [FORMAT.to_owned(), env!("CARGO_PKG_VERSION").to_owned(), notes, seal];
        Ok(KEYS.map(str::to_owned).into_iter().zip(texts).collect())
    }

    /// From these texts, if they and the parts are as they were written.
    pub(super) fn unsealed(
        texts: &HashMap<String, String>,
        parts: &[&[u8]; 3],
        path: &Path,
    ) -> Result<Self, Error> {
        let [format, version, notes, sha256] = KEYS.map(|key| texts.get(key).map(String::as_str));
        let notes = notes.ok_or_else(|| refused(path, "it is no checkpoint".into()))?;
        if format != Some(FORMAT) {
            let version = version.unwrap_or("an earlier version").to_owned();
            return Err(TrainError::CheckpointFormat { path: path.into(), version }.into());
        }
        if sha256 != Some(seal(notes, parts).as_str()) {
            return Err(refused(path, "it is not as it was written: its hash differs".into()));
        }
        serde_json::from_str(notes).map_err(|e| refused(path, e.to_string()))
    }
}

fn seal(notes: &str, parts: &[&[u8]; 3]) -> String {
    let mut hasher = Sha256::new();
    for bytes in std::iter::once(notes.as_bytes()).chain(parts.iter().copied()) {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    hex::of(&hasher.finalize())
}

/// A hash over what a run learns from: the training images, their shape and their classes.
pub(in crate::loops) fn of_data(data: &Dataset) -> String {
    let (shape, labels) = (data.shape, &data.train.labels);
    let sizes = [shape.channels, shape.height, shape.width, data.classes, labels.len()];
    let mut hasher = Sha256::new();
    sizes.iter().for_each(|size| hasher.update((*size as u64).to_le_bytes()));
    data.train.images.iter().for_each(|image| hasher.update(image));
    hasher.update(labels);
    hex::of(&hasher.finalize())
}
