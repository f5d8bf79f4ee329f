//! The network that a config describes for a data set.

use crate::{SpikingNet, SpikingNetConfig, TrainConfig, TrainError};
use burn::tensor::Device;
use spikestream::Error;
use spikestream::data::{Dataset, ImageShape};
use spikestream::layer::kinds::Volume;

impl SpikingNet {
    /// The network that a config describes for a data set, before training.
    ///
    /// # Errors
    /// As [`SpikingNetConfig::init`]; images of several channels before layers that hear more than a dense connection.
    pub fn described(config: &TrainConfig, data: &Dataset, device: &Device) -> Result<Self, Error> {
        let ImageShape { channels, height, width } = data.shape;
        let net = SpikingNetConfig {
            input: Volume { channels, height, width },
            blocks: config.network.blocks.clone(),
            layers: config.network.layers(data.classes),
            sc: config.sc.clone(),
        };
        // Pixels lie channel by channel, units place by place: with one channel both are the same.
        if net.is_wired() && channels > 1 {
            return Err(TrainError::Shape {
                what: "an image of the data".into(),
                found: format!("of {channels} channels"),
                expected: "of one, for layers that hear more than one dense connection".into(),
            }
            .into());
        }
        net.init(config.run.seed, device)
    }
}
