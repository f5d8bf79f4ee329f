//! Connections as training walks them, in integers and in float: each is its address program ([`ways`]), which
//! [`walk`] walks forward and backward, so that no kind of connection is written here again.
//!
//! [`plan`] is what a layer hears, [`sum`] what a connection gives, [`listener`] the neurons that hear several of
//! them, and [`relay`] the layers without neurons.

mod listener;
mod plan;
mod relay;
mod sum;
mod walk;
mod ways;

pub(crate) use listener::{Driven, Listener, Walker};
pub(crate) use plan::{Plan, Wire};
pub(crate) use relay::pass_on;
#[cfg(test)]
pub(crate) use sum::currents;
pub(crate) use sum::{Share, Sum, Values};
pub(crate) use walk::Late;
