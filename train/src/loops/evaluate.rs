//! What a network makes of samples: classes, loss, firing rates.

use super::batch::{Batch, Encoder, Samples};
use crate::network::to_vec;
use crate::{LossConfig, Network, Pass, Record};
use spikestream::Error;
use spikestream::eval::Evaluation;
use spikestream::sc::network::classify;

/// Samples that a run takes at most.
const MOST_SAMPLES: usize = 256;

/// What the numbers of a run may take at most, in bytes, unless those of a single sample take more.
const MOST_BYTES: usize = 128 << 20;

/// What a network made of samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Accuracy and confusion matrix.
    pub evaluation: Evaluation,
    /// The class that each sample was taken for.
    pub predicted: Vec<usize>,
    /// Mean loss.
    pub loss: f64,
    /// Mean firing rate of each layer, spikes a neuron and step, input side first.
    pub rates: Vec<f64>,
    /// Neurons of each layer that spike at no step of any sample.
    pub silent: Vec<usize>,
}

/// Runs a network on samples without training it.
///
/// The class is the neuron with the most spikes, in SC-aware nets then the one with the largest last
/// membrane, as the hardware reads it; the lowest index on a tie.
///
/// # Errors
/// As [`Network::run`]; labels that are no class.
pub fn evaluate<N: Network>(
    model: &N,
    samples: &Samples,
    encoder: &Encoder,
    loss: &LossConfig,
    membranes_decide: bool,
) -> Result<Verdict, Error> {
    let chunk = chunk(model.per_step(), encoder.config.steps());
    in_chunks(chunk, model, samples, encoder, loss, membranes_decide)
}

/// The same with so many samples at once.
pub(super) fn in_chunks<N: Network>(
    chunk: usize,
    model: &N,
    samples: &Samples,
    encoder: &Encoder,
    loss: &LossConfig,
    membranes_decide: bool,
) -> Result<Verdict, Error> {
    let model = model.valid();
    let device = model.device();
    let (mut predicted, mut loss_sum) = (Vec::with_capacity(samples.len()), 0.0);
    let mut spikes: Vec<Vec<f64>> = Vec::new();
    for (index, indices) in samples.in_order(chunk).iter().enumerate() {
        // Random spikes of an evaluation are the same each time.
        let Batch { input, labels } = samples.batch(indices, encoder, index as u64, &device)?;
        let pass = model.run(input, Record::Counts)?;
        let value = loss.of(&pass, &labels)?.into_scalar::<f32>();
        loss_sum += f64::from(value) * labels.len() as f64;
        predicted.extend(classes(&pass, membranes_decide));
        add_spikes(&pass, &mut spikes);
    }
    let pairs = predicted.iter().copied().zip(samples.labels().iter().copied());
    let evaluation = Evaluation::new(model.outputs(), pairs)?;
    let count = samples.len() as f64;
    let updates = count * encoder.config.steps() as f64;
    let rate = |layer: &Vec<f64>| layer.iter().sum::<f64>() / (updates * layer.len() as f64);
    let silent = |layer: &Vec<f64>| layer.iter().filter(|sum| **sum == 0.0).count();
    let (rates, silent) = (spikes.iter().map(rate).collect(), spikes.iter().map(silent).collect());
    Ok(Verdict { evaluation, predicted, loss: loss_sum / count, rates, silent })
}

/// Mean spikes a sample of each neuron of each layer, input side first.
pub(super) fn firing<N: Network>(
    model: &N,
    samples: &Samples,
    encoder: &Encoder,
) -> Result<Vec<Vec<f64>>, Error> {
    let model = model.valid();
    let (device, mut spikes) = (model.device(), Vec::new());
    let chunk = chunk(model.per_step(), encoder.config.steps());
    for (index, indices) in samples.in_order(chunk).iter().enumerate() {
        let batch = samples.batch(indices, encoder, index as u64, &device)?;
        add_spikes(&model.run(batch.input, Record::Counts)?, &mut spikes);
    }
    let count = samples.len() as f64;
    spikes.iter_mut().flatten().for_each(|sum| *sum /= count);
    Ok(spikes)
}

/// Samples that a run takes, by the numbers that each needs in a step. This bounds the memory; the classes
/// are the same with any number of them.
fn chunk(per_step: usize, steps: usize) -> usize {
    let sample = per_step.saturating_mul(steps).saturating_mul(size_of::<f32>());
    (MOST_BYTES / sample.max(1)).clamp(1, MOST_SAMPLES)
}

fn classes(pass: &Pass, membranes_decide: bool) -> Vec<usize> {
    let width = pass.spike_counts.dims()[1];
    let counts = to_vec(pass.spike_counts.clone());
    let membranes = match membranes_decide {
        true => to_vec(pass.last_membranes.clone()),
        false => vec![0.0; counts.len()],
    };
    let rows = counts.chunks(width).zip(membranes.chunks(width));
    rows.map(|(counts, membranes)| {
        // Whole numbers within 24 bits: the casts are exact.
        let counts: Vec<u32> = counts.iter().map(|c| *c as u32).collect();
        let membranes: Vec<i32> = membranes.iter().map(|v| *v as i32).collect();
        classify(&counts, &membranes)
    })
    .collect()
}

/// Adds each neuron's spikes.
fn add_spikes(pass: &Pass, sums: &mut Vec<Vec<f64>>) {
    sums.resize(pass.layers.len(), Vec::new());
    for (sums, layer) in sums.iter_mut().zip(&pass.layers) {
        // Less than 2^24 of them in a batch: the sums are exact.
        let [steps, batch, neurons] = layer.spikes.dims();
        let spikes = layer.spikes.clone().reshape([steps * batch, neurons]).sum_dim(0);
        sums.resize(neurons, 0.0);
        for (sum, more) in sums.iter_mut().zip(to_vec(spikes)) {
            *sum += f64::from(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_takes_fewer_samples_of_a_large_network() {
        assert_eq!(chunk(64 + 2 * 138, 16), 256);
        // 4096 pixels, two layers of 512, 256 steps: 128 MiB hold as many.
        assert_eq!(chunk(4096 + 2 * 1034, 256), (128 << 20) / (6164 * 256 * 4));
        assert_eq!([chunk(1 << 20, 4096), chunk(usize::MAX, 2), chunk(0, 1)], [1, 1, 256]);
    }
}
