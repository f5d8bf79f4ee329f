//! Training by surrogate gradients, in the integers that ship.
//!
//! ```text
//! pixels --encode--> spikes --Lif--> spikes --Lif--> counts --cross-entropy--> loss
//!                              ^ float weights, exported anew in every forward pass
//! ```
//!
//! The forward pass is the contract of [`crate::spec`] carried in f32, so that the accuracy that
//! training prints, the golden model's and the hardware's are the same number on the same images.
//! The backward pass is that of `surrogate.rs` and `lif.rs`.
//!
//! # Loss
//! Cross-entropy of the softmax of the spike counts of the last layer, one logit a spike, with a tenth of
//! each label spread over all classes.
//!
//! # What chooses
//! Part of the training images is held out, by the seed; the epoch that is right most often on
//! them is kept. The test images are looked at once, after that, and choose nothing.
//!
//! # Backends
//! [`device`] picks the first that is compiled in: `cuda`, `wgpu`, `ndarray`, flex (the default).
//! Every backend computes the same forward pass to the bit. Gradients are sums of fractions, whose
//! rounding depends on backend and processor; so a seed gives the same weights again on the same
//! backend and kind of processor.
//!
//! # Sources
//! - Neftci, Mostafa, Zenke: Surrogate Gradient Learning in Spiking Neural Networks, 2019
//! - Fang et al.: Incorporating Learnable Membrane Time Constant, ICCV 2021 (arc tangent)
//! - Bengio, Leonard, Courville: Estimating or Propagating Gradients, 2013 (straight through)
//! - Kingma, Ba: Adam, 2015; Loshchilov, Hutter: SGDR, 2017 (cosine)

mod learn;
mod lif;
mod model;
mod progress;
mod recipe;
mod rng;
mod surrogate;
#[cfg(test)]
mod tests;

pub use lif::{Lif, LifConfig, Trace};
pub use model::{Readout, SpikingNet, SpikingNetConfig};
pub use recipe::{Recipe, skeleton};

use crate::Error;
use crate::data::{Dataset, Split};
use crate::export::{self, LayerReport};
use crate::spec::{Net, NetSpec};
use burn::tensor::Device;
use learn::Part;

/// One pass over the training images.
#[derive(Clone, Debug, PartialEq)]
pub struct Epoch {
    /// From 1.
    pub number: usize,
    /// Mean loss over the epoch, while the weights moved.
    pub loss: f64,
    /// Share of images right by spike counts alone, while the weights moved.
    pub accuracy: f64,
    /// Share of held-out images right after the epoch, if any were held out.
    pub holdout_accuracy: Option<f64>,
}

/// A trained network.
#[derive(Debug)]
pub struct Trained {
    /// The trained module, with its float parameters.
    pub model: SpikingNet,
    /// Its integers; provenance holds the seed, the epochs and both accuracies.
    pub net: Net,
    /// What quantisation did to each layer.
    pub reports: Vec<LayerReport>,
    /// Every epoch.
    pub history: Vec<Epoch>,
    /// The epoch that was kept, from 1.
    pub kept: usize,
}

/// Trains a network from `skeleton`, whose layers give the widths, on [`device`].
///
/// # Errors
/// A spec or an option that cannot work, data of another shape, a diverging loss.
pub fn train(skeleton: &NetSpec, recipe: &Recipe, data: &Dataset) -> Result<Trained, Error> {
    train_on(&device(), skeleton, recipe, data)
}

/// As [`train`], on a device of one's own choice.
///
/// # Errors
/// As [`train`].
pub fn train_on(
    device: &Device,
    skeleton: &NetSpec,
    recipe: &Recipe,
    data: &Dataset,
) -> Result<Trained, Error> {
    skeleton.check()?;
    recipe.check()?;
    recipe::ensure_trainable(skeleton)?;
    ensure_shapes(skeleton, &data.train)?;
    ensure_shapes(skeleton, &data.test)?;
    let (learn, held) = learn::hold_out(&data.train, recipe.holdout, recipe.seed);
    let sizes: Vec<usize> = std::iter::once(skeleton.inputs())
        .chain(skeleton.layers.iter().map(|l| l.outputs))
        .collect();
    let model = SpikingNetConfig { sizes }.init(recipe.seed, &device.clone().autodiff());
    let (model, history) = learn::run(skeleton, recipe, &learn, &held, model)?;
    let (mut net, reports) = export::net(skeleton, &model.to_floats())?;
    let provenance = &mut net.spec.provenance;
    provenance.seed = recipe.seed;
    provenance.epochs = recipe.epochs;
    provenance.train_accuracy = evaluate(&model, skeleton, &data.train)?;
    provenance.accuracy = evaluate(&model, skeleton, &data.test)?;
    let kept = kept(&history);
    Ok(Trained { model, net, reports, history, kept })
}

/// The share of a split that the trained module gets right.
///
/// # Errors
/// As [`SpikingNet::forward`].
pub fn evaluate(model: &SpikingNet, spec: &NetSpec, split: &Split) -> Result<f64, Error> {
    let part = Part::of(split, 0..split.images.len());
    Ok(learn::accuracy(&model.infer(spec, &part.images)?, &part.labels))
}

/// The device that training runs on: the first backend that is compiled in of `cuda`, `wgpu`,
/// `ndarray`, flex.
pub fn device() -> Device {
    #[cfg(any(feature = "cuda", feature = "wgpu"))]
    return Device::default(); // burn's own order begins with these two
    #[cfg(all(feature = "ndarray", not(any(feature = "cuda", feature = "wgpu"))))]
    #[allow(deprecated)] // by its authors; the feature asks for it
    return Device::ndarray();
    #[cfg(not(any(feature = "cuda", feature = "wgpu", feature = "ndarray")))]
    return Device::flex();
}

fn kept(history: &[Epoch]) -> usize {
    let score = |e: &Epoch| e.holdout_accuracy.unwrap_or_default();
    let best = history.iter().max_by(|a, b| score(a).total_cmp(&score(b))); // the last of equals
    best.map_or(0, |e| e.number)
}

fn ensure_shapes(spec: &NetSpec, split: &Split) -> Result<(), Error> {
    let shape = |what: &str, found: usize, expected: usize, unit: &str| Error::Shape {
        what: what.into(),
        found: format!("{found} {unit}"),
        expected: expected.to_string(),
    };
    if let Some(image) = split.images.iter().find(|i| i.len() != spec.inputs()) {
        return Err(shape("an image", image.len(), spec.inputs(), "pixels"));
    }
    let classes = split.labels.iter().max().map_or(0, |l| usize::from(*l) + 1);
    if classes > spec.classes() {
        return Err(shape("the data set", classes, spec.classes(), "classes"));
    }
    if split.images.is_empty() {
        return Err(shape("a split", 0, 1, "images"));
    }
    Ok(())
}
