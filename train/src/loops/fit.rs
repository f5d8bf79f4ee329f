//! A whole run: hold-out, epochs, which one is kept, and when to stop.

use super::batch::{Encoder, Samples};
use super::checkpoint::{self, Checkpoints, State, score};
use super::epoch::{Epoch, EpochOptions, train_epoch};
use super::evaluate::evaluate;
use super::optimizer::Optimizer;
use super::thin;
use crate::SpikingNet;
use crate::rng::Rng;
use crate::{Augment, Network, TrainConfig, TrainError};
use burn::tensor::Device;
use spikestream::Error;
use spikestream::data::Dataset;
use spikestream::spec::Generator;
use std::ops::ControlFlow;
use std::time::Instant;

/// What happens during a run, for progress and metrics.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A step of the optimiser is done.
    Step {
        /// The epoch, from 1.
        epoch: usize,
        /// Steps of the epoch that are done.
        done: usize,
        /// Steps of an epoch.
        of: usize,
    },
    /// An epoch is done, and kept as the best so far if so.
    Epoch(&'a Epoch, bool),
}

/// A trained network.
#[derive(Debug)]
pub struct Trained {
    /// As of the epoch that was kept.
    pub model: SpikingNet,
    /// Every epoch.
    pub history: Vec<Epoch>,
    /// The epoch that was kept, from 1.
    pub kept: usize,
    /// Epochs that a checkpoint had done before.
    pub resumed: usize,
}

impl TrainConfig {
    /// The encoder, with the generator of the integers if there are any.
    pub fn encoder(&self) -> Encoder {
        let sc = self.sc.as_ref().or(self.export.as_ref());
        let generator = sc.map_or(Generator::VanDerCorput, |sc| sc.encoder);
        Encoder { config: self.encoder.clone(), generator }
    }
}

/// What watches a run, and may end it.
pub type Observer<'a> = dyn FnMut(Event<'_>) -> ControlFlow<()> + 'a;

/// Trains the network of a config on a data set.
///
/// Part of the training images is held out, by the seed; the epoch that is right most often on them
/// is kept, a later one of equals, without a hold-out the last. The test images are not looked at. Those
/// that are learnt from are changed as [`crate::AugmentConfig`] says; no others are. Where [`crate::PruneConfig`] takes
/// a share of the hidden neurons out, no epoch before the last of them is kept.
///
/// A run that goes on from a checkpoint ends as if it had never been interrupted, to the bit. It may go
/// on to another number of epochs; a cosine then runs to the new number, from the step it is at.
///
/// `observe` ends the run by [`ControlFlow::Break`]: after this step, or within the last step of an
/// epoch after that epoch, which is kept.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
///
/// use spikestream::{data, eval};
/// use spikestream_train::{Event, NetworkConfig, TrainConfig, device, fit};
///
/// let mut digits = data::digits();
/// digits.train.images.truncate(300);
/// digits.train.labels.truncate(300);
/// let mut config = TrainConfig::shipped(); // in the integers that ship
/// config.network = NetworkConfig::sc_aware(&[32]);
/// config.run.epochs = 3.into();
///
/// let trained = fit(&config, &digits, &device(), None, &mut |_: Event| ControlFlow::Continue(()))?;
/// assert_eq!(trained.history.len(), 3);
/// let network = trained.model;
/// let (net, _) = network.to_net(&config.sc.unwrap_or_default(), "mine", config.encoder.steps())?;
/// let right = eval::evaluate(&net, &digits.test)?; // by the golden model; net.save writes net.toml
/// assert!(right.accuracy() > 0.3, "{right}");
/// # Ok::<(), spikestream::Error>(())
/// ```
///
/// # Errors
/// A config or data that cannot work; a run that diverges; a checkpoint that does not fit;
/// [`TrainError::Stopped`].
pub fn fit(
    config: &TrainConfig,
    data: &Dataset,
    device: &Device,
    checkpoints: Option<&Checkpoints>,
    observe: &mut Observer<'_>,
) -> Result<Trained, Error> {
    config.check()?;
    let config = &config.settled(data);
    let augment = config.augment(data)?;
    let (learn, held) = hold_out(config, data)?;
    let model = SpikingNet::described(config, data, &device.clone().autodiff())?;
    ensure_labels(data, &model)?;
    let epochs = config.run.epochs.on(learn.len(), config.run.batch);
    let per_epoch = learn.len().div_ceil(config.run.batch);
    let optimizer = Optimizer::new(&config.optimizer, per_epoch, epochs);
    let hash = checkpoints.map(|_| checkpoint::of_data(data)).unwrap_or_default();
    let mut state = match checkpoints.filter(|c| c.resume) {
        Some(c) => checkpoint::load(&c.path, config, &hash, &model, optimizer)?,
        None => State { model, optimizer, best: None, history: Vec::new() },
    };
    let resumed = state.history.len();
    while state.history.len() < epochs && !stalled(config, &state) {
        let better = advance(config, &augment, &mut state, &learn, held.as_ref(), observe)?;
        if let Some(c) = checkpoints {
            let step = state.history.len() * per_epoch;
            checkpoint::save(c, config, &hash, &state, step)?;
        }
        if let Some(epoch) = state.history.last()
            && observe(Event::Epoch(epoch, better)).is_break()
        {
            return Err(TrainError::Stopped { epoch: epoch.number, done: epoch.number }.into());
        }
    }
    let last = state.history.len();
    let (kept, model) = state.best.map_or((last, state.model), |(_, epoch, model)| (epoch, model));
    Ok(Trained { model, history: state.history, kept, resumed })
}

