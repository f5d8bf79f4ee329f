//! A layer, in one of the forms that are run.

use super::block::Block;
use super::dense::Dense;
use super::norm::Statistics;
use super::population::{Population, Step};
use super::record::Recorder;
use super::runs::Runs;
use super::{Produced, Signal};
use crate::cell::{Cell, Neurons};
use burn::module::Module;
use spikestream::Error;

/// A layer with its parameters.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one a layer")]
pub(crate) enum Layer {
    /// A convolution with its neurons and its pool, in float.
    Block(Block),
    /// One dense connection and its neurons.
    Dense(Dense),
    /// Any connections and their neurons, or none.
    Any(Population),
}

impl Layer {
    /// Its neurons, if it has some.
    pub(crate) fn cell(&self) -> Option<&Cell> {
        match self {
            Self::Block(block) => Some(block.cell()),
            Self::Dense(dense) => Some(&dense.cell),
            Self::Any(population) => population.has_neurons().then(|| population.cell()),
        }
    }

    /// Runs the layer on what went before, of which the layer is what comes next. What no other layer can hear is
    /// taken away: its memory may be used again.
    ///
    /// # Errors
    /// Parameters that cannot be exported; a device that does not have the operations.
    pub(super) fn run(
        &self,
        runs: &Runs,
        index: usize,
        past: &mut Vec<Signal>,
        recorder: &mut Recorder<'_>,
        is_last: bool,
    ) -> Result<Option<Produced>, Error> {
        let only = |past: &mut Vec<Signal>| {
            past.pop().unwrap_or_else(|| unreachable!("something is heard"))
        };
        let step = match self {
            Self::Block(block) => Step::On(block.run(only(past), recorder)),
            Self::Dense(dense) => {
                let integers = runs.integers.as_ref();
                let produced = dense.run(integers, index, only(past), recorder, is_last)?;
                Step::of(produced, recorder, is_last)
            }
            Self::Any(layer) => {
                let plan = (index, &runs.plans[index]);
                layer.run(runs.integers.as_ref(), plan, past, recorder, is_last)?
            }
        };
        Ok(match step {
            Step::On(signal) => {
                past.push(signal);
                None
            }
            Step::End(produced) => Some(produced),
        })
    }

    /// The layer after a batch that it learnt from.
    pub(super) fn after(self, batch: &Statistics) -> Self {
        match self {
            Self::Block(block) => Self::Block(block.map_norm(|norm| norm.after(batch))),
            Self::Dense(dense) => {
                Self::Dense(Dense { norm: dense.norm.map(|norm| norm.after(batch)), ..dense })
            }
            Self::Any(population) => Self::Any(population),
        }
    }

    /// Numbers that a run holds of it for each sample in each step.
    pub(super) fn per_step(&self, runs: &Runs, index: usize) -> usize {
        match self {
            Self::Block(block) => block.per_step(),
            // Currents or membranes, and spikes.
            Self::Dense(dense) => 2 * dense.cell.neurons(),
            // The sum of each connection, drives, and spikes.
            Self::Any(_) => {
                let plan = &runs.plans[index];
                plan.volume.units() * (2 + plan.wires.len())
            }
        }
    }

    /// What it is.
    pub(super) fn describe(&self, runs: &Runs, index: usize) -> String {
        match self {
            Self::Block(block) => block.describe(),
            Self::Dense(dense) => dense.describe(),
            Self::Any(population) => population.describe(&runs.plans[index]),
        }
    }
}
