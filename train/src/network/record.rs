//! What a run of a network shows.

use super::norm::Statistics;
use super::produced::{Produced, Totals};
use super::signal::Signal;
use crate::fused::{Floor, Output, floor};
use crate::{Regulariser, spike_floor_loss};
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
    /// What firing rates lack of their floors, by what that costs; its gradient is in that of the spikes.
    pub lacking: Option<Tensor<1>>,
    /// What was recorded, input side first; empty for [`Record::Sums`].
    pub layers: Vec<LayerRecord>,
    /// What the batch says of layers that it was normalised in.
    pub(crate) statistics: Vec<(usize, Statistics)>,
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
pub(crate) struct Recorder<'a> {
    record: Record,
    steps: usize,
    floors: &'a [Regulariser],
    lacking: Option<Tensor<1>>,
    /// Layers that went by.
    passed: usize,
    layers: Vec<LayerRecord>,
    statistics: Vec<(usize, Statistics)>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(record: Record, steps: usize, floors: &'a [Regulariser]) -> Self {
        let (layers, statistics) = (Vec::new(), Vec::new());
        Self { record, steps, floors, lacking: None, passed: 0, layers, statistics }
    }

    /// What a layer is to be asked for.
    pub(crate) fn output(&self, last: bool) -> Output {
        self.record.output(last)
    }

    /// Whether anything is asked of the spikes of the hidden layer that goes by.
    pub(crate) fn shows_hidden(&self) -> bool {
        self.record != Record::Sums || self.floors_of_this(false).next().is_some()
    }

    /// Notes what a batch says of the layer that goes by.
    pub(crate) fn normed(&mut self, batch: Option<Statistics>) {
        self.statistics.extend(batch.map(|batch| (self.passed, batch)));
    }

    /// A hidden layer went by of which nothing is asked.
    pub(crate) fn pass(&mut self) {
        self.passed += 1;
    }

    /// Notes a hidden layer and gives its spikes on.
    pub(crate) fn hidden(&mut self, produced: Produced) -> Signal {
        self.note(&produced);
        let mut spikes = match produced {
            Produced::Spikes(spikes) | Produced::All(spikes, _) => spikes,
            Produced::Totals(_) => unreachable!("hidden layers are asked for their spikes"),
        };
        for floor in self.floors_of_this(false) {
            spikes = match spikes {
                Signal::Whole { x, steps } if x.dims()[0] == steps => {
                    Signal::Whole { x: self.above(x, floor), steps }
                }
                spikes => {
                    self.lack(spikes.clone().sum(), floor);
                    spikes
                }
            };
        }
        self.passed += 1;
        spikes
    }

    /// Notes the last layer and closes.
    pub(crate) fn finish(mut self, produced: Produced) -> Pass {
        self.note(&produced);
        let Totals { mut counts, membranes, last } = produced.totals();
        for floor in self.floors_of_this(true) {
            counts = self.above(counts, floor);
        }
        Pass {
            lacking: self.lacking,
            spike_counts: counts,
            membrane_acc: membranes,
            last_membranes: last,
            steps: self.steps,
            layers: self.layers,
            statistics: self.statistics,
        }
    }

    /// The floors of the layer that goes by.
    fn floors_of_this(&self, is_last: bool) -> impl Iterator<Item = Floor> + use<'a> {
        let passed = self.passed;
        let has = move |r: &&Regulariser| r.floor > 0.0 && r.layer.has(passed, is_last);
        self.floors.iter().filter(has).map(|r| Floor { weight: r.floor, least: r.least })
    }

    /// Spikes, `[T, batch, neurons]`, or their sums, `[batch, neurons]`, above a floor.
    fn above<const D: usize>(&mut self, x: Tensor<D>, least: Floor) -> Tensor<D> {
        let [batch, neurons] = [x.dims()[D - 2], x.dims()[D - 1]];
        match floor(x, self.steps * batch, least) {
            Ok((x, cost)) => {
                self.cost(cost);
                x
            }
            Err(x) => {
                let frames = x.shape().num_elements() / (batch * neurons);
                let counts = x.clone().reshape([frames, batch, neurons]).sum_dim(0);
                self.lack(counts.squeeze_dim(0), least);
                x
            }
        }
    }

    /// What sums of spikes, `[batch, neurons]`, lack of a floor, with its gradient.
    fn lack(&mut self, counts: Tensor<2>, floor: Floor) {
        let lack = spike_floor_loss(counts, self.steps, floor.least);
        self.cost(lack.mul_scalar(floor.weight));
    }

    fn cost(&mut self, cost: Tensor<1>) {
        self.lacking = Some(match self.lacking.take() {
            Some(sum) => sum + cost,
            None => cost,
        });
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
