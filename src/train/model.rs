//! The network that is trained: an encoder and layers of neurons, unrolled over time.

use super::lif::{Lif, LifConfig, to_vec};
use super::rng::Rng;
use crate::Error;
use crate::export::FloatLayer;
use crate::sc::network::{Outcome, classify};
use crate::spec::NetSpec;
use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};

/// Images that one evaluation step takes: bounds the memory, changes no result.
const CHUNK: usize = 256;

/// Configuration of a [`SpikingNet`].
#[derive(Clone, Debug)]
pub struct SpikingNetConfig {
    /// The layers' widths, inputs first.
    pub sizes: Vec<usize>,
}

/// Layers of neurons, input side first.
#[derive(Module, Debug)]
pub struct SpikingNet {
    layers: Vec<Lif>,
}

/// What the last layer shows of a batch.
pub struct Readout {
    /// Spikes over all time steps, `[batch, classes]`, whole numbers, with gradient.
    pub counts: Tensor<2>,
    /// Final membranes, `[batch, classes]`, in membrane units, without gradient.
    pub membranes: Tensor<2>,
}

impl SpikingNetConfig {
    /// Parameters from the seed alone, the same on every backend.
    pub fn init(&self, seed: u64, device: &Device) -> SpikingNet {
        let mut rng = Rng::new(seed, 1);
        let pairs = self.sizes.windows(2);
        let layers = pairs.map(|w| LifConfig { inputs: w[0], outputs: w[1] });
        SpikingNet { layers: layers.map(|l| l.init(&mut rng, device)).collect() }
    }
}

impl SpikingNet {
    /// Runs a batch of images.
    ///
    /// # Shapes
    /// - `pixels`: `[batch, inputs]`, whole numbers 0..=255
    ///
    /// # Errors
    /// Parameters that cannot be exported to the integers of the spec.
    pub fn forward(&self, spec: &NetSpec, pixels: &Tensor<2>) -> Result<Readout, Error> {
        let mut spikes = encode(spec, pixels);
        let mut membranes = None;
        for (index, layer) in self.layers.iter().enumerate() {
            let trace = layer.forward(spec, index, &spikes)?;
            spikes = trace.spikes;
            membranes = Some(trace.membrane);
        }
        let mut steps = spikes.into_iter();
        let first = steps.next().unwrap_or_else(|| pixels.zeros_like());
        let counts = steps.fold(first, |sum, s| sum + s);
        let membranes = membranes.unwrap_or_else(|| counts.zeros_like());
        Ok(Readout { counts, membranes })
    }

    /// What the network answers to each image, as the golden model would say it.
    ///
    /// # Errors
    /// As [`SpikingNet::forward`].
    pub fn infer(&self, spec: &NetSpec, images: &[&[u8]]) -> Result<Vec<Outcome>, Error> {
        let model = self.valid();
        let device = model.device();
        let mut outcomes = Vec::with_capacity(images.len());
        for chunk in images.chunks(CHUNK) {
            let readout = model.forward(spec, &pixels(chunk, &device))?;
            let classes = readout.counts.dims()[1];
            let counts = to_vec(readout.counts);
            let membranes = to_vec(readout.membranes);
            let rows = counts.chunks(classes).zip(membranes.chunks(classes));
            outcomes.extend(rows.map(|(counts, membranes)| outcome(counts, membranes)));
        }
        Ok(outcomes)
    }

    /// The layers' float parameters, for [`crate::export`].
    pub fn to_floats(&self) -> Vec<FloatLayer> {
        self.layers.iter().map(Lif::to_float).collect()
    }

    /// The gradients of a one-by-one network's weight and bias.
    #[cfg(test)]
    pub(super) fn gradients(&self, loss: Tensor<1>) -> (f32, f32) {
        self.layers[0].gradients(&loss.backward())
    }

    /// Where the parameters are.
    pub(super) fn device(&self) -> Device {
        self.devices().into_iter().next().unwrap_or_else(super::device)
    }
}

/// `s_i(t) = x_i > r_t`, the twin of [`crate::sc::encoder`]: one `[batch, inputs]` a step.
fn encode(spec: &NetSpec, pixels: &Tensor<2>) -> Vec<Tensor<2>> {
    let steps = spec.time.steps;
    let r = |t| f32::from(spec.encoder.generator.threshold(steps, t));
    (0..steps).map(|t| pixels.clone().greater_elem(r(t)).float()).collect()
}

/// Images as a tensor `[batch, inputs]` of whole numbers 0..=255.
pub(super) fn pixels(images: &[&[u8]], device: &Device) -> Tensor<2> {
    let inputs = images.first().map_or(0, |i| i.len());
    let numbers: Vec<f32> = images.iter().flat_map(|i| i.iter().map(|p| f32::from(*p))).collect();
    Tensor::from_data(TensorData::new(numbers, [images.len(), inputs]), device)
}

fn outcome(counts: &[f32], membranes: &[f32]) -> Outcome {
    // Whole numbers within 24 bits: the casts are exact.
    let counts: Vec<u32> = counts.iter().map(|c| *c as u32).collect();
    let membranes: Vec<i32> = membranes.iter().map(|v| *v as i32).collect();
    Outcome { class: classify(&counts, &membranes), counts, membranes }
}