/// One more epoch; whether it is the best so far.
fn advance(
    config: &TrainConfig,
    augment: &Augment,
    state: &mut State,
    learn: &Samples,
    held: Option<&Samples>,
    observe: &mut Observer<'_>,
) -> Result<bool, Error> {
    let start = Instant::now();
    thin::begin(config, state, learn)?;
    let number = state.history.len() + 1;
    // Each epoch's order and spikes follow from the seed and its number, so that a run can go on
    // from any epoch.
    let seed = Rng::new(config.run.seed, 100 + number as u64).next_seed();
    let (encoder, device) = (config.encoder(), state.model.device().inner());
    let changes = augment.epoch(seed);
    let order = learn.shuffled(seed, config.run.batch);
    let of = order.len();
    let batches = order.iter().enumerate().map(|(done, indices)| {
        if done > 0 && observe(Event::Step { epoch: number, done, of }).is_break() {
            return Err(TrainError::Stopped { epoch: number, done: number - 1 }.into());
        }
        learn.augmented(indices, &changes, &encoder, seed ^ (done as u64 + 1), &device)
    });
    let options = EpochOptions { number, loss: &config.loss, regularisers: &config.regularisers };
    let model = state.model.clone();
    let (model, loss, accuracy) = train_epoch(model, batches, &mut state.optimizer, &options)?;
    state.model = model;
    // Whoever stops here is asked again once the epoch is kept.
    let _ = observe(Event::Step { epoch: number, done: of, of });
    let decide = config.sc.is_some();
    let verdict = match held {
        Some(held) => Some(evaluate(&state.model, held, &encoder, &config.loss, decide)?),
        None => None,
    };
    state.history.push(Epoch {
        number,
        loss,
        accuracy,
        holdout_loss: verdict.as_ref().map(|v| v.loss),
        holdout_accuracy: verdict.map(|v| v.evaluation.accuracy()),
        learning_rate: state.optimizer.rate(),
        seconds: start.elapsed().as_secs_f64(),
    });
    // A later epoch wins a tie: its learning rate is lower. Without a hold-out the last wins. A network that still
    // has neurons that are to go is none that ships.
    let score = state.history.last().map_or(0.0, score);
    let best = state.best.as_ref().is_none_or(|(best, _, _)| score >= *best);
    let better = best && thin::is_done(config, &state.model);
    if better {
        state.best = Some((score, number, state.model.clone()));
    }
    Ok(better)
}

/// Whether there was no better epoch for as long as the config waits.
fn stalled(config: &TrainConfig, state: &State) -> bool {
    let patience = config.run.patience;
    let waited = |(_, best, _): &(f64, usize, SpikingNet)| state.history.len() >= best + patience;
    patience > 0 && state.best.as_ref().is_some_and(waited)
}

/// Parts the training images into those to learn from and those held out, by the seed.
fn hold_out(
    config: &TrainConfig,
    data: &Dataset,
) -> Result<(Samples, Option<Samples>), TrainError> {
    let order = Rng::new(config.run.seed, 2).permutation(data.train.images.len());
    let (held, rest) = order.split_at(config.run.held_out(order.len()));
    if rest.is_empty() && !held.is_empty() {
        let (field, value) = ("run.holdout".into(), config.run.holdout.to_string());
        let allowed = format!("0: it takes all {} training images", held.len());
        return Err(TrainError::Value { field, value, allowed });
    }
    let learn = Samples::of(&data.train, rest)?;
    let held = if held.is_empty() { None } else { Some(Samples::of(&data.train, held)?) };
    Ok((learn, held))
}

/// Every label must be a class of the network.
fn ensure_labels(data: &Dataset, model: &SpikingNet) -> Result<(), TrainError> {
    let classes = model.outputs();
    let labels = data.train.labels.iter().chain(&data.test.labels);
    match labels.map(|l| usize::from(*l)).enumerate().find(|(_, l)| *l >= classes) {
        Some((at, label)) => Err(TrainError::Label { at, label, classes }),
        None => Ok(()),
    }
}
