//! Neurons that a network names, trained by the program of their step: integers forward, and backward the slopes of
//! the same operations.
//!
//! A layer's drives are the sums of its weights in words, `I 2^f`; of neurons with two synapses that of the positive
//! ones, with the bias, and that of the negative ones without their sign. Every step clips them to the ranges of the
//! inputs and replays the program, so that what is trained is what the golden model runs, value for value. Backwards,
//! floors, rounding, saturation and the clips of inputs are passed straight through, a table has the slope of its
//! segment and a choice that of its side. A spike has the slope of its surrogate at
//!
//! ```text
//! x = m / (2^f margin)
//! ```
//!
//! with m by how much the threshold is passed, and margin the threshold of a float cell, or what the config of
//! equations says. A float weight of 1 is an input of 1 in the unit of the equations, or of what their config says. It is reached from the
//! output and through the states beside the membrane that it changes (an adapting threshold, say); the reset of the
//! membrane takes no gradient to it, as in float.

mod adjoint;
mod operation;
mod passes;
mod tape;

pub(crate) use tape::Tape;

use super::refused;
use crate::TrainError;
use crate::cell::{CellConfig, Membrane};
use crate::fused::Output;
use crate::network::Produced;
use crate::surrogate::Surrogate;
use burn::tensor::Tensor;
use passes::Rules;
use spikestream::export::FloatLayer;
use std::sync::Arc;

/// The neurons of one layer.
#[derive(Clone, Debug)]
pub(in crate::integer) struct Named {
    tape: Arc<Tape>,
    surrogate: Surrogate,
    /// A step of a weight in words.
    unit: f32,
    /// What a float weight of 1 is in words.
    gain: f32,
}

impl Named {
    /// Those of a step, with a membrane's surrogate, to which `threshold` steps of a weight are an input of 1.
    pub(in crate::integer) fn new(
        tape: &Arc<Tape>,
        config: &CellConfig,
        membrane: &Membrane,
        threshold: i32,
    ) -> Self {
        let one = (tape.fraction as f32).exp2();
        let unit = one / threshold as f32; // both are powers of two
        let gain = one * config.scale();
        Self { tape: Arc::clone(tape), surrogate: membrane.surrogate(), unit, gain }
    }

    /// A step of a weight in words.
    pub(in crate::integer) fn unit(&self) -> f32 {
        self.unit
    }

    /// What a float weight of 1 is in words.
    pub(in crate::integer) fn gain(&self) -> f32 {
        self.gain
    }

    /// Whether a neuron has two synapses.
    pub(in crate::integer) fn has_two_synapses(&self) -> bool {
        self.tape.inputs.len() == 2
    }

    /// All time steps, on drives in words, `[T, batch, neurons]`; of two synapses `[2 T, batch, neurons]`, the second's
    /// of a step behind the first's.
    ///
    /// # Errors
    /// A backend that does not have the operation.
    pub(in crate::integer) fn run(
        &self,
        drive: Tensor<3>,
        output: Output,
    ) -> Result<Produced, TrainError> {
        let [frames, batch, neurons] = drive.dims();
        let steps = frames / self.tape.inputs.len();
        let rules = Rules { steps, frame: batch * neurons, surrogate: self.surrogate, output };
        let done = operation::run(&self.tape, rules, drive).ok_or_else(|| {
            let why = "only processors train neurons that have names, and this is another device";
            refused(
                why.into(),
                "train on the CPU, or with the cells lif and if of one beta and reset",
            )
        })?;
        Ok(Produced::of(done, steps, output))
    }
}

/// A layer's parameters as inputs in the unit of its neurons' equations.
pub(crate) fn scaled(config: &CellConfig, mut layer: FloatLayer) -> FloatLayer {
    let scale = config.scale();
    if scale != 1.0 {
        let numbers = layer.weights.iter_mut().chain(&mut layer.biases);
        numbers.for_each(|w| *w *= scale);
    }
    layer
}
