//! What firing costs: the tables `[[regularisers]]` of a training config.

mod layers;

pub use layers::Layers;

use crate::{Pass, spike_l1_loss, spike_l2_loss};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// How much firing costs, in one layer or in several.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Regulariser {
    /// The layers.
    #[serde(skip_serializing_if = "Layers::is_all")]
    pub layer: Layers,
    /// Weight of [`spike_l1_loss`].
    pub l1: f32,
    /// Weight of [`spike_l2_loss`].
    pub l2: f32,
    /// Weight of [`spike_floor_loss`](crate::spike_floor_loss).
    pub floor: f32,
    /// The firing rate that a neuron has at least, in spikes a step, where `floor` says what less of it costs.
    pub least: f32,
}

impl Regulariser {
    /// A floor of 0.02 spikes a step for hidden neurons, at this weight.
    pub fn waking(floor: f32) -> Self {
        Self { layer: Layers::Hidden, floor, least: 0.02, ..Self::default() }
    }

    /// Whether spikes themselves cost something, so that they are to be recorded.
    pub fn needs_spikes(&self) -> bool {
        self.l1 > 0.0 || self.l2 > 0.0
    }

    /// What a batch's spikes cost by `l1` and `l2`; nothing if its layers were not recorded. What the floor costs is
    /// in [`Pass::lacking`].
    pub fn of(&self, pass: &Pass) -> Option<Tensor<1>> {
        let last = pass.layers.len().checked_sub(1)?;
        let chosen = pass.layers.iter().enumerate();
        let chosen = chosen.filter(|(i, _)| self.needs_spikes() && self.layer.has(*i, *i == last));
        let costs = chosen.map(|(_, layer)| {
            let counts = layer.spikes.clone().sum_dim(0).squeeze_dim::<2>(0);
            let l1 = spike_l1_loss(counts.clone(), pass.steps).mul_scalar(self.l1);
            l1 + spike_l2_loss(counts, pass.steps).mul_scalar(self.l2)
        });
        costs.reduce(|sum, cost| sum + cost)
    }
}
