//! The network: layers of any form, run one behind the other over all time steps.

use super::Summary;
use super::layer::Layer;
use super::record::Recorder;
use super::runs::Runs;
use super::{Dense, Input, LayerConfig, Network, Pass, Population, Record, SpikingNetConfig};
use crate::cell::Neurons;
use crate::wiring::Plan;
use crate::{Regulariser, TrainError};
use burn::module::Module;
use burn::tensor::Tensor;
use spikestream::Error;
use spikestream::export::FloatLayer;
use spikestream::export::unipolar::{UnipolarLayer, to_sc_weights};
use spikestream::spec::NetSpec;
use std::sync::Arc;

/// A spiking network of layers that hear one dense connection or any others, in float or in the integers that ship,
/// with convolutional blocks before them or without.
#[derive(Module, Debug)]
pub struct SpikingNet {
    layers: Vec<Layer>,
    #[module(skip)]
    config: Arc<SpikingNetConfig>,
    #[module(skip)]
    runs: Arc<Runs>,
}

impl SpikingNet {
    pub(super) fn new(layers: Vec<Layer>, config: &SpikingNetConfig, runs: Runs) -> Self {
        Self { layers, config: Arc::new(config.clone()), runs: Arc::new(runs) }
    }

    /// Runs a batch: spike counts and accumulated membranes of the last layer.
    ///
    /// # Shapes
    /// - `x`: `[T, batch, inputs]`, images row by row, channel by channel
    /// - both results: `[batch, outputs]`
    ///
    /// # Errors
    /// As [`Network::run`].
    pub fn forward(&self, x: Tensor<3>) -> Result<(Tensor<2>, Tensor<2>), Error> {
        let pass = self.run(x.into(), Record::Sums)?;
        Ok((pass.spike_counts, pass.membrane_acc))
    }

    /// The page's export: each layer's weights scaled to `[0, 1]`, with what undoes the scaling.
    ///
    /// # Errors
    /// Weights that are no numbers.
    pub fn to_sc_weights(&self) -> Result<Vec<UnipolarLayer>, Error> {
        to_sc_weights(&self.to_floats())
    }

    /// The weights and biases of dense layers as floats, as they are, a normalisation folded in.
    pub fn to_floats(&self) -> Vec<FloatLayer> {
        self.dense().map(Dense::floats).collect()
    }

    /// The contract that the network is trained in, if it is SC-aware; thresholds follow from its weights.
    pub fn spec(&self) -> Option<&NetSpec> {
        self.runs.integers.as_ref().map(|integers| &integers.spec)
    }

    /// What the network was made of.
    pub fn config(&self) -> &SpikingNetConfig {
        &self.config
    }

    /// Layers, neurons, parameters.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// Blocks and layers, input side first.
    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What each layer is.
    pub(super) fn descriptions(&self) -> impl Iterator<Item = String> {
        let layers = self.layers.iter().enumerate();
        layers.map(|(index, layer)| layer.describe(&self.runs, index))
    }

    /// The configs of the layers behind the blocks.
    pub(crate) fn configs(&self) -> &[LayerConfig] {
        &self.config.layers
    }

