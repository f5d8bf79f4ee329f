//! One epoch of training.

use super::batch::Batch;
use super::optimizer::Optimizer;
use super::parameters::not_finite;
use crate::network::to_vec;
use crate::{LossConfig, Network, Pass, Record, Regulariser, TrainError};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use spikestream::Error;

/// One pass over the training images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub number: usize,
    /// Mean loss over the epoch, while the weights moved.
    pub loss: f64,
    /// Share of samples right by spike counts alone, while the weights moved.
    pub accuracy: f64,
    /// Mean loss of the samples held out, after the epoch, if there are any.
    pub holdout_loss: Option<f64>,
    /// Share of them that is right.
    pub holdout_accuracy: Option<f64>,
    /// The learning rate at its end.
    pub learning_rate: f64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// What an epoch is told.
#[derive(Clone, Debug)]
pub struct EpochOptions<'a> {
    /// The epoch, from 1, for messages.
    pub number: usize,
    /// What is made small.
    pub loss: &'a LossConfig,
    /// What firing costs.
    pub regularisers: &'a [Regulariser],
}

/// Trains on every batch once: the network, the mean loss and the share of samples right on the way.
/// A batch may be still or encoded beforehand.
///
/// # Errors
/// A batch that does not fit the network, a label that is no class, and a run that diverges: the
/// epoch, the layer and what to try.
pub fn train_epoch<N: Network>(
    mut model: N,
    batches: impl IntoIterator<Item = Result<Batch, Error>>,
    optimizer: &mut Optimizer,
    options: &EpochOptions<'_>,
) -> Result<(N, f64, f64), Error> {
    // Before the gradient spreads what is no number over all layers.
    ensure_parameters(&model, options.number)?;
    let (mut loss_sum, mut right, mut seen) = (0.0, 0, 0);
    let costs = options.regularisers;
    let spikes = costs.iter().any(Regulariser::needs_spikes);
    let record = if spikes { Record::Spikes } else { Record::Sums };
    for batch in batches {
        let Batch { input, labels } = batch?;
        let pass = model.run_above(costs, input, record);
        let pass = pass.map_err(|e| diverged(e, options.number))?;
        let loss = objective(&pass, &labels, options)?;
        let value = f64::from(loss.clone().into_scalar::<f32>());
        ensure_loss(&model, value, options.number)?;
        right += hits(&pass, &labels);
        model = optimizer.step(model, &loss).after(&pass);
        loss_sum += value * labels.len() as f64;
        seen += labels.len();
    }
    // A neuron of no numbers never spikes, so the loss alone would not tell.
    ensure_parameters(&model, options.number)?;
    let seen = seen.max(1) as f64;
    Ok((model, loss_sum / seen, right as f64 / seen))
}

fn objective(
    pass: &Pass,
    labels: &[usize],
    options: &EpochOptions<'_>,
) -> Result<Tensor<1>, TrainError> {
    let loss = options.loss.of(pass, labels)?;
    let costs = options.regularisers.iter().filter_map(|r| r.of(pass)).chain(pass.lacking.clone());
    Ok(costs.fold(loss, |sum, cost| sum + cost))
}

/// Samples right by spike counts alone, no other class having as many.
fn hits(pass: &Pass, labels: &[usize]) -> usize {
    let classes = pass.spike_counts.dims()[1];
    let counts = pass.spike_counts.clone();
    let counts = to_vec(if counts.is_autodiff() { counts.inner() } else { counts });
    let rows = counts.chunks(classes).zip(labels);
    rows.filter(|(row, label)| {
        row.iter().enumerate().all(|(j, c)| j == **label || *c < row[**label])
    })
    .count()
}

/// A loss that is no number is told by the parameter behind it, if there is one.
fn ensure_loss<N: Network>(model: &N, loss: f64, epoch: usize) -> Result<(), Error> {
    if loss.is_finite() {
        return Ok(());
    }
    ensure_parameters(model, epoch)?;
    let (layer, why) = ("the loss".into(), format!("it is {loss}"));
    Err(TrainError::Diverged { epoch, layer, why }.into())
}

fn ensure_parameters<N: Network>(model: &N, epoch: usize) -> Result<(), Error> {
    match not_finite(model) {
        None => Ok(()),
        Some((layer, at, value)) => {
            let why = format!("parameter {at} is {value}");
            Err(TrainError::Diverged { epoch, layer, why }.into())
        }
    }
}

/// Parameters that cannot be exported are those of a run that left the integers.
fn diverged(error: Error, epoch: usize) -> Error {
    let layer = match &error {
        Error::Bias { layer, .. } => Some(*layer),
        Error::Export(e) => e.layer(),
        _ => None,
    };
    match layer {
        None => error,
        Some(layer) => {
            let (layer, why) = (format!("layer {layer}"), error.to_string());
            TrainError::Diverged { epoch, layer, why }.into()
        }
    }
}
