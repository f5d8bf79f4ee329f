//! Networks: layers of connections and neurons, run over all time steps.
//!
//! A network takes `[T, batch, inputs]` and gives, for each neuron of the last layer, its spikes and
//! its membranes summed over time. A class is the neuron with the most spikes.

mod block;
mod config;
mod connection;
mod delay;
mod dense;
mod floats;
mod input;
mod layer;
mod linear;
mod norm;
mod population;
mod produced;
mod record;
mod runs;
mod settings;
mod signal;
mod spiking;
mod summary;
mod synapses;
#[cfg(test)]
mod tests;

pub(crate) use block::Block;
pub use block::ConvConfig;
pub use config::SpikingNetConfig;
pub(crate) use connection::Connection;
pub use delay::{DelayConfig, DelayLinear};
pub(crate) use dense::Dense;
pub use input::Input;
pub(crate) use layer::Layer;
pub(crate) use linear::{Linear, tensor_like, transposed};
pub(crate) use norm::{NAMES as NORM, Norm};
pub(crate) use population::Population;
pub(crate) use produced::Produced;
pub use record::{LayerRecord, Pass, Record};
pub(crate) use settings::populated;
pub use settings::{LayerConfig, ScConfig};
pub(crate) use signal::Signal;
pub use spiking::SpikingNet;
pub use summary::{LayerSummary, Summary};
pub(crate) use synapses::{excites, split};

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

    /// The network after a batch that it learnt from: the running numbers of its normalisations move.
    #[must_use]
    fn after(self, _pass: &Pass) -> Self {
        self
    }

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
