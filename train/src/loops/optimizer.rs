//! The optimiser with its learning rate schedule, weight decay and gradient clipping.

use super::parameters::{Mask, clip, decay};
use crate::{OptimizerConfig, ScheduleConfig};
use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Bytes, Tensor};

/// AdamW (Loshchilov and Hutter 2019): Adam, the rate of every step, the share of a weight that a step
/// takes away, and the limit of the gradient.
#[derive(Clone)]
pub struct Optimizer {
    adam: ModuleOptimizer,
    learning_rate: f64,
    schedule: ScheduleConfig,
    clip: f64,
    weight_decay: f64,
    step: usize,
    per_epoch: usize,
    epochs: usize,
    mask: Mask,
}

impl Optimizer {
    /// An optimiser for `epochs` epochs of `per_epoch` steps each.
    pub fn new(config: &OptimizerConfig, per_epoch: usize, epochs: usize) -> Self {
        let adam = AdamConfig::new().with_epsilon(1e-8).init();
        let OptimizerConfig { learning_rate, ref schedule, clip, weight_decay } = *config;
        let schedule = schedule.clone();
        let mask = Mask::default();
        Self { adam, learning_rate, schedule, clip, weight_decay, step: 0, per_epoch, epochs, mask }
    }

    /// The rate of the next step.
    pub fn rate(&self) -> f64 {
        self.learning_rate * self.schedule.share(self.step, self.per_epoch, self.epochs)
    }

    /// Takes the gradients of a loss, and a step.
    pub fn step<M: Module>(&mut self, model: M, loss: &Tensor<1>) -> M {
        let mut grads = GradientsParams::from_grads(loss.backward(), &model);
        if self.clip > 0.0 {
            grads = clip(&model, grads, self.clip);
        }
        let rate = self.rate();
        self.step += 1;
        let model = self.adam.step(rate, model, grads);
        let model = match rate * self.weight_decay {
            0.0 => model,
            share => decay(model, share),
        };
        self.mask.apply(model)
    }

    /// Holds numbers of the parameters at 0 from here on.
    pub(super) fn hold(&mut self, mask: Mask) {
        self.mask = mask;
    }

    /// Its state, for a checkpoint.
    pub(super) fn to_bytes(&self) -> Result<Bytes, String> {
        self.adam.into_bytes().map_err(|e| e.to_string())
    }

    /// Goes on from a state after `step` steps.
    pub(super) fn resume(mut self, bytes: Bytes, step: usize) -> Result<Self, String> {
        self.adam = self.adam.from_bytes(bytes).map_err(|e| e.to_string())?;
        self.step = step;
        Ok(self)
    }
}
