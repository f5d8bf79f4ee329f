//! Losses and regularisers: what training makes small.

use super::TrainError;
use super::network::Pass;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// Cross-entropy of spike counts, `-log softmax(counts)[target]`, the mean over the batch.
///
/// # Shapes
/// - `counts`: `[batch, classes]`
/// - `targets`: one class a sample
///
/// # Errors
/// Another number of targets than samples, or a target that is no class.
pub fn spike_count_loss(counts: Tensor<2>, targets: &[usize]) -> Result<Tensor<1>, TrainError> {
    cross_entropy(counts, targets, 0.0)
}

/// Cross-entropy of accumulated membranes.
///
/// # Shapes
/// As [`spike_count_loss`].
///
/// # Errors
/// As [`spike_count_loss`].
pub fn membrane_loss(membranes: Tensor<2>, targets: &[usize]) -> Result<Tensor<1>, TrainError> {
    cross_entropy(membranes, targets, 0.0)
}

/// Mean squared error of firing rates `counts / T` against `target_rate` for the class and
/// `(1 - target_rate) / (classes - 1)` for the others.
///
/// # Shapes
/// As [`spike_count_loss`].
///
/// # Errors
/// As [`spike_count_loss`].
pub fn spike_rate_loss(
    counts: Tensor<2>,
    targets: &[usize],
    steps: usize,
    target_rate: f32,
) -> Result<Tensor<1>, TrainError> {
    let [_, classes] = counts.dims();
    let others = (1.0 - target_rate) / (classes.max(2) - 1) as f32;
    let wanted = one_hot(targets, target_rate, others, &counts)?;
    Ok((counts.div_scalar(steps as f32) - wanted).square().mean())
}

/// Mean firing rate, `mean abs(counts / T)`: an L1 regulariser of any layer's spike counts.
pub fn spike_l1_loss(counts: Tensor<2>, steps: usize) -> Tensor<1> {
    counts.div_scalar(steps as f32).abs().mean()
}

/// Mean squared firing rate, `mean (counts / T)^2`.
pub fn spike_l2_loss(counts: Tensor<2>, steps: usize) -> Tensor<1> {
    counts.div_scalar(steps as f32).square().mean()
}

/// What firing rates, the means over the batch, lack of `least`, summed over the neurons: its gradient wakes those that
/// fire on nothing.
pub fn spike_floor_loss(counts: Tensor<2>, steps: usize, least: f32) -> Tensor<1> {
    let rates = counts.mean_dim(0).div_scalar(steps as f32);
    rates.neg().add_scalar(least).clamp_min(0.0).sum()
}

/// `-sum_c q_c log softmax(logits)_c`, the mean over the batch, where `smoothing` of each label is
/// spread over all classes (Szegedy et al. 2016).
fn cross_entropy(
    logits: Tensor<2>,
    targets: &[usize],
    smoothing: f32,
) -> Result<Tensor<1>, TrainError> {
    let [batch, classes] = logits.dims();
    let off = smoothing / classes as f32;
    let wanted = one_hot(targets, 1.0 - smoothing + off, off, &logits)?;
    Ok((log_softmax(logits, 1) * wanted).sum().div_scalar(-(batch as f32)))
}

/// `[batch, classes]`: `on` at each target, `off` elsewhere.
fn one_hot(
    targets: &[usize],
    on: f32,
    off: f32,
    like: &Tensor<2>,
) -> Result<Tensor<2>, TrainError> {
    let [batch, classes] = like.dims();
    if targets.len() != batch {
        let (found, expected) = (targets.len().to_string(), batch.to_string());
        return Err(TrainError::Shape { what: "the number of targets".into(), found, expected });
    }
    let mut rows = vec![off; batch * classes];
    for (at, (row, label)) in rows.chunks_mut(classes).zip(targets.iter().copied()).enumerate() {
        *row.get_mut(label).ok_or(TrainError::Label { at, label, classes })? = on;
    }
    let device = like.device();
    let device = if like.is_autodiff() { device.inner() } else { device };
    Ok(Tensor::from_data(TensorData::new(rows, [batch, classes]), &device))
}

/// What training makes small.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LossConfig {
    /// [`spike_count_loss`].
    SpikeCount {
        /// The share of each label that is spread over all classes, 0 to below 1.
        #[serde(default)]
        smoothing: f32,
    },
    /// [`membrane_loss`].
    Membrane {
        /// As above.
        #[serde(default)]
        smoothing: f32,
    },
    /// [`spike_rate_loss`].
    SpikeRate {
        /// The rate wanted of the class's neuron, 0 to 1.
        #[serde(default = "target_rate")]
        target_rate: f32,
    },
}

fn target_rate() -> f32 {
    0.8
}

impl Default for LossConfig {
    fn default() -> Self {
        Self::SpikeCount { smoothing: 0.0 }
    }
}

