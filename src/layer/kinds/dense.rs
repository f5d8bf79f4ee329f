//! `dense`: every unit of the source reaches every neuron, each by a weight of its own.

use super::{Connect, Kind, Misfit, Program, Volume};
use serde::{Deserialize, Serialize};

/// A fully connected one: `S_j = sum_i q_ji s_i`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Full {}

impl Kind for Full {
    const NAME: &'static str = "dense";
}

impl Connect for Full {
    fn reach(&self, _: Volume, to: Volume) -> Result<Volume, Misfit> {
        Ok(to)
    }

    fn program(&self, from: Volume, to: Volume) -> Program {
        Program::full(from, to)
    }

    fn weights(&self, from: Volume, to: Volume) -> Vec<usize> {
        vec![to.units(), from.units()]
    }
}
