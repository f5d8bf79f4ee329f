//! Checkpoints: a run's whole state in one file, from which it goes on to the same weights.

use super::epoch::Epoch;
use super::model::Model;
use super::optimizer::Optimizer;
use crate::Error;
use crate::train::{TrainConfig, TrainError};
use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where a run keeps its state, and whether it goes on from what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    /// The file; it is replaced after every epoch, at once.
    pub path: PathBuf,
    /// Whether to go on from it. Without it an old file is replaced.
    pub resume: bool,
}

/// What a run knows after an epoch.
#[derive(Clone)]
pub(super) struct State {
    pub(super) model: Model,
    pub(super) optimizer: Optimizer,
    /// The best network so far, its score and its epoch.
    pub(super) best: Option<(f64, usize, Model)>,
    pub(super) history: Vec<Epoch>,
}

/// What is not tensors.
#[derive(Serialize, Deserialize)]
struct Notes {
    /// The config that the run was started with, as TOML.
    config: String,
    history: Vec<Epoch>,
    step: usize,
    best: Option<(f64, usize)>,
}

const NOTES: &str = "notes";
const PARTS: [&str; 3] = ["model", "optimizer", "best"];

/// Writes a state, so that the file is whole at every moment.
pub(super) fn save(
    path: &Path,
    config: &TrainConfig,
    state: &State,
    step: usize,
) -> Result<(), Error> {
    let failed = |message: String| refused(path, message);
    let bytes = |model: &Model| model.clone().into_record().into_bytes().map_err(|e| e.to_string());
    let model = bytes(&state.model).map_err(failed)?;
    let optimizer = state.optimizer.to_bytes().map_err(failed)?;
    let best = match &state.best {
        Some((_, _, model)) => bytes(model).map_err(failed)?,
        None => Bytes::from_bytes_vec(vec![0]),
    };
    let notes = Notes {
        config: config.to_toml(),
        history: state.history.clone(),
        step,
        best: state.best.as_ref().map(|(score, epoch, _)| (*score, *epoch)),
    };
    let notes = serde_json::to_string(&notes).map_err(|e| failed(e.to_string()))?;
    let views = PARTS.iter().zip([&model, &optimizer, &best]).map(|(name, bytes)| {
        let view = TensorView::new(Dtype::U8, vec![bytes.len()], bytes);
        view.map(|view| (*name, view)).map_err(|e| failed(e.to_string()))
    });
    let views = views.collect::<Result<Vec<_>, _>>()?;
    let notes = HashMap::from([(NOTES.to_owned(), notes)]);
    let file = safetensors::serialize(views, Some(notes)).map_err(|e| failed(e.to_string()))?;
    let part = path.with_extension("part");
    std::fs::write(&part, file)
        .and_then(|()| std::fs::rename(&part, path))
        .map_err(|source| Error::Write { path: path.to_path_buf(), source })
}

/// Reads a state back into a model and an optimiser of the same config.
pub(super) fn load(
    path: &Path,
    config: &TrainConfig,
    model: Model,
    optimizer: Optimizer,
) -> Result<State, Error> {
    let failed = |message: String| refused(path, message);
    let file =
        std::fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })?;
    let (_, header) = SafeTensors::read_metadata(&file).map_err(|e| failed(e.to_string()))?;
    let notes = header.metadata().as_ref().and_then(|m| m.get(NOTES));
    let notes = notes.ok_or_else(|| failed("it is no checkpoint".into()))?;
    let notes: Notes = serde_json::from_str(notes).map_err(|e| failed(e.to_string()))?;
    if notes.config != config.to_toml() {
        return Err(failed("it was made with another config".into()));
    }
    let tensors = SafeTensors::deserialize(&file).map_err(|e| failed(e.to_string()))?;
    let part = |name: &str| {
        let view = tensors.tensor(name).map_err(|e| failed(e.to_string()))?;
        Ok::<_, Error>(Bytes::from_bytes_vec(view.data().to_vec()))
    };
    let network = |name: &str| {
        let record = ModuleRecord::from_bytes(part(name)?).map_err(|e| failed(e.to_string()))?;
        model.clone().try_load_record(record).map_err(|e| failed(e.to_string()))
    };
    let best = match notes.best {
        Some((score, epoch)) => Some((score, epoch, network(PARTS[2])?)),
        None => None,
    };
    let optimizer = optimizer.resume(part(PARTS[1])?, notes.step).map_err(failed)?;
    Ok(State { model: network(PARTS[0])?, optimizer, best, history: notes.history })
}

fn refused(path: &Path, message: String) -> Error {
    TrainError::Checkpoint { path: path.to_path_buf(), message }.into()
}
