//! The fused step: a layer over all time steps, with its gradients, as one operation.
//!
//! The currents of every step are sums of the weights of the inputs that spiked; leak, spike and
//! reset follow at once, while the numbers are in the cache, and the backward pass through time does
//! the same in reverse. It is a backend extension for the CPU backends (flex and ndarray); on others
//! the same cells run step by step with tensor operations, and both agree to rounding.

#![allow(clippy::result_large_err, reason = "the inputs come back once a layer")]

mod active;
pub(crate) mod backend;
mod backward;
mod conv;
mod dynamics;
mod floor;
mod forward;
mod operation;
pub(crate) mod parts;
#[cfg(test)]
mod tests;

pub(crate) use conv::{Window, run as run_window};
pub(crate) use dynamics::{Carry, Dynamics, StepGrad};
pub(crate) use floor::{Floor, floor};
pub(crate) use operation::{Inputs, Run, run};

pub(crate) use spikestream::spec::Reset;

/// What a run over all time steps gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// Spikes, `[T, batch, neurons]`.
    Spikes,
    /// Sums over time of spikes and of membranes after the reset, and the last membranes,
    /// `[3, batch, neurons]`.
    Totals,
    /// Spikes, then membranes after the reset, `[2 T, batch, neurons]`.
    All,
}

impl Output {
    pub(crate) fn frames(self, steps: usize) -> usize {
        match self {
            Self::Spikes => steps,
            Self::Totals => 3,
            Self::All => 2 * steps,
        }
    }
}

/// What a reset does to numbers, and to their gradients.
pub(crate) trait ResetStep {
    /// The membrane after the spike.
    fn apply(self, membrane: f32, threshold: f32, spike: f32, rest: f32) -> f32;

    /// The gradients of membrane and threshold before the spike, given that of the membrane after
    /// it; the spike within the reset has none (Zenke and Vogels 2021).
    fn backward(self, after: f32, spike: f32) -> (f32, f32);
}

impl ResetStep for Reset {
    #[inline(always)]
    fn apply(self, membrane: f32, threshold: f32, spike: f32, rest: f32) -> f32 {
        match self {
            Self::Subtract => membrane - spike * (threshold - rest),
            Self::Zero => membrane - spike * (membrane - rest),
        }
    }

    #[inline(always)]
    fn backward(self, after: f32, spike: f32) -> (f32, f32) {
        match self {
            Self::Subtract => (after, -after * spike),
            Self::Zero => (after - after * spike, 0.0),
        }
    }
}
