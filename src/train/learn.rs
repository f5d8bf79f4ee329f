//! The loop: epochs, batches, loss, optimiser, and which epoch is kept.

use super::model::{SpikingNet, pixels};
use super::progress::Progress;
use super::rng::Rng;
use super::{Epoch, Recipe};
use crate::Error;
use crate::data::Split;
use crate::sc::network::Outcome;
use crate::spec::NetSpec;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData};

/// The share of a label that is spread over all classes (Szegedy et al. 2016). A logit is a whole
/// spike, so a loss that asks for certainty asks for ever more spikes.
const SMOOTHING: f32 = 0.1;

/// Images and labels, by reference: a part of a [`Split`].
#[derive(Clone, Debug, Default)]
pub(super) struct Part<'a> {
    pub(super) images: Vec<&'a [u8]>,
    pub(super) labels: Vec<u8>,
}

impl<'a> Part<'a> {
    pub(super) fn of(split: &'a Split, indices: impl IntoIterator<Item = usize>) -> Self {
        let mut part = Self::default();
        for i in indices {
            part.images.push(&split.images[i]);
            part.labels.push(split.labels[i]);
        }
        part
    }

    fn pick(&self, indices: &[usize]) -> Self {
        Self {
            images: indices.iter().map(|&i| self.images[i]).collect(),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
        }
    }
}

/// Parts a training split into images to learn from and images held out, by the seed.
pub(super) fn hold_out<'a>(split: &'a Split, share: f64, seed: u64) -> (Part<'a>, Part<'a>) {
    let order = Rng::new(seed, 2).permutation(split.images.len());
    let held = (share * order.len() as f64).round() as usize;
    let (held, rest) = order.split_at(held);
    (Part::of(split, rest.iter().copied()), Part::of(split, held.iter().copied()))
}

/// The share of right classes; 0 of no images.
pub(super) fn accuracy(outcomes: &[Outcome], labels: &[u8]) -> f64 {
    let right = outcomes.iter().zip(labels).filter(|(o, l)| o.class == usize::from(**l)).count();
    right as f64 / labels.len().max(1) as f64
}

/// Trains `model` and returns it as of the best epoch, with the history of all.
pub(super) fn run(
    spec: &NetSpec,
    recipe: &Recipe,
    learn: &Part,
    held: &Part,
    mut model: SpikingNet,
) -> Result<(SpikingNet, Vec<Epoch>), Error> {
    let mut trainer = Trainer::new(spec, recipe, learn.labels.len(), model.device());
    let mut best: Option<(f64, SpikingNet)> = None;
    let mut history = Vec::new();
    for number in 1..=recipe.epochs {
        let (next, loss, train_accuracy) = trainer.epoch(model, learn, number)?;
        model = next;
        let holdout_accuracy = match held.labels.len() {
            0 => None,
            _ => Some(accuracy(&model.infer(spec, &held.images)?, &held.labels)),
        };
        let epoch = Epoch { number, loss, accuracy: train_accuracy, holdout_accuracy };
        trainer.progress.epoch(&epoch);
        history.push(epoch);
        // A later epoch wins a tie: its learning rate is lower. Without a hold-out the last wins.
        let score = holdout_accuracy.unwrap_or_default();
        if best.as_ref().is_none_or(|(b, _)| score >= *b) {
            best = Some((score, model.clone()));
        }
    }
    let model = best.map_or(model, |(_, kept)| kept);
    Ok((model, history))
}

/// What stays the same from step to step.
struct Trainer<'a> {
    spec: &'a NetSpec,
    recipe: &'a Recipe,
    loss: CrossEntropyLoss,
    optimizer: ModuleOptimizer,
    rng: Rng,
    device: Device,
    progress: Progress,
    step: usize,
    steps: usize,
}

impl<'a> Trainer<'a> {
    fn new(spec: &'a NetSpec, recipe: &'a Recipe, images: usize, device: Device) -> Self {
        let batches = images.div_ceil(recipe.batch);
        Self {
            spec,
            recipe,
            loss: CrossEntropyLossConfig::new().with_smoothing(Some(SMOOTHING)).init(&device),
            optimizer: AdamConfig::new().with_epsilon(1e-8).init(),
            rng: Rng::new(recipe.seed, 3),
            device,
            progress: Progress::new(recipe.epochs, batches),
            step: 0,
            steps: recipe.epochs * batches,
        }
    }

    /// One pass over the images in a new order: the network, mean loss, and accuracy on the way.
    fn epoch(
        &mut self,
        mut model: SpikingNet,
        learn: &Part,
        number: usize,
    ) -> Result<(SpikingNet, f64, f64), Error> {
        let (mut loss_sum, mut right) = (0.0, 0);
        for indices in self.rng.permutation(learn.labels.len()).chunks(self.recipe.batch) {
            let batch = learn.pick(indices);
            let (next, loss, hits) = self.batch(model, &batch, number)?;
            model = next;
            loss_sum += loss * batch.labels.len() as f64;
            right += hits;
            self.progress.step();
        }
        let images = learn.labels.len() as f64;
        Ok((model, loss_sum / images, right as f64 / images))
    }

    fn batch(
        &mut self,
        model: SpikingNet,
        batch: &Part,
        number: usize,
    ) -> Result<(SpikingNet, f64, usize), Error> {
        let diverged = |why: String| Error::Diverged { epoch: number, why };
        let pixels = pixels(&batch.images, &self.device.clone().inner());
        let readout = model.forward(self.spec, &pixels).map_err(|e| diverged(e.to_string()))?;
        let labels: Vec<i32> = batch.labels.iter().map(|&l| i32::from(l)).collect();
        let labels = TensorData::new(labels, [batch.labels.len()]);
        let targets = Tensor::<1, Int>::from_data(labels, &self.device);
        let loss = self.loss.forward(readout.counts.clone(), targets);
        let value = f64::from(loss.clone().into_scalar::<f32>());
        if !value.is_finite() {
            return Err(diverged(format!("the loss is {value}")));
        }
        let grads = GradientsParams::from_grads(loss.backward(), &model);
        let model = self.optimizer.step(self.rate(), model, grads);
        self.step += 1;
        let hits = hits(&readout.counts, &batch.labels);
        Ok((model, value, hits))
    }

    /// Half a cosine from the first rate to 0 (Loshchilov and Hutter 2017).
    fn rate(&self) -> f64 {
        let done = self.step as f64 / self.steps as f64;
        0.5 * self.recipe.learning_rate * (1.0 + (std::f64::consts::PI * done).cos())
    }
}

/// Right classes in a batch by spike counts alone, for the progress bar.
fn hits(counts: &Tensor<2>, labels: &[u8]) -> usize {
    let classes = counts.dims()[1];
    let counts = super::lif::to_vec(counts.clone().inner());
    let rows = counts.chunks(classes).zip(labels);
    rows.filter(|(row, label)| {
        let own = row[usize::from(**label)];
        row.iter().enumerate().all(|(j, c)| j == usize::from(**label) || *c < own)
    })
    .count()
}
