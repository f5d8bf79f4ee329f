//! Neurons of the graph as those of a layer: shares of a step that all have in common, gains and thresholds for the weights.

use super::NirError;
use super::dynamics::Dynamics;
use super::part::{Neuron, units};
use crate::layer::kinds::Volume;

/// A layer's neurons in units of their thresholds:
///
/// ```text
/// i <- alpha i + scale x      (without a synapse, scale x)
/// u <- beta u + i + offset    a spike if u > 1
/// ```
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fold {
    /// The share of a synapse's current that a step leaves; none without a synapse.
    pub(super) alpha: Option<f32>,
    /// The share of a membrane that a step leaves.
    pub(super) beta: f32,
    /// What a weight is multiplied by, a channel.
    pub(super) scale: Vec<f32>,
    /// What a step adds, a channel.
    pub(super) offset: Vec<f32>,
    /// A `v_reset` that is not 0.
    pub(super) odd_reset: Option<f32>,
}

impl Fold {
    /// Those of a node whose units have a shape on the chip.
    ///
    /// # Errors
    /// Shares that differ from neuron to neuron, gains and thresholds that differ within a channel, a `v_leak` behind a
    /// synapse; what [`Dynamics::of`] refuses.
    pub(super) fn of(
        node: &str,
        neuron: &Neuron,
        volume: Volume,
        dt: f64,
    ) -> Result<Self, NirError> {
        let count = units(&[volume.channels, volume.height, volume.width]);
        let steps = Dynamics::of(node, neuron, count, dt)?;
        let one = |numbers: &[f32], what: &str| match numbers.iter().all(|n| *n == numbers[0]) {
            true => Ok(numbers[0]),
            false => Err(NirError::unsupported(
                node,
                format!("its neurons differ in {what}, and a layer of the chip has one for all"),
                "train it with one for each layer",
            )),
        };
        let theta = steps.theta.clone().unwrap_or_else(|| vec![1.0; count]);
        let gain = |unit: usize| {
            let synapse = steps.synapse.as_ref().map_or(1.0, |[_, gain]| gain[unit]);
            steps.gain[unit] * synapse / theta[unit]
        };
        let each = |of: &dyn Fn(usize) -> f32, what: &str| {
            let all: Vec<f32> = (0..count).map(of).collect();
            let area = volume.area();
            match all.iter().enumerate().position(|(at, n)| *n != all[at / area * area]) {
                None => Ok(all.into_iter().step_by(area).collect()),
                Some(unit) => Err(NirError::unsupported(
                    node,
                    format!(
                        "{what} of unit {unit} is another than that of its channel, whose weights are shared"
                    ),
                    "train it with one for each channel",
                )),
            }
        };
        let offset: Vec<f32> = each(&|unit| steps.bias[unit] / theta[unit], "v_leak")?;
        if neuron.synapse.is_some() && offset.iter().any(|offset| *offset != 0.0) {
            let why = "its v_leak comes behind its synapse, and a bias of the chip before it";
            return Err(NirError::unsupported(node, why, "train it with v_leak 0"));
        }
        let alpha = steps.synapse.as_ref().map(|[alpha, _]| one(alpha, "tau_syn"));
        Ok(Self {
            alpha: alpha.transpose()?,
            beta: one(&steps.beta, "tau")?,
            scale: each(&gain, "r or v_threshold")?,
            offset,
            odd_reset: steps.reset.iter().copied().find(|reset| *reset != 0.0),
        })
    }

    /// Whether all neurons have one gain and one threshold.
    pub(super) fn is_even(&self) -> bool {
        self.scale.iter().all(|scale| *scale == self.scale[0])
    }
}
