//! SC-aware training: the forward pass in the integers of the contract, and the gradient that stands for it.
//!
//! Parameters are floats in units of the threshold. Each forward pass exports them
//! ([`spikestream::export::layer`]) and runs on the integers, so what is trained is what ships:
//!
//! ```text
//! w_t(q)  = sign(q) times the ones of the stream of abs(q) in the window of step t
//! drive   = s(t) (w_t(q) << F)^T + bias
//! U       = sat_W(V - floor(V / 2^a) + drive)
//! s_out   = U > Theta_F
//! V       = U - s_out Theta_F,   or   U (1 - s_out)
//! ```
//!
//! or what the equations of a neuron do that the network names ([`neuron::named`]), with an input of
//! `drive`. Every number of a layer is an integer below 2^24, or one that saturates at once: sums in f32 are exact, in
//! any order, on any backend.
//!
//! # Gradient
//! Rounding, windows, floor and saturation pass it straight through (Bengio, Leonard and Courville
//! 2013); a spike has the slope of its surrogate at `U / Theta_F - 1`; the spike within the reset
//! has none. So the gradient of the membrane is that of the filter `G <- (1 - 2^-a) G + drive`.

mod arithmetic;
mod layer;
mod neuron;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use layer::currents;
pub(crate) use layer::{Given, float, run, run_population};
pub(crate) use neuron::{Chosen, lif, named};

use crate::CellConfig;
use neuron::named::Tape;
use spikestream::Error;
use spikestream::spec::NetSpec;
use std::sync::Arc;

/// A contract that a network is trained in, with the steps of its named neurons at hand.
#[derive(Clone, Debug)]
pub(crate) struct Integers {
    pub(crate) spec: NetSpec,
    /// What the layers' cells were made of.
    cells: Vec<CellConfig>,
    /// One a layer: its neuron's step, if it has a name.
    tapes: Vec<Option<Arc<Tape>>>,
}

impl Integers {
    /// Prepares the contract of layers of these cells.
    ///
    /// # Errors
    /// A neuron that has no step.
    pub(crate) fn new(spec: NetSpec, cells: Vec<CellConfig>) -> Result<Self, Error> {
        let tape = |layer: usize| {
            let Some(cell) = spec.cell(layer) else { return Ok(None) };
            let name = spec.layers[layer].neuron.clone().unwrap_or_default();
            let tape = Tape::new(cell, cells[layer].margin());
            let tape = tape.map_err(|e| Error::Neuron { name, source: Box::new(e) })?;
            Ok(Some(Arc::new(tape)))
        };
        let tapes = (0..spec.layers.len()).map(tape).collect::<Result<_, Error>>()?;
        Ok(Self { spec, cells, tapes })
    }
}
