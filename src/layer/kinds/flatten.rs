//! `flatten`: a layer without neurons that gives each unit a channel of its own, and computes nothing.

use super::{Connect, Kind, Merge, Misfit, Program, Relay, Role, Volume};
use serde::{Deserialize, Serialize};

/// Unit `i` of the source is channel `i`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flatten {}

impl Kind for Flatten {
    const NAME: &'static str = "flatten";
}

impl Connect for Flatten {
    fn role(&self) -> Role {
        Role::Relay(Relay { merge: Merge::None, shift: 0 })
    }

    fn reach(&self, from: Volume, _: Volume) -> Result<Volume, Misfit> {
        Ok(Volume::flat(from.units()))
    }

    fn program(&self, from: Volume, _: Volume) -> Program {
        Program::each(from, true)
    }

    fn weights(&self, _: Volume, _: Volume) -> Vec<usize> {
        Vec::new()
    }
}
