//! What a layer's neurons give over all time steps, and neurons run step by step.

use super::signal::Signal;
use crate::cell::{Cell, Drive, Neurons};
use crate::fused::Output;
use burn::tensor::Tensor;

/// What a layer gives, as it was asked by an [`Output`].
#[derive(Clone, Debug)]
pub(crate) enum Produced {
    /// The spikes.
    Spikes(Signal),
    /// Sums over time, and the last membranes.
    Totals(Totals),
    /// Spikes and membranes after the reset.
    All(Signal, Signal),
}

/// Sums over time of spikes and membranes, and the last membranes, `[batch, neurons]` each.
#[derive(Clone, Debug)]
pub(crate) struct Totals {
    pub(crate) counts: Tensor<2>,
    pub(crate) membranes: Tensor<2>,
    pub(crate) last: Tensor<2>,
}

impl Produced {
    /// What the fused operation gave, taken apart.
    pub(crate) fn of(x: Tensor<3>, steps: usize, out: Output) -> Self {
        let frame = |k: usize| x.clone().narrow(0, k, 1).squeeze_dim::<2>(0);
        match out {
            Output::Spikes => Self::Spikes(Signal::Whole { x, steps }),
            Output::Totals => {
                Self::Totals(Totals { counts: frame(0), membranes: frame(1), last: frame(2) })
            }
            Output::All => {
                let half = |begin| Signal::Whole { x: x.clone().narrow(0, begin, steps), steps };
                Self::All(half(0), half(steps))
            }
        }
    }

    /// From one tensor a step.
    pub(crate) fn from_steps(
        spikes: Vec<Tensor<2>>,
        membranes: Vec<Tensor<2>>,
        out: Output,
    ) -> Self {
        match out {
            Output::Spikes => Self::Spikes(Signal::Each(spikes)),
            Output::All => Self::All(Signal::Each(spikes), Signal::Each(membranes)),
            Output::Totals => {
                let last = membranes[membranes.len() - 1].clone();
                let (counts, membranes) = (Signal::Each(spikes), Signal::Each(membranes));
                Self::Totals(Totals { counts: counts.sum(), membranes: membranes.sum(), last })
            }
        }
    }

    /// The sums, whatever was asked for; membranes that were not are 0.
    pub(crate) fn totals(self) -> Totals {
        match self {
            Self::Totals(totals) => totals,
            Self::Spikes(spikes) => {
                let counts = spikes.sum();
                let zeros = counts.zeros_like();
                Totals { counts, membranes: zeros.clone(), last: zeros }
            }
            Self::All(spikes, membranes) => {
                let steps = membranes.steps();
                let last = membranes.clone().frames().narrow(0, steps - 1, 1).squeeze_dim::<2>(0);
                Totals { counts: spikes.sum(), membranes: membranes.sum(), last }
            }
        }
    }
}

/// Runs neurons on their currents, `[T or 1, batch, currents]`, at once where the backend has that.
pub(super) fn driven(cell: &Cell, x: Tensor<3>, steps: usize, out: Output) -> Produced {
    match cell.fused(Drive { x, weights: None, window: None }, steps, out) {
        Ok(x) => Produced::of(x, steps, out),
        Err(Drive { x, .. }) => stepwise(cell, Signal::Whole { x, steps }, out),
    }
}

/// Runs neurons step by step on their currents.
pub(crate) fn stepwise(cell: &Cell, currents: Signal, out: Output) -> Produced {
    let (mut spikes, mut membranes) = (Vec::new(), Vec::new());
    let mut state = None;
    for current in currents.each() {
        let begin = || cell.begin(current.dims()[0], &current.device());
        let before = state.take().unwrap_or_else(begin);
        let (spiked, after) = cell.step(current, before);
        spikes.push(spiked);
        membranes.push(after.membrane.clone());
        state = Some(after);
    }
    Produced::from_steps(spikes, membranes, out)
}
