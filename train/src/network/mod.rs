//! Networks: layers of connections and neurons, run over all time steps.
//!
//! Both networks take `[T, batch, inputs]` and give, for each neuron of the last layer, its spikes and
//! its membranes summed over time. A class is the neuron with the most spikes.

mod connection;
mod conv;
mod delay;
mod input;
mod layer;
mod linear;
mod record;
mod settings;
mod signal;
mod spiking;
mod summary;
mod synapses;
#[cfg(test)]
mod tests;
mod wired;

pub(crate) use connection::Connection;
pub(crate) use conv::Block;
pub use conv::{ConvConfig, ConvSpikingNet, ConvSpikingNetConfig};
pub use delay::{DelayConfig, DelayLinear};
pub use input::Input;
pub(crate) use layer::{Layer, Produced};
pub(crate) use linear::{Linear, tensor_like, transposed};
pub use record::{LayerRecord, Pass, Record};
pub(crate) use settings::populated;
pub use settings::{LayerConfig, ScConfig};
pub(crate) use signal::Signal;
pub use spiking::{SpikingNet, SpikingNetConfig};
pub use summary::{LayerSummary, Summary};
pub(crate) use synapses::{excites, split};
pub(crate) use wired::Population;
pub use wired::{WiredNet, WiredNetConfig};

use crate::Regulariser;
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use spikestream::Error;

/// A network that can be trained.
pub trait Network: Module {
    /// Runs a batch and shows what was asked for.
    ///
    /// # Errors
    /// T = 0, a width that is not the network's, no samples; in SC-aware training also parameters
    /// that cannot be exported.
    fn run(&self, input: Input, record: Record) -> Result<Pass, Error> {
        self.run_above(&[], input, record)
    }

    /// The same above the floors of these regularisers: what firing rates lack is in [`Pass::lacking`], its gradient
    /// in that of the spikes.
    ///
    /// # Errors
    /// As [`Network::run`].
    fn run_above(
        &self,
        floors: &[Regulariser],
        input: Input,
        record: Record,
    ) -> Result<Pass, Error>;

    /// Inputs.
    fn inputs(&self) -> usize;

    /// Neurons of the last layer.
    fn outputs(&self) -> usize;

    /// Numbers that a run holds for each sample in each step: what bounds how many samples go at once.
    fn per_step(&self) -> usize {
        self.inputs() + 2 * self.outputs()
    }

    /// Layers of neurons, by the names that messages use.
    fn names(&self) -> Vec<String>;

    /// Where the parameters are.
    fn device(&self) -> Device {
        self.devices().into_iter().next().unwrap_or_else(super::device)
    }
}

/// A tensor's numbers, row-major.
pub(crate) fn to_vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec::<f32>().unwrap_or_default()
}
