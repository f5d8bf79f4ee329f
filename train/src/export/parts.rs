//! The layers of a network as the network that ships has them: blocks become a convolution and a pool.

use super::refused;
use crate::TrainError;
use crate::cell::{Cell, CellConfig, Neurons};
use crate::integer::{Chosen, lif, named};
use crate::network::{
    Block, Connection, Dense, Layer, LayerConfig, Population, ScConfig, SpikingNet,
};
use crate::wiring::{Late, Plan};
use spikestream::Error;
use spikestream::export::{FloatLayer, FloatNumbers};
use spikestream::layer::kinds::{Conv, Described, Pool, Reduce, Volume};
use spikestream::spec::NetSpec;

/// A layer of the network that ships.
pub(super) struct Part<'a> {
    pub(super) config: LayerConfig,
    /// Its neurons, if it has some.
    pub(super) cell: Option<&'a Cell>,
    /// Weights, biases and delays as they were trained.
    numbers: FloatNumbers,
    /// Inputs of a neuron.
    inputs: usize,
    /// Whether it hears one dense connection alone: each neuron has weights of its own, and may have a threshold of its
    /// own.
    pub(super) is_dense: bool,
}

/// All layers of a network, input side first.
///
/// # Errors
/// Delays that are learnt in float; images of several channels before blocks.
pub(super) fn of(net: &SpikingNet) -> Result<Vec<Part<'_>>, Error> {
    let mut parts = Vec::new();
    let config = net.config();
    let (mut configs, mut plans) = (config.layers.iter(), net.populations().map(|(plan, _)| plan));
    let mut from = config.input;
    if from.channels > 1 && !config.blocks.is_empty() {
        let why = format!("an image has {} channels", from.channels);
        return Err(refused(why, "train on images of one channel").into());
    }
    let mut cells = config.blocks.iter().map(|block| block.cell.clone());
    for layer in net.layers() {
        match layer {
            Layer::Block(block) => {
                from = block_parts(block, cells.next().unwrap_or_default(), &mut parts);
            }
            Layer::Dense(dense) => {
                let own = configs.next().cloned().unwrap_or_default();
                parts.push(dense_part(parts.len(), dense, own, from)?);
                from = Volume::flat(dense.cell.neurons());
            }
            Layer::Any(layer) => {
                let (config, plan) = (configs.next().cloned().unwrap_or_default(), plans.next());
                parts.extend(plan.map(|plan| population_part(plan, layer, config)));
            }
        }
    }
    Ok(parts)
}

/// A convolution, and the pool behind it if there is one.
fn block_parts<'a>(block: &'a Block, cell: CellConfig, parts: &mut Vec<Part<'a>>) -> Volume {
    let [channels, before, kernel, _] = block.params().0.dims();
    let padding = [block.padding(); 2];
    let conv = Conv { padding, ..Conv::new(channels, [kernel; 2]) };
    let relay = |first| LayerConfig { neurons: 0, first: Some(first), ..Default::default() };
    let config = LayerConfig { cell, ..relay(Described::of(&conv)) };
    let (weights, biases) = block.floats();
    parts.push(Part {
        config,
        cell: Some(block.cell()),
        numbers: FloatNumbers { weights, biases, delays: Vec::new() },
        inputs: before * kernel * kernel,
        is_dense: false,
    });
    if block.pool() > 1 {
        let pool = Pool { kernel: [block.pool(); 2], stride: None, reduce: Reduce::Average };
        let (config, numbers) = (relay(Described::of(&pool)), FloatNumbers::default());
        parts.push(Part { config, cell: None, numbers, inputs: 0, is_dense: false });
    }
    let [channels, height, width] = block.output();
    Volume { channels, height, width }
}

fn dense_part(
    index: usize,
    dense: &Dense,
    config: LayerConfig,
    from: Volume,
) -> Result<Part<'_>, TrainError> {
    if matches!(dense.connection, Connection::Delay(_)) {
        return Err(refused(format!("layer {index} has delays"), "train without its delay"));
    }
    let FloatLayer { inputs, weights, biases } = dense.floats();
    let weights = by_place(weights, from);
    let numbers = FloatNumbers { weights, biases, delays: Vec::new() };
    Ok(Part { config, cell: Some(&dense.cell), numbers, inputs, is_dense: true })
}

