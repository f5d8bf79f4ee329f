//! `skip`: an earlier layer of the same shape is added, unit by unit, by one weight.

use super::{Connect, Kind, Misfit, Program, Role, Volume};
use serde::{Deserialize, Serialize};

/// `S_j(t) = q s_j(t)` of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {}

impl Kind for Skip {
    const NAME: &'static str = "skip";
}

impl Connect for Skip {
    fn role(&self) -> Role {
        Role::Beside
    }

    fn reach(&self, from: Volume, _: Volume) -> Result<Volume, Misfit> {
        Ok(from)
    }

    fn program(&self, from: Volume, _: Volume) -> Program {
        Program::each(from, true)
    }

    fn weights(&self, _: Volume, _: Volume) -> Vec<usize> {
        vec![1]
    }
}