    /// The blocks.
    #[cfg(test)]
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &super::Block> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Block(block) => Some(block),
            Layer::Dense(_) | Layer::Any(_) => None,
        })
    }

    /// The layers of one dense connection.
    pub(crate) fn dense(&self) -> impl Iterator<Item = &Dense> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Dense(dense) => Some(dense),
            Layer::Block(_) | Layer::Any(_) => None,
        })
    }

    /// The layers of any connections, with how they are run.
    pub(crate) fn populations(&self) -> impl Iterator<Item = (&Plan, &Population)> {
        let layers = self.layers.iter().filter_map(|layer| match layer {
            Layer::Any(population) => Some(population),
            Layer::Block(_) | Layer::Dense(_) => None,
        });
        self.runs.plans.iter().zip(layers)
    }

    pub(crate) fn map_layers(mut self, mut change: impl FnMut(usize, Layer) -> Layer) -> Self {
        let layers = std::mem::take(&mut self.layers).into_iter().enumerate();
        self.layers = layers.map(|(index, layer)| change(index, layer)).collect();
        self
    }

    /// The same network with other layers of one dense connection.
    #[cfg(test)]
    pub(crate) fn map_dense(self, mut change: impl FnMut(usize, Dense) -> Dense) -> Self {
        self.map_layers(|index, layer| match layer {
            Layer::Dense(dense) => Layer::Dense(change(index, dense)),
            other => other,
        })
    }

    /// The same network with other layers of any connections.
    #[cfg(test)]
    pub(crate) fn map_populations(
        self,
        mut change: impl FnMut(usize, Population) -> Population,
    ) -> Self {
        self.map_layers(|index, layer| match layer {
            Layer::Any(population) => Layer::Any(change(index, population)),
            other => other,
        })
    }

    /// The same network with other blocks.
    #[cfg(test)]
    pub(crate) fn map_blocks(self, mut change: impl FnMut(super::Block) -> super::Block) -> Self {
        self.map_layers(|_, layer| match layer {
            Layer::Block(block) => Layer::Block(change(block)),
            other => other,
        })
    }

    /// C of a layer in integers, and C- where its neurons take it, of what went before and its own spikes.
    #[cfg(test)]
    pub(crate) fn currents(
        &self,
        index: usize,
        past: &[super::Signal],
    ) -> (Tensor<3>, Option<Tensor<3>>) {
        let (plan, layer) = self.populations().nth(index).unwrap();
        layer.currents(self.runs.integers.as_ref().unwrap(), (index, plan), past)
    }

    /// What a layer without neurons passes on.
    #[cfg(test)]
    pub(crate) fn passed_on(&self, index: usize, past: &[super::Signal]) -> Tensor<3> {
        let mut recorder = Recorder::new(Record::Sums, past[0].steps(), &[]);
        let mut past = past.to_vec();
        let produced = self.layers[index].run(&self.runs, index, &mut past, &mut recorder, false);
        assert!(produced.unwrap().is_none(), "layer {index} has neurons");
        past.pop().unwrap().frames()
    }
}

/// T, where integers can have so many steps.
fn ensure_steps(steps: usize) -> Result<usize, TrainError> {
    if steps.is_power_of_two() && steps <= 256 {
        return Ok(steps);
    }
    let allowed = "1, 2, 4, ..., 256 in SC-aware training".into();
    Err(TrainError::Value { field: "T".into(), value: steps.to_string(), allowed })
}

impl Network for SpikingNet {
    fn run_above(
        &self,
        floors: &[Regulariser],
        input: Input,
        record: Record,
    ) -> Result<Pass, Error> {
        let signal = input.signal(self.inputs())?;
        let mut steps = signal.steps();
        if self.runs.integers.is_some() {
            steps = ensure_steps(steps)?;
        }
        let mut recorder = Recorder::new(record, steps, floors);
        let mut past = vec![signal];
        let last = self.layers.len() - 1;
        for (index, layer) in self.layers.iter().enumerate() {
            let is_last = index == last;
            if let Some(end) = layer.run(&self.runs, index, &mut past, &mut recorder, is_last)? {
                return Ok(recorder.finish(end));
            }
        }
        unreachable!("the last layer has neurons")
    }

    fn after(self, pass: &Pass) -> Self {
        let of = |index| pass.statistics.iter().find(|(of, _)| *of == index);
        match pass.statistics.is_empty() {
            true => self,
            false => self.map_layers(|index, layer| match of(index) {
                Some((_, batch)) => layer.after(batch),
                None => layer,
            }),
        }
    }

    fn inputs(&self) -> usize {
        self.config.input.units()
    }

    fn outputs(&self) -> usize {
        self.layers.last().and_then(Layer::cell).map_or(0, Neurons::neurons)
    }

    fn per_step(&self) -> usize {
        let layers = self.layers.iter().enumerate();
        self.inputs() + layers.map(|(i, layer)| layer.per_step(&self.runs, i)).sum::<usize>()
    }

    fn names(&self) -> Vec<String> {
        let blocks = self.config.blocks.len();
        let name = |(index, layer): (usize, &Layer)| match index.checked_sub(blocks) {
            None => Some(format!("block {index}")),
            Some(index) => layer.cell().map(|_| format!("layer {index}")),
        };
        self.layers.iter().enumerate().filter_map(name).collect()
    }
}
