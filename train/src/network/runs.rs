//! How the layers of a network are run, beside their parameters.

use crate::integer::Integers;
use crate::wiring::Plan;

/// What all layers are run by.
#[derive(Debug)]
pub(super) struct Runs {
    /// The contract that the network is trained in, if it is SC-aware.
    pub(super) integers: Option<Integers>,
    /// What each layer hears, where one hears more than a dense connection.
    pub(super) plans: Vec<Plan>,
}
