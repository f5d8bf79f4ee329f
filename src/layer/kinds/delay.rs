//! `delay`: every unit reaches every neuron, each synapse so many time steps later.

use super::{Connect, Kind, LONGEST_DELAY, Misfit, Program, Volume};
use serde::{Deserialize, Serialize};

/// `S_j(t) = sum_i q_ji s_i(t - d_ji)`; before t = 0 there is no spike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// The longest delay that a synapse may have, in time steps: how many spikes of a unit are kept.
    pub longest: u32,
}

impl Kind for Delay {
    const NAME: &'static str = "delay";
}

impl Connect for Delay {
    fn reach(&self, _: Volume, to: Volume) -> Result<Volume, Misfit> {
        if self.longest > LONGEST_DELAY {
            let takes = format!("0..={LONGEST_DELAY} time steps");
            return Err(Misfit { field: "longest", value: self.longest.to_string(), takes });
        }
        Ok(to)
    }

    fn program(&self, from: Volume, to: Volume) -> Program {
        Program::full(from, to)
    }

    fn weights(&self, from: Volume, to: Volume) -> Vec<usize> {
        vec![to.units(), from.units()]
    }

    fn longest(&self) -> Option<u32> {
        Some(self.longest)
    }
}
