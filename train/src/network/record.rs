//! What a run of a network shows.

use super::layer::{Produced, Totals};
use super::signal::Signal;
use crate::fused::Output;
use burn::tensor::Tensor;

/// What is to be shown of the layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Record {
    /// Nothing but the sums of the last layer.
    #[default]
    Sums,
    /// The spikes of every layer, summed over the steps.
    Counts,
    /// The spikes of every layer.
    Spikes,
    /// The spikes and membranes of every layer.
    All,
}

impl Record {
    /// What a layer is asked for.
    pub(crate) fn output(self, last: bool) -> Output {
        match self {
            Self::All => Output::All,
            // The membranes of the last layer are part of every result.
            Self::Counts | Self::Spikes if last => Output::All,
            Self::Sums if last => Output::Totals,
            Self::Counts | Self::Spikes | Self::Sums => Output::Spikes,
        }
    }
}

/// What a batch gave.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Spikes of each output neuron over all steps, `[batch, classes]`.
    pub spike_counts: Tensor<2>,
    /// Membranes after the reset, summed over all steps, `[batch, classes]`.
    pub membrane_acc: Tensor<2>,
    /// Membranes after the last step, `[batch, classes]`.
    pub last_membranes: Tensor<2>,
    /// T.
    pub steps: usize,
    /// What was recorded, input side first; empty for [`Record::Sums`].
    pub layers: Vec<LayerRecord>,
}

/// What one layer did.
#[derive(Clone, Debug)]
pub struct LayerRecord {
    /// `[T, batch, neurons]`, 0 or 1, with gradient; of [`Record::Counts`] their sums, `[1, batch, neurons]`.
    pub spikes: Tensor<3>,
    /// `[T, batch, neurons]` after the reset, if they were asked for.
    pub membranes: Option<Tensor<3>>,
}

/// Gathers what layers give into a [`Pass`].
pub(crate) struct Recorder {
    record: Record,
    steps: usize,
    layers: Vec<LayerRecord>,
}

impl Recorder {
    pub(crate) fn new(record: Record, steps: usize) -> Self {
        Self { record, steps, layers: Vec::new() }
    }

    /// What a layer is to be asked for.
    pub(crate) fn output(&self, last: bool) -> Output {
        self.record.output(last)
    }

    /// Notes a hidden layer and gives its spikes on.
    pub(crate) fn hidden(&mut self, produced: Produced) -> Signal {
        self.note(&produced);
        match produced {
            Produced::Spikes(spikes) | Produced::All(spikes, _) => spikes,
            Produced::Totals(_) => unreachable!("hidden layers are asked for their spikes"),
        }
    }

    /// Notes the last layer and closes.
    pub(crate) fn finish(mut self, produced: Produced) -> Pass {
        self.note(&produced);
        let Totals { counts, membranes, last } = produced.totals();
        Pass {
            spike_counts: counts,
            membrane_acc: membranes,
            last_membranes: last,
            steps: self.steps,
            layers: self.layers,
        }
    }

    fn note(&mut self, produced: &Produced) {
        let (spikes, membranes) = match produced {
            _ if self.record == Record::Sums => return,
            Produced::Totals(_) => return,
            Produced::Spikes(spikes) => (spikes, None),
            Produced::All(spikes, membranes) => (spikes, Some(membranes)),
        };
        let membranes = membranes.filter(|_| self.record == Record::All);
        self.layers.push(LayerRecord {
            spikes: match self.record {
                Record::Counts => spikes.clone().sum().unsqueeze_dim(0),
                Record::Sums | Record::Spikes | Record::All => spikes.clone().frames(),
            },
            membranes: membranes.map(|m| m.clone().frames()),
        });
    }
}
