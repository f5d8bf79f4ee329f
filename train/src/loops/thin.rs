//! Hidden neurons taken out while a network is trained, so that the others learn to do without them.
//!
//! The share that is out rises over the first two thirds of the `E` epochs (Zhu and Gupta 2017), and then stays:
//!
//! ```text
//! s_e = s (1 - (1 - (e - 1) / R)^3),   R = floor(2 E / 3);   s_e = s  from epoch R + 1 on
//! ```
//!
//! At the beginning of an epoch the neurons of each hidden layer go that do least: those of the smallest norm of
//! the weights to the next layer, times their mean spikes a sample. A neuron is out where all its weights, those to
//! the next layer and its bias are 0. Nothing else is kept of it, so that a run that goes on from a checkpoint
//! knows it from the weights.

use super::batch::Samples;
use super::checkpoint::State;
use super::evaluate::firing;
use super::parameters::Mask;
use crate::network::{Linear, to_vec};
use crate::{SpikingNet, TrainConfig};
use spikestream::Error;

/// Takes out what is due before the next epoch, and lets the optimiser hold it there.
pub(super) fn begin(config: &TrainConfig, state: &mut State, learn: &Samples) -> Result<(), Error> {
    let Some(net) = thinned(config, &state.model) else { return Ok(()) };
    let epochs = config.run.epochs.on(learn.len(), config.run.batch);
    let share = config.prune.share * risen(state.history.len(), epochs);
    let mut out = out(net);
    if out.iter().any(|layer| count(layer) < most(share, layer.len())) {
        let spikes = firing(&state.model, learn, &config.encoder())?;
        for (layer, (out, spikes)) in out.iter_mut().zip(&spikes).enumerate() {
            take_out(out, most(share, spikes.len()), &scores(net, layer, spikes));
        }
    }
    let mask = mask(net, &out);
    state.model = mask.apply(state.model.clone());
    state.optimizer.hold(mask);
    Ok(())
}

/// Whether the whole share is out, as it is from the start where none is to go.
pub(super) fn is_done(config: &TrainConfig, model: &SpikingNet) -> bool {
    let whole = |layer: &Vec<bool>| count(layer) >= most(config.prune.share, layer.len());
    thinned(config, model).is_none_or(|net| out(net).iter().all(whole))
}

/// The network, if some of it is to go. Others than full ones the config's check refuses.
fn thinned<'a>(config: &TrainConfig, model: &'a SpikingNet) -> Option<&'a SpikingNet> {
    Some(model).filter(|_| config.prune.share > 0.0)
}

/// The part of the share that is out after so many epochs.
fn risen(done: usize, epochs: usize) -> f64 {
    let rise = 2 * epochs / 3;
    if done >= rise { 1.0 } else { 1.0 - (1.0 - done as f64 / rise as f64).powi(3) }
}

/// Neurons of a layer that a share of it is; one stays.
fn most(share: f64, neurons: usize) -> usize {
    ((share * neurons as f64).round() as usize).min(neurons.saturating_sub(1))
}

fn count(out: &[bool]) -> usize {
    out.iter().filter(|out| **out).count()
}

/// The connections of the network, input side first.
fn linears(net: &SpikingNet) -> Vec<&Linear> {
    net.dense().map(|layer| layer.connection.linear()).collect()
}

/// Which neurons of each hidden layer are out.
fn out(net: &SpikingNet) -> Vec<Vec<bool>> {
    let zeros = |values: Vec<f32>, parts: usize| -> Vec<bool> {
        values.chunks(values.len() / parts).map(|part| part.iter().all(|w| *w == 0.0)).collect()
    };
    let layer = |pair: &[&Linear]| {
        let neurons = pair[0].dims()[1];
        let (rows, bias) = pair[0].to_rows();
        let (into, on) = (zeros(rows, neurons), zeros(to_vec(pair[1].values().0), neurons));
        let bias = bias.unwrap_or_else(|| vec![0.0; neurons]);
        let all = into.iter().zip(&on).zip(&bias);
        all.map(|((into, on), bias)| *into && *on && *bias == 0.0).collect()
    };
    linears(net).windows(2).map(layer).collect()
}

/// What each neuron of a hidden layer does for the next one.
fn scores(net: &SpikingNet, layer: usize, spikes: &[f64]) -> Vec<f64> {
    let next = linears(net)[layer + 1];
    let weights = to_vec(next.values().0);
    let norm = |row: &[f32]| row.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>().sqrt();
    weights.chunks(next.dims()[1]).zip(spikes).map(|(row, spikes)| norm(row) * spikes).collect()
}

/// Marks neurons of a layer until `most` are out: those that are stay so, then by score, then by number.
fn take_out(out: &mut [bool], most: usize, scores: &[f64]) {
    let mut order: Vec<usize> = (0..out.len()).filter(|neuron| !out[*neuron]).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let more = most.saturating_sub(out.len() - order.len());
    order.into_iter().take(more).for_each(|neuron| out[neuron] = true);
}

/// What holds these neurons at 0.
fn mask(net: &SpikingNet, out: &[Vec<bool>]) -> Mask {
    let mut mask = Mask::default();
    for (layer, linear) in linears(net).into_iter().enumerate() {
        let inputs = layer.checked_sub(1).map(|before| out[before].as_slice());
        mask.hold(linear.left_without(inputs, out.get(layer).map(Vec::as_slice)));
    }
    mask
}

#[cfg(test)]
mod tests;
