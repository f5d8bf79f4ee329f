//! What all cells share: the membrane's leak and threshold, the surrogate and the reset.

use super::Drive;
use super::constant::{Constant, Form};
use crate::fused::{Dynamics, Inputs, Output, Reset, Run, run, run_window};
use crate::surrogate::Surrogate;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// What a cell's config says of its membrane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) beta: f32,
    pub(crate) threshold: f32,
    pub(crate) surrogate: Surrogate,
    pub(crate) reset: Reset,
    pub(crate) learn_beta: bool,
    pub(crate) learn_threshold: bool,
    pub(crate) per_neuron: bool,
}

/// The membrane of a layer of neurons.
#[derive(Module, Debug)]
pub(crate) struct Membrane {
    beta: Constant,
    threshold: Constant,
    #[module(skip)]
    surrogate: Surrogate,
    #[module(skip)]
    reset: Reset,
    #[module(skip)]
    neurons: usize,
}

impl Membrane {
    pub(crate) fn new(settings: Settings, neurons: usize, device: &Device) -> Self {
        let count = if settings.per_neuron { neurons } else { 1 };
        let constant = |learn, value, form| match learn {
            true => Constant::learnt(value, form, count, device),
            false => Constant::fixed(value, form),
        };
        Self {
            beta: constant(settings.learn_beta, settings.beta, Form::Logistic),
            threshold: constant(settings.learn_threshold, settings.threshold, Form::Exponential),
            surrogate: settings.surrogate,
            reset: settings.reset,
            neurons,
        }
    }

    pub(crate) fn neurons(&self) -> usize {
        self.neurons
    }

    pub(crate) fn surrogate(&self) -> Surrogate {
        self.surrogate
    }

    pub(crate) fn reset(&self) -> Reset {
        self.reset
    }

    /// The leak and the threshold as constants, for files and export.
    pub(crate) fn constants(&self) -> (&Constant, &Constant) {
        (&self.beta, &self.threshold)
    }

    /// The threshold where it is not learnt.
    pub(crate) fn fixed_threshold(&self) -> f32 {
        self.threshold.value()
    }

    /// The same with other constants.
    pub(crate) fn map_constants(
        self,
        change: impl FnOnce(Constant, Constant) -> (Constant, Constant),
    ) -> Self {
        let (beta, threshold) = change(self.beta, self.threshold);
        Self { beta, threshold, ..self }
    }

    /// Beta of each neuron, `[1, neurons]`.
    pub(crate) fn beta(&self, device: &Device) -> Tensor<2> {
        self.beta.values(self.neurons, device).unsqueeze()
    }

    /// Threshold of each neuron, `[1, neurons]`.
    pub(crate) fn threshold(&self, device: &Device) -> Tensor<2> {
        self.threshold.values(self.neurons, device).unsqueeze()
    }

    /// Spike and reset of a membrane, `[batch, neurons]`, against thresholds that broadcast to it.
    pub(crate) fn fire(
        &self,
        membrane: Tensor<2>,
        threshold: Tensor<2>,
        rest: f32,
    ) -> (Tensor<2>, Tensor<2>) {
        let spikes = self.surrogate.spike(membrane.clone() - threshold.clone());
        let fired = spikes.clone().detach();
        let after = match self.reset {
            Reset::Subtract => membrane - fired * threshold.sub_scalar(rest),
            Reset::Zero => membrane.clone() - fired * membrane.sub_scalar(rest),
        };
        (spikes, after)
    }

    /// All time steps as one operation, where the backend has it; the inputs back where not.
    pub(crate) fn fused<D: Dynamics<I, A>, const I: usize, const A: usize>(
        &self,
        dynamics: &D,
        drive: Drive,
        steps: usize,
        output: Output,
    ) -> Result<Tensor<3>, Drive> {
        let device = drive.x.device();
        let device = if drive.x.is_autodiff() { device.inner() } else { device };
        let params = Tensor::cat(vec![self.beta(&device), self.threshold(&device)], 0);
        let (surrogate, reset) = (self.surrogate, self.reset);
        let inputs = Inputs { x: drive.x, weights: drive.weights, params };
        let (what, window) = (Run { steps, reset, surrogate, output }, drive.window);
        let done = match window {
            None => run(dynamics, what, inputs),
            Some(window) => run_window(dynamics, what, window, inputs),
        };
        done.map_err(|Inputs { x, weights, .. }| Drive { x, weights, window })
    }
}
