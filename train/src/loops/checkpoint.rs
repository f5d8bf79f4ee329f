//! Checkpoints: a run's whole state in one file, from which it goes on to the same weights.

mod notes;

use super::epoch::Epoch;
use super::optimizer::Optimizer;
use crate::SpikingNet;
use crate::{RunConfig, TrainConfig, TrainError};
use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use notes::Notes;
pub(super) use notes::of_data;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use spikestream::data::Dataset;
use spikestream::{Error, files};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where a run keeps its state, and whether it goes on from what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    /// The file; it is replaced after every epoch, at once.
    pub path: PathBuf,
    /// Whether to go on from it. Without it an old file is replaced.
    pub resume: bool,
    /// The command that makes this network, kept in the file for whoever goes on from it.
    pub command: String,
}

/// What a checkpoint says of its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// The config, as the run had it last.
    pub config: TrainConfig,
    /// The command that makes this network.
    pub command: String,
    /// Every epoch that is done.
    pub history: Vec<Epoch>,
    /// The epoch that is the best so far, from 1; 0 before there is one.
    pub kept: usize,
    path: PathBuf,
    data: String,
}

impl Progress {
    /// Reads what a checkpoint says of its run.
    ///
    /// # Errors
    /// No such file; one that is no checkpoint, is of another format, or is not as it was written.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Ok(read(path)?.0)
    }

    /// Whether there are epochs left to do by these settings: its own, or those that it goes on with.
    pub fn is_unfinished(&self, run: &RunConfig) -> bool {
        let done = self.history.len();
        let left = run.epochs.number().is_none_or(|epochs| done < epochs);
        // Before the first that can be kept nothing is waited for.
        left && (run.patience == 0 || self.kept == 0 || done < self.kept + run.patience)
    }

    /// Whether these are the images that the run learns from.
    pub fn learns_from(&self, data: &Dataset) -> bool {
        self.data == of_data(data)
    }

    /// Whether the run may go on with this config: only what leaves the epochs that are done as they
    /// were may differ.
    ///
    /// # Errors
    /// The first key that alters what was learnt, with both values; fewer epochs than are done.
    pub fn ensure_same_run(&self, config: &TrainConfig) -> Result<(), TrainError> {
        let (path, done) = (self.path.clone(), self.history.len());
        let all = config.differences(&self.config);
        if let Some(d) = all.into_iter().find(|d| d.alters_learning()) {
            return Err(TrainError::OtherRun { path, key: d.key, before: d.before, now: d.now });
        }
        if config.run.epochs.number().is_some_and(|epochs| epochs < done) {
            let (field, value) = ("run.epochs".into(), config.run.epochs.to_string());
            let allowed = format!("at least {done}: so many epochs are done");
            return Err(TrainError::Value { field, value, allowed });
        }
        Ok(())
    }
}

/// What a run knows after an epoch.
#[derive(Clone)]
pub(super) struct State {
    pub(super) model: SpikingNet,
    pub(super) optimizer: Optimizer,
    /// The best network so far, its score and its epoch.
    pub(super) best: Option<(f64, usize, SpikingNet)>,
    pub(super) history: Vec<Epoch>,
}

/// What chooses the best epoch: the share of the samples held out that is right; without them all are
/// as good, and the last one wins.
pub(super) fn score(epoch: &Epoch) -> f64 {
    epoch.holdout_accuracy.unwrap_or_default()
}

const PARTS: [&str; 3] = ["model", "optimizer", "best"];

/// Writes a state, so that the file is whole at every moment.
pub(super) fn save(
    to: &Checkpoints,
    config: &TrainConfig,
    data: &str,
    state: &State,
    step: usize,
) -> Result<(), Error> {
    let failed = |message: String| TrainError::Unkept { path: to.path.clone(), message };
    let bytes =
        |model: &SpikingNet| model.clone().into_record().into_bytes().map_err(|e| e.to_string());
    let model = bytes(&state.model).map_err(failed)?;
    let optimizer = state.optimizer.to_bytes().map_err(failed)?;
    let best = match &state.best {
        Some((_, _, model)) => bytes(model).map_err(failed)?,
        None => Bytes::from_bytes_vec(vec![0]),
    };
    let parts: [&[u8]; 3] = [&model, &optimizer, &best];
    let notes = Notes {
        config: config.to_toml(),
        command: to.command.clone(),
        data: data.to_owned(),
        history: state.history.clone(),
        step,
        best: state.best.as_ref().map(|(_, epoch, _)| *epoch),
    };
    let notes = notes.sealed(&parts).map_err(failed)?;
    let views = PARTS.iter().zip(parts).map(|(name, bytes)| {
        let view = TensorView::new(Dtype::U8, vec![bytes.len()], bytes);
        view.map(|view| (*name, view)).map_err(|e| failed(e.to_string()))
    });
    let views = views.collect::<Result<Vec<_>, _>>()?;
    let file = safetensors::serialize(views, Some(notes)).map_err(|e| failed(e.to_string()))?;
    files::replace(&to.path, &file)
}

/// Reads a state back into a model and an optimiser of the same run.
pub(super) fn load(
    path: &Path,
    config: &TrainConfig,
    data: &str,
    model: &SpikingNet,
    optimizer: Optimizer,
) -> Result<State, Error> {
    let failed = |message: String| refused(path, message);
    let (progress, step, [newest, moments, best]) = read(path)?;
    progress.ensure_same_run(config)?;
    if progress.data != data {
        let (path, data) = (path.to_path_buf(), config.data.to_string());
        return Err(TrainError::OtherData { path, data }.into());
    }
    let network = |bytes: Vec<u8>| {
        let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes));
        let record = record.map_err(|e| failed(e.to_string()))?;
        model.clone().try_load_record(record).map_err(|e| failed(e.to_string()))
    };
    let best = match progress.history.get(progress.kept.wrapping_sub(1)) {
        Some(epoch) => Some((score(epoch), progress.kept, network(best)?)),
        None => None,
    };
    let optimizer = optimizer.resume(Bytes::from_bytes_vec(moments), step).map_err(failed)?;
    Ok(State { model: network(newest)?, optimizer, best, history: progress.history })
}

/// What a file says of its run, the steps that are done, and the bytes of its parts.
fn read(path: &Path) -> Result<(Progress, usize, [Vec<u8>; 3]), Error> {
    let file = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => TrainError::NoCheckpoint { path: path.into() }.into(),
        _ => Error::Read { path: path.into(), source },
    })?;
    let failed = |message: String| refused(path, message);
    let none = |e: safetensors::SafeTensorError| failed(format!("it is no checkpoint ({e})"));
    let (_, header) = SafeTensors::read_metadata(&file).map_err(none)?;
    let texts: HashMap<String, String> = header.metadata().clone().unwrap_or_default();
    let tensors = SafeTensors::deserialize(&file).map_err(none)?;
    let part = |name: &str| tensors.tensor(name).map(|view| view.data().to_vec()).map_err(none);
    let parts = [part(PARTS[0])?, part(PARTS[1])?, part(PARTS[2])?];
    let notes = Notes::unsealed(&texts, &parts.each_ref().map(Vec::as_slice), path)?;
    let progress = Progress {
        config: TrainConfig::parse(&notes.config, path)?,
        command: notes.command,
        history: notes.history,
        kept: notes.best.unwrap_or_default(),
        path: path.to_path_buf(),
        data: notes.data,
    };
    Ok((progress, notes.step, parts))
}

fn refused(path: &Path, message: String) -> Error {
    TrainError::Checkpoint { path: path.to_path_buf(), message }.into()
}
