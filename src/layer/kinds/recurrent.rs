//! `recurrent`: a layer hears its own spikes of the time step before.

use super::{Connect, Kind, Misfit, Program, Role, Volume};
use serde::{Deserialize, Serialize};

/// `S_j(t) = sum_i q_ji s_i(t - 1)` of the layer's own spikes, or `q_j s_j(t - 1)`; nothing at t = 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recurrent {
    /// Which neurons hear which.
    pub pattern: Pattern,
}

/// Which neurons hear which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Each hears all; weights are `[J, J]`.
    AllToAll,
    /// Each hears itself; weights are `[J]`.
    OneToOne,
}

impl Kind for Recurrent {
    const NAME: &'static str = "recurrent";
}

impl Connect for Recurrent {
    fn role(&self) -> Role {
        Role::Own
    }

    fn reach(&self, from: Volume, _: Volume) -> Result<Volume, Misfit> {
        Ok(from)
    }

    fn program(&self, from: Volume, to: Volume) -> Program {
        match self.pattern {
            Pattern::AllToAll => Program::full(from, to),
            Pattern::OneToOne => Program::each(from, false),
        }
    }

    fn weights(&self, from: Volume, to: Volume) -> Vec<usize> {
        match self.pattern {
            Pattern::AllToAll => vec![to.units(), from.units()],
            Pattern::OneToOne => vec![to.units()],
        }
    }
}
