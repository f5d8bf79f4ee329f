//! Training by surrogate gradients: neurons, networks, encoders, losses and loops.
//!
//! ```text
//! pixels --encoder--> (T, batch, inputs) --layers--> spike counts, membranes --loss--> gradient
//!                                            ^ the fused step: one operation a layer
//! ```
//!
//! Two ways lead to hardware. **SC-aware** networks (`[sc]` in the config, `sc` in
//! [`SpikingNetConfig`]) run in the integers of [`spikestream::spec`], carried in f32, so that the accuracy
//! that training prints, the golden model's and the hardware's are the same number on the same
//! images. Networks trained **in float** are exported afterwards, and told what that cost.
//!
//! # Example
//! ```
//! use spikestream::data;
//! use spikestream_train::{Input, Samples, SpikingNetConfig, TrainConfig, device, spike_count_loss};
//!
//! let digits = Samples::all(&data::digits().test)?;
//! let device = device();
//! let net = SpikingNetConfig::new(64, 128, 10, 2).init(1, &device.clone().autodiff())?;
//! let encoder = TrainConfig::default().encoder(); // direct current, T = 25
//! let batch = digits.batch(&[0, 1, 2], &encoder, 0, &device)?;
//! let Input::Still(x, steps) = batch.input else { unreachable!() };
//! let (counts, membranes) = net.forward(x.unsqueeze_dim::<3>(0).expand([steps, 3, 64]))?;
//! assert_eq!((counts.dims(), membranes.dims()), ([3, 10], [3, 10]));
//! let loss = spike_count_loss(counts, &batch.labels)?;
//! let _gradients = loss.backward();
//! # Ok::<(), spikestream::Error>(())
//! ```
//!
//! [`fit`] shows a whole training.
//!
//! | to | begin with |
//! |---|---|
//! | train | [`TrainConfig`], [`fit`], [`evaluate()`] |
//! | make a network by hand | [`SpikingNetConfig`], [`CellConfig`], [`Network`] |
//! | turn samples into spikes | [`Samples`], [`Encoder`], [`rate_encode`], [`latency_encode`] |
//! | change training samples at random | [`AugmentConfig`], [`Augment`], [`Samples::augmented`] |
//! | write a loop of one's own | [`spike_count_loss`] and the others, [`Surrogate`] |
//! | get to hardware | [`SpikingNet::to_net`], [`SpikingNet::export`] |
//! | bring weights from PyTorch | [`FloatWeights`], [`Import`] |
//!
//! # What chooses
//! Part of the training images is held out, by the seed; the epoch that is right most often on them is
//! kept. The test images are looked at once, after that, and choose nothing.
//!
//! # Backends
//! [`device`] picks the first that is compiled in: `cuda`, `wgpu`, `ndarray`, flex (the default). flex
//! and ndarray have the fused step; others run the same cells with tensor operations, but neither named neurons nor
//! connections other than dense ones. SC-aware forward passes are the same to the bit on all. Gradients are sums of fractions, whose rounding depends on
//! backend and processor; so a seed gives the same weights again on the same backend and kind of
//! processor.
//!
//! # Memory
//! A step takes and frees megabytes. A program that trains should have an allocator that keeps them:
//! the ones here use mimalloc and [`keep_memory`], which halves the time of an epoch.
//!
//! # Sources
//! - Neftci, Mostafa, Zenke: Surrogate Gradient Learning in Spiking Neural Networks, 2019
//! - Zenke, Vogels: The Remarkable Robustness of Surrogate Gradient Learning, 2021 (detached reset)
//! - Bengio, Leonard, Courville: Estimating or Propagating Gradients, 2013 (straight through)
//! - Simard, Steinkraus, Platt: Best Practices for Convolutional Neural Networks, 2003 (augmentation)
//! - Kingma, Ba: Adam, 2015; Loshchilov, Hutter: SGDR, 2017 (cosine)

mod augment;
mod cell;
mod config;
mod encode;
mod error;
mod export;
mod fused;
mod integer;
mod loops;
mod loss;
mod memory;
mod network;
mod regulariser;
mod rng;
mod surrogate;
#[cfg(test)]
mod testing;
mod weights;
mod wiring;

pub use augment::*;
pub use cell::*;
pub use config::*;
pub use encode::*;
pub use error::TrainError;
pub use export::{ExportReport, ExportedLayer, PruneReport, Saved};
pub use loops::*;
pub use loss::*;
pub use memory::keep_memory;
pub use network::*;
pub use regulariser::*;
pub use surrogate::*;
pub use weights::{FloatWeights, Import, Imported, ImportedLayer, Unread};

use burn::tensor::Device;

/// The device that training runs on: the first backend that is compiled in of `cuda`, `wgpu`,
/// `ndarray`, flex. The page calls it `auto_device`.
pub fn device() -> Device {
    #[cfg(any(feature = "cuda", feature = "wgpu"))]
    return Device::default(); // burn's own order begins with these two
    #[cfg(all(feature = "ndarray", not(any(feature = "cuda", feature = "wgpu"))))]
    #[allow(deprecated)] // by its authors; the feature asks for it
    return Device::ndarray();
    #[cfg(not(any(feature = "cuda", feature = "wgpu", feature = "ndarray")))]
    return Device::flex();
}

/// As [`device`], by the page's name.
pub fn auto_device() -> Device {
    device()
}
