//! What is taken out of a network: hidden neurons that never fire, from the integers that ship.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What is taken out of a network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PruneConfig {
    /// What becomes of hidden neurons that never fire ([`spikestream::export::prune`]).
    pub silent: Silent,
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
