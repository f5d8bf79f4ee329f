//! Neurons: ten cells, each a config and a module with its equations, update order and source; and neurons of
//! equations ([`EquationsConfig`]), which are a config alone, since they run in integers only.
//!
//! | cell | state | what it adds |
//! |---|---|---|
//! | [`Lif`] | V | leaky integrate-and-fire |
//! | [`IntegrateFire`] | V | no leak |
//! | [`Synaptic`] | V, i | a synaptic current that decays |
//! | [`Alif`] | V, a | a threshold that adapts |
//! | [`ExpIf`] | V | an exponential upstroke |
//! | [`AdEx`] | V, w | the same with an adaptation current |
//! | [`Lapicque`] | V | resistance, time constant and time step |
//! | [`Alpha`] | V, ie, ii | excitatory and inhibitory currents |
//! | [`SecondOrderLif`] | V, a | acceleration before velocity |
//! | [`RecurrentLif`] | V, s | weights from each spike to the next step |
//!
//! # What they share
//! A spike is `s = V > theta`, strict, with V as of before the reset, which subtracts the threshold
//! or clears the membrane; the spike within the reset has no gradient (Zenke and Vogels 2021), a
//! learnt threshold does. Membranes that a cell shows are those after the reset. State begins at 0.
//! `learn_beta` and `learn_threshold` make these constants parameters, `1 / (1 + exp(-raw))` and
//! `exp(raw)`, one a layer or, with `per_neuron`, one a neuron.
//!
//! # Shapes
//! Currents, spikes and membranes are `[batch, neurons]` in a step and `[T, batch, neurons]` over
//! all; [`Alpha`] takes two currents a neuron, side by side: `[batch, 2 neurons]`. In a network the sign of a weight says
//! which of them it drives.

#![allow(clippy::result_large_err, reason = "what drives a layer comes back once a layer")]

mod adaptive;
mod adex;
mod alpha;
mod constant;
mod described;
mod equations;
mod exponential;
mod integrate;
mod kind;
mod lapicque;
mod lif;
mod membrane;
mod recurrent;
mod second_order;
mod synaptic;
#[cfg(test)]
mod tests;

pub use adaptive::{Alif, AlifConfig};
pub use adex::{AdEx, AdExConfig};
pub use alpha::{Alpha, AlphaConfig};
pub use equations::EquationsConfig;
pub use exponential::{ExpIf, ExpIfConfig};
pub use integrate::{IfConfig, IntegrateFire};
pub(crate) use kind::no_float;
pub use kind::{Cell, CellConfig};
pub use lapicque::{Lapicque, LapicqueConfig};
pub use lif::{Lif, LifConfig};
pub(crate) use membrane::Membrane;
pub use recurrent::{RecurrentLif, RecurrentLifConfig};
pub use second_order::{SecondOrderLif, SecondOrderLifConfig};
pub use synaptic::{Synaptic, SynapticConfig};

use super::TrainError;
use super::fused::{Output, Reset, Window};
use burn::tensor::{Device, Tensor};

/// What neurons remember from step to step.
#[derive(Clone, Debug)]
pub struct State {
    /// V, `[batch, neurons]`.
    pub membrane: Tensor<2>,
    /// The other variables in the order of the cell's table, `[batch, neurons]` each.
    pub aux: Vec<Tensor<2>>,
}

impl State {
    fn zeros(batch: usize, neurons: usize, aux: usize, device: &Device) -> Self {
        let zeros = Tensor::zeros([batch, neurons], device);
        Self { membrane: zeros.clone(), aux: vec![zeros; aux] }
    }
}

/// A layer of neurons of one kind.
pub trait Neurons {
    /// How many.
    fn neurons(&self) -> usize;

    /// Currents that a neuron takes.
    fn currents(&self) -> usize {
        1
    }

    /// The state at the beginning.
    fn begin(&self, batch: usize, device: &Device) -> State;

    /// One time step: the spikes, 0 or 1, and the state after it.
    fn step(&self, current: Tensor<2>, state: State) -> (Tensor<2>, State);
}

