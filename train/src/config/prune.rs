//! What is taken out of a network: hidden neurons that never fire, from the integers that ship; and a share of all,
//! while it is trained.

use super::TrainConfig;
use super::check::ensure;
use crate::CellConfig;
use serde::{Deserialize, Serialize};
use spikestream::Error;
use std::str::FromStr;

/// What is taken out of a network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PruneConfig {
    /// What becomes of hidden neurons that never fire ([`spikestream::export::prune`]).
    pub silent: Silent,
    /// The share of each hidden layer that goes while it is trained; 0 is none.
    #[serde(skip_serializing_if = "is_zero")]
    pub share: f64,
}

fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

impl TrainConfig {
    /// Only a neuron whose sole inputs and outputs are full layers is out without their weights.
    pub(super) fn check_prune(&self) -> Result<(), Error> {
        let PruneConfig { silent, share } = self.prune;
        let refuse = |allowed: &str| ensure(false, "prune.share", share, allowed);
        let recurrent =
            |layer: &crate::LayerConfig| matches!(layer.cell, CellConfig::RecurrentLif(_));
        let network = &self.network;
        match share {
            0.0 => Ok(()),
            _ if !(share > 0.0 && share < 1.0) => refuse("a share of 0 to below 1"),
            _ if network.hidden.is_empty() => refuse("0 without hidden layers"),
            _ if !network.blocks.is_empty() => refuse("0 with network.blocks"),
            _ if network.hidden.iter().any(|layer| layer.norm) => {
                refuse("0 with a layer that has norm")
            }
            _ if network.is_wired() => refuse("0 with connections other than dense ones"),
            _ if network.hidden.iter().any(recurrent) => refuse("0 with recurrent-lif neurons"),
            _ if silent == Silent::Keep => {
                let allowed = "remove, or leave out prune.share: those that are out would stay";
                ensure(false, "prune.silent", silent.name(), allowed)
            }
            _ => Ok(()),
        }
    }
}

impl PruneConfig {
    /// Whether a config need not say it.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of hidden neurons that never fire when a network becomes integers. The float weights keep
/// them in either case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silent {
    /// They are taken out: those that cannot fire, and those that fire on no training image.
    #[default]
    Remove,
    /// They stay.
    Keep,
}

impl Silent {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Remove, Self::Keep];

    /// Its name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Keep => "keep",
        }
    }
}

impl FromStr for Silent {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConvConfig, NetworkConfig};

    #[test]
    fn a_share_goes_only_where_neurons_are_out_without_weights() {
        let thin = |share, change: &dyn Fn(&mut TrainConfig)| {
            let mut config = TrainConfig::default();
            config.prune.share = share;
            change(&mut config);
            config.check().map_err(|error| error.to_string())
        };
        for share in [0.0, 0.5, 0.99] {
            assert_eq!(thin(share, &|_| {}), Ok(()));
        }
        for share in [1.0, -0.1, f64::NAN, f64::INFINITY] {
            assert!(thin(share, &|_| {}).unwrap_err().contains("prune.share"), "{share}");
        }
        let recurrent = CellConfig::RecurrentLif(Default::default());
        let changes: [&dyn Fn(&mut TrainConfig); 5] = [
            &|c| c.network.hidden.clear(),
            &|c| c.network.blocks = vec![ConvConfig::default()],
            &|c| c.network.hidden[0].norm = true,
            &|c| c.network = NetworkConfig::of(&[8], &recurrent),
            &|c| c.prune.silent = Silent::Keep,
        ];
        for change in changes {
            assert_eq!(thin(0.0, change), Ok(()));
            assert!(thin(0.5, change).unwrap_err().contains("prune."));
        }
    }
}