impl LossConfig {
    /// One of each kind.
    pub fn all() -> [Self; 3] {
        let (counts, rates) = (Self::default(), Self::SpikeRate { target_rate: target_rate() });
        [counts, Self::Membrane { smoothing: 0.0 }, rates]
    }

    /// The kind's name in configs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SpikeCount { .. } => "spike-count",
            Self::Membrane { .. } => "membrane",
            Self::SpikeRate { .. } => "spike-rate",
        }
    }

    /// The loss of a batch.
    ///
    /// # Errors
    /// As [`spike_count_loss`].
    pub fn of(&self, pass: &Pass, targets: &[usize]) -> Result<Tensor<1>, TrainError> {
        let counts = || pass.spike_counts.clone();
        match self {
            Self::SpikeCount { smoothing } => cross_entropy(counts(), targets, *smoothing),
            Self::Membrane { smoothing } => {
                cross_entropy(pass.membrane_acc.clone(), targets, *smoothing)
            }
            Self::SpikeRate { target_rate } => {
                spike_rate_loss(counts(), targets, pass.steps, *target_rate)
            }
        }
    }

    /// Checks the numbers.
    ///
    /// # Errors
    /// A share outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        let (field, value, ok) = match self {
            Self::SpikeCount { smoothing } | Self::Membrane { smoothing } => {
                ("loss.smoothing", *smoothing, (0.0..1.0).contains(smoothing))
            }
            Self::SpikeRate { target_rate } => {
                ("loss.target_rate", *target_rate, (0.0..=1.0).contains(target_rate))
            }
        };
        let (field, value, allowed) = (field.into(), value.to_string(), "a share of 0 to 1".into());
        if ok { Ok(()) } else { Err(TrainError::Value { field, value, allowed }) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::device;
    use super::*;

    fn counts() -> Tensor<2> {
        Tensor::from_floats([[3.0, 0.0, 1.0], [2.0, 2.0, 5.0]], &device())
    }

    fn number(loss: Tensor<1>) -> f64 {
        f64::from(loss.into_scalar::<f32>())
    }

    #[test]
    fn cross_entropy_is_that_of_the_softmax() {
        let row = |c: [f64; 3], t: usize| {
            let sum: f64 = c.iter().map(|x| x.exp()).sum();
            sum.ln() - c[t]
        };
        let rows = [([3.0, 0.0, 1.0], 2), ([2.0, 2.0, 5.0], 0)];
        let expected = rows.iter().map(|(c, t)| row(*c, *t)).sum::<f64>() / 2.0;
        let loss = number(spike_count_loss(counts(), &[2, 0]).unwrap());
        assert!((loss - expected).abs() < 1e-6);
        let loss = number(membrane_loss(counts(), &[2, 0]).unwrap());
        assert!((loss - expected).abs() < 1e-6);
        let all = |c: [f64; 3]| (0..3).map(|k| row(c, k)).sum::<f64>() / 3.0;
        let smooth = rows.iter().map(|(c, t)| 0.7 * row(*c, *t) + 0.3 * all(*c)).sum::<f64>() / 2.0;
        let loss = number(cross_entropy(counts(), &[2, 0], 0.3).unwrap());
        assert!((loss - smooth).abs() < 1e-6, "{loss}");
    }

    #[test]
    fn rates_are_held_against_their_targets() {
        let wanted = [[0.1, 0.1, 0.8], [0.8, 0.1, 0.1]];
        let rates = [[0.3, 0.0, 0.1], [0.2, 0.2, 0.5]];
        let squares = wanted.iter().flatten().zip(rates.iter().flatten());
        let expected = squares.map(|(w, r): (&f64, &f64)| (w - r).powi(2)).sum::<f64>() / 6.0;
        let loss = number(spike_rate_loss(counts(), &[2, 0], 10, 0.8).unwrap());
        assert!((loss - expected).abs() < 1e-6);
    }

    #[test]
    fn regularisers_are_means_of_rates() {
        assert!((number(spike_l1_loss(counts(), 10)) - 1.3 / 6.0).abs() < 1e-6);
        let squares = 0.09 + 0.01 + 0.04 + 0.04 + 0.25;
        assert!((number(spike_l2_loss(counts(), 10)) - squares / 6.0).abs() < 1e-6);
        // Rates of 0.25, 0.1 and 0.3.
        assert!((number(spike_floor_loss(counts(), 10, 0.27)) - 0.19).abs() < 1e-6);
        assert_eq!(number(spike_floor_loss(counts(), 10, 0.1)), 0.0);
    }

    #[test]
    fn targets_that_are_no_class_are_refused() {
        let error = spike_count_loss(counts(), &[2, 3]).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::label");
        assert!(error.to_string().contains("label 3 of sample 1"), "{error}");
        let error = spike_rate_loss(counts(), &[2], 10, 0.8).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::shape");
    }
}