/// What drives a layer over all time steps: currents, or what weights make them of.
#[derive(Clone, Debug)]
pub(crate) struct Drive {
    /// `[T or 1, batch, ..]`; one frame is the same at every step.
    pub(crate) x: Tensor<3>,
    /// Weights `[inputs, currents]` and bias `[currents]`; of a convolution those of its window.
    pub(crate) weights: Option<(Tensor<2>, Tensor<1>)>,
    /// The convolution that the weights are of, with the pool behind the neurons; none is all to all.
    pub(crate) window: Option<Window>,
}

/// The fused form, of cells that have one.
pub(crate) trait Fused: Neurons {
    /// All time steps at once, or the drive back where the cell or the backend has no such operation.
    fn fused(&self, drive: Drive, _steps: usize, _out: Output) -> Result<Tensor<3>, Drive> {
        Err(drive)
    }
}

/// Refuses a constant that is no number or outside its range.
fn ensure(
    ok: bool,
    cell: &'static str,
    field: &'static str,
    value: f32,
    allowed: &'static str,
) -> Result<(), TrainError> {
    if ok && value.is_finite() {
        return Ok(());
    }
    Err(TrainError::Constant { cell, field, value, allowed })
}

/// Refuses a share that is not within 0 to 1.
fn share(cell: &'static str, field: &'static str, value: f32) -> Result<(), TrainError> {
    ensure((0.0..=1.0).contains(&value), cell, field, value, "from 0 to 1")
}

/// Refuses a threshold or another constant that is not above 0.
fn positive(cell: &'static str, field: &'static str, value: f32) -> Result<(), TrainError> {
    ensure(value > 0.0, cell, field, value, "above 0")
}

/// Refuses what is no number.
fn finite(cell: &'static str, field: &'static str, value: f32) -> Result<(), TrainError> {
    ensure(true, cell, field, value, "that is finite")
}

/// A cell's config: its own fields, then what all cells have.
macro_rules! config {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty = $default:expr,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
            /// Threshold theta, above 0.
            pub threshold: f32,
            /// Whether the threshold is learnt.
            pub learn_threshold: bool,
            /// Whether what is learnt is one number a neuron instead of one a layer.
            pub per_neuron: bool,
            /// What a spike does to the membrane.
            pub reset: spikestream::spec::Reset,
            /// What stands for the derivative of a spike.
            pub surrogate: $crate::Surrogate,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: $default,)*
                    threshold: 1.0,
                    learn_threshold: false,
                    per_neuron: false,
                    reset: spikestream::spec::Reset::Subtract,
                    surrogate: $crate::Surrogate::default(),
                }
            }
        }

        impl $name {
            /// The membrane's settings, with this leak, learnt or not.
            fn settings(&self, beta: f32, learn_beta: bool) -> $crate::cell::membrane::Settings {
                $crate::cell::membrane::Settings {
                    beta,
                    learn_beta,
                    threshold: self.threshold,
                    learn_threshold: self.learn_threshold,
                    per_neuron: self.per_neuron,
                    surrogate: self.surrogate,
                    reset: self.reset,
                }
            }
        }
    };
}
use config;

/// What every cell does in the same way: it has a membrane, and says how many neurons and states.
macro_rules! cell {
    ($name:ident, $aux:literal $(, $currents:literal)?) => {
        impl $name {
            pub(crate) fn membrane(&self) -> &$crate::cell::Membrane {
                &self.membrane
            }

            pub(crate) fn map_membrane(
                self,
                change: impl FnOnce($crate::cell::Membrane) -> $crate::cell::Membrane,
            ) -> Self {
                let mut cell = self;
                cell.membrane = change(cell.membrane);
                cell
            }
        }

        impl Neurons for $name {
            fn neurons(&self) -> usize {
                self.membrane.neurons()
            }

            $(fn currents(&self) -> usize {
                $currents
            })?

            fn begin(&self, batch: usize, device: &Device) -> State {
                State::zeros(batch, self.neurons(), $aux, device)
            }

            fn step(&self, current: Tensor<2>, state: State) -> (Tensor<2>, State) {
                self.advance(current, state)
            }
        }
    };
}
use cell;
