//! What each layer does with one sample, for the spike raster.

use super::batch::{Encoder, Samples};
use crate::network::to_vec;
use crate::{Input, Network, Record};
use burn::tensor::Tensor;
use spikestream::Error;
use spikestream_report::plot::RasterLayer;

/// The spikes of every layer while one sample runs, input side first; the input's own come before
/// them unless it is currents.
///
/// # Errors
/// As [`Network::run`].
///
/// # Panics
/// If there is no such sample.
pub fn trace<N: Network>(
    model: &N,
    samples: &Samples,
    index: usize,
    encoder: &Encoder,
) -> Result<Vec<RasterLayer>, Error> {
    let model = model.valid();
    // Random spikes are those that an evaluation begins with.
    let batch = samples.batch(&[index], encoder, 0, &model.device())?;
    let mut layers = Vec::new();
    if let Input::Steps(spikes) = &batch.input {
        layers.push(panel("input", spikes.clone()));
    }
    let pass = model.run(batch.input, Record::Spikes)?;
    let recorded = model.names().into_iter().zip(pass.layers);
    layers.extend(recorded.map(|(name, layer)| panel(&name, layer.spikes)));
    Ok(layers)
}

/// A panel of `[T, 1, neurons]`.
fn panel(name: &str, spikes: Tensor<3>) -> RasterLayer {
    let [steps, _, neurons] = spikes.dims();
    let spikes = to_vec(spikes).into_iter().map(|s| s > 0.0).collect();
    RasterLayer::new(name, neurons, steps, spikes)
}
