//! The network that a config describes, of either kind.

use crate::{
    ConvSpikingNet, ConvSpikingNetConfig, ExportReport, Input, Network, Pass, Record, Regulariser,
    ScConfig, SpikingNet, SpikingNetConfig, Summary, TrainConfig, TrainError, WiredNet,
    WiredNetConfig,
};
use burn::module::Module;
use burn::tensor::Device;
use spikestream::Error;
use spikestream::data::{Dataset, ImageShape, Split};
use spikestream::export::LayerReport;
use spikestream::layer::kinds::Volume;
use spikestream::spec::Net;

/// A network of either kind.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of them")]
pub enum Model {
    /// Fully connected.
    Dense(SpikingNet),
    /// Convolutional, in float.
    Conv(ConvSpikingNet),
    /// Of any connections, in integers.
    Wired(WiredNet),
}

impl Model {
    /// The network that a config describes for a data set, before training.
    ///
    /// # Errors
    /// As [`SpikingNetConfig::init`], [`ConvSpikingNetConfig::init`] and [`WiredNetConfig::init`].
    pub fn new(config: &TrainConfig, data: &Dataset, device: &Device) -> Result<Self, Error> {
        let layers = config.network.layers(data.classes);
        let seed = config.run.seed;
        if let Some(sc) = config.sc.as_ref().filter(|_| config.network.is_wired()) {
            let input = volume(data.shape)?;
            let net = WiredNetConfig { input, layers, sc: sc.clone() };
            return Ok(Self::Wired(net.init(seed, device)?));
        }
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
            Self::Wired(net) => net.summary(),
        }
    }

    /// The network if it is fully connected.
    pub fn dense(&self) -> Option<&SpikingNet> {
        match self {
            Self::Dense(net) => Some(net),
            Self::Conv(_) | Self::Wired(_) => None,
        }
    }

    /// The network in integers, where it has them ([`SpikingNet::to_net`], [`WiredNet::to_net`]).
    ///
    /// # Errors
    /// As those.
    pub fn to_net(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
    ) -> Result<Option<(Net, Vec<LayerReport>)>, Error> {
        match self {
            Self::Dense(net) => net.to_net(sc, name, steps).map(Some),
            Self::Wired(net) => net.to_net(sc, name, steps).map(Some),
            Self::Conv(_) => Ok(None),
        }
    }

    /// The same with all that it cost ([`SpikingNet::export`], [`WiredNet::export`]).
    ///
    /// # Errors
    /// As those.
    pub fn export(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
        split: &Split,
        before: f64,
    ) -> Result<Option<(Net, ExportReport)>, Error> {
        match self {
            Self::Dense(net) => net.export(sc, name, steps, split, before).map(Some),
            Self::Wired(net) => net.export(sc, name, steps, split, before).map(Some),
            Self::Conv(_) => Ok(None),
        }
    }
}

/// The shape of images as layers have shapes. Pixels lie channel by channel, units place by place: with one channel
/// both are the same.
fn volume(shape: ImageShape) -> Result<Volume, TrainError> {
    let ImageShape { channels, height, width } = shape;
    if channels == 1 {
        return Ok(Volume { channels, height, width });
    }
    Err(TrainError::Shape {
        what: "an image of the data".into(),
        found: format!("of {channels} channels"),
        expected: "of one, for layers that hear more than one dense connection".into(),
    })
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
            Self::Wired(net) => net.run_above(floors, input, record),
        }
    }

    fn inputs(&self) -> usize {
        match self {
            Self::Dense(net) => net.inputs(),
            Self::Conv(net) => net.inputs(),
            Self::Wired(net) => net.inputs(),
        }
    }

    fn outputs(&self) -> usize {
        match self {
            Self::Dense(net) => net.outputs(),
            Self::Conv(net) => net.outputs(),
            Self::Wired(net) => net.outputs(),
        }
    }

    fn per_step(&self) -> usize {
        match self {
            Self::Dense(net) => net.per_step(),
            Self::Conv(net) => net.per_step(),
            Self::Wired(net) => net.per_step(),
        }
    }

    fn names(&self) -> Vec<String> {
        match self {
            Self::Dense(net) => net.names(),
            Self::Conv(net) => net.names(),
            Self::Wired(net) => net.names(),
        }
    }
}
