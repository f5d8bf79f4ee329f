//! The network that a config describes, of either kind.

use crate::{
    ConvSpikingNet, ConvSpikingNetConfig, Input, Network, Pass, Record, Regulariser, SpikingNet,
    SpikingNetConfig, Summary, TrainConfig,
};
use burn::module::Module;
use burn::tensor::Device;
use spikestream::Error;
use spikestream::data::Dataset;

/// A network of either kind.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of them")]
pub enum Model {
    /// Fully connected.
    Dense(SpikingNet),
    /// Convolutional.
    Conv(ConvSpikingNet),
}

impl Model {
    /// The network that a config describes for a data set, before training.
    ///
    /// # Errors
    /// As [`SpikingNetConfig::init`] and [`ConvSpikingNetConfig::init`].
    pub fn new(config: &TrainConfig, data: &Dataset, device: &Device) -> Result<Self, Error> {
        let layers = config.network.layers(data.classes);
        let seed = config.run.seed;
        if config.network.blocks.is_empty() {
            let inputs = data.shape.pixels();
            let net = SpikingNetConfig { inputs, layers, sc: config.sc.clone() };
            return Ok(Self::Dense(net.init(seed, device)?));
        }
        let shape = [data.shape.channels, data.shape.height, data.shape.width];
        let blocks = config.network.blocks.clone();
        Ok(Self::Conv(ConvSpikingNetConfig { shape, blocks, layers }.init(seed, device)?))
    }

    /// Layers, neurons, parameters.
    pub fn summary(&self) -> Summary {
        match self {
            Self::Dense(net) => net.summary(),
            Self::Conv(net) => net.summary(),
        }
    }

    /// The network if it is fully connected.
    pub fn dense(&self) -> Option<&SpikingNet> {
        match self {
            Self::Dense(net) => Some(net),
            Self::Conv(_) => None,
        }
    }
}

impl Network for Model {
    fn run_above(
        &self,
        floors: &[Regulariser],
        input: Input,
        record: Record,
    ) -> Result<Pass, Error> {
        match self {
            Self::Dense(net) => net.run_above(floors, input, record),
            Self::Conv(net) => net.run_above(floors, input, record),
        }
    }

    fn inputs(&self) -> usize {
        match self {
            Self::Dense(net) => net.inputs(),
            Self::Conv(net) => net.inputs(),
        }
    }

    fn outputs(&self) -> usize {
        match self {
            Self::Dense(net) => net.outputs(),
            Self::Conv(net) => net.outputs(),
        }
    }

    fn per_step(&self) -> usize {
        match self {
            Self::Dense(net) => net.per_step(),
            Self::Conv(net) => net.per_step(),
        }
    }

    fn names(&self) -> Vec<String> {
        match self {
            Self::Dense(net) => net.names(),
            Self::Conv(net) => net.names(),
        }
    }
}