/// Rows of weights whose inputs lie channel by channel, with those of a place side by side, as units lie.
fn by_place(weights: Vec<f32>, from: Volume) -> Vec<f32> {
    let (channels, area) = (from.channels, from.area());
    if area == 1 {
        return weights;
    }
    let places = || (0..area).flat_map(|place| (0..channels).map(move |c| c * area + place));
    weights.chunks(channels * area).flat_map(|row| places().map(|at| row[at])).collect()
}

fn population_part<'a>(plan: &Plan, layer: &'a Population, config: LayerConfig) -> Part<'a> {
    if !layer.has_neurons() {
        let numbers = FloatNumbers::default();
        return Part { config, cell: None, numbers, inputs: 0, is_dense: false };
    }
    let weights = layer.wires().iter().flat_map(|wire| wire.rows()).collect();
    let biases = layer.bias().unwrap_or_else(|| vec![0.0; plan.volume.channels]);
    let wires = plan.wires.iter().zip(layer.wires());
    let delays = wires.flat_map(|(wire, own)| {
        let delays = own.delays().unwrap_or_default().into_iter();
        delays.map(|delay| Late::of(delay, wire.longest().unwrap_or_default()).whole())
    });
    let numbers = FloatNumbers { weights, biases, delays: delays.collect() };
    Part { config, cell: Some(layer.cell()), numbers, inputs: 0, is_dense: false }
}

/// The contract of layers that were trained in float: the neurons nearest to theirs.
///
/// # Errors
/// As [`Chosen::of_layers`]; layers that do not go with each other.
pub(super) fn contract(
    parts: &[Part<'_>],
    (sc, name, steps): (&ScConfig, &str, usize),
    input: Volume,
) -> Result<NetSpec, Error> {
    let neurons = parts.iter().filter_map(|part| Some((part.cell?, &part.config.cell)));
    let chosen = Chosen::of_layers(neurons, sc.format())?;
    if !parts.iter().all(|part| part.is_dense) {
        let layers: Vec<LayerConfig> = parts.iter().map(|part| part.config.clone()).collect();
        return sc.heard(name, input, steps, (&layers, &chosen));
    }
    let widths = parts.iter().map(|part| part.numbers.biases.len());
    let sizes: Vec<usize> = std::iter::once(input.units()).chain(widths).collect();
    sc.spec(name, &sizes, steps, &chosen)
}

impl Part<'_> {
    /// The numbers in units of the neuron that layer `index` of a contract has, its threshold folded in where it is
    /// the neuron of format 1.
    ///
    /// # Errors
    /// A threshold of each neuron where neurons share weights, or one that is none.
    pub(super) fn scaled(&self, spec: &NetSpec, index: usize) -> Result<FloatNumbers, Error> {
        let Some(cell) = self.cell else { return Ok(self.numbers.clone()) };
        let FloatNumbers { weights, biases, delays } = self.numbers.clone();
        let floats = FloatLayer { inputs: self.inputs, weights, biases };
        let FloatLayer { weights, biases, .. } = match spec.cell(index) {
            Some(_) => named::scaled(&self.config.cell, floats),
            None if self.is_dense => lif::folded(cell, floats)?,
            None => {
                let theta = lif::threshold(cell).ok_or_else(|| {
                    let why = format!("layer {index} has a threshold of each neuron");
                    refused(why, "train it with per_neuron = false: its neurons share weights")
                })?;
                lif::in_units(theta, floats)
            }
        };
        Ok(FloatNumbers { weights, biases, delays })
    }

    /// As [`Self::scaled`], of a layer that hears one dense connection.
    ///
    /// # Errors
    /// As that.
    pub(super) fn dense(&self, spec: &NetSpec, index: usize) -> Result<FloatLayer, Error> {
        let FloatNumbers { weights, biases, .. } = self.scaled(spec, index)?;
        Ok(FloatLayer { inputs: self.inputs, weights, biases })
    }
}
