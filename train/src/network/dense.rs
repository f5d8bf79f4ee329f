//! A layer of one dense connection, with delays or without, and its neurons, in float or in integers.

use super::norm::Norm;
use super::produced::{Produced, driven, stepwise};
use super::record::Recorder;
use super::{Connection, Signal};
use crate::cell::{Cell, Drive, Neurons};
use crate::fused::Output;
use crate::integer::{self, Integers};
use burn::module::Module;
use spikestream::Error;
use spikestream::export::FloatLayer;

/// A connection and the neurons behind it.
#[derive(Module, Debug)]
pub(crate) struct Dense {
    pub(crate) connection: Connection,
    /// Of the currents, in float.
    pub(crate) norm: Option<Norm>,
    pub(crate) cell: Cell,
}

impl Dense {
    /// Runs layer `index` of a network, in integers where it has them.
    ///
    /// # Errors
    /// Parameters that cannot be exported; named neurons on a device that does not train them.
    pub(super) fn run(
        &self,
        integers: Option<&Integers>,
        index: usize,
        signal: Signal,
        recorder: &mut Recorder<'_>,
        is_last: bool,
    ) -> Result<Produced, Error> {
        let out = recorder.output(is_last);
        let Some(integers) = integers else {
            return Ok(match &self.norm {
                None => self.forward(signal, out),
                Some(norm) => self.normed(norm, signal, recorder, out),
            });
        };
        let given = (self.connection.linear(), self.cell.membrane());
        integer::run(integers, index, given, signal, out)
    }

    /// Runs the layer in float with its currents normalised.
    fn normed(
        &self,
        norm: &Norm,
        signal: Signal,
        recorder: &mut Recorder<'_>,
        out: Output,
    ) -> Produced {
        let steps = signal.steps();
        let x = self.currents(signal).whole();
        let [frames, batch, neurons] = x.dims();
        let (x, found) = norm.run(x.reshape([frames * batch, neurons, 1]));
        recorder.normed(found);
        driven(&self.cell, x.reshape([frames, batch, neurons]), steps, out)
    }

    /// Weights and biases of a layer that does the same without a normalisation.
    pub(crate) fn floats(&self) -> FloatLayer {
        let layer = integer::float(self.connection.linear());
        match &self.norm {
            None => layer,
            Some(norm) => {
                let (weights, biases) = norm.folded(&layer.weights, &layer.biases);
                FloatLayer { inputs: layer.inputs, weights, biases }
            }
        }
    }

    /// What it is, such as `linear 64 -> 128`.
    pub(super) fn describe(&self) -> String {
        let [inputs, outputs] = self.connection.linear().dims();
        let delays = match &self.connection {
            Connection::Linear(_) => "",
            Connection::Delay(_) => " with delays",
        };
        let norm = if self.norm.is_some() { ", normalised" } else { "" };
        format!("linear {inputs} -> {outputs}{delays}{norm}")
    }

    /// Runs the layer in float, fused where the cell and the backend have it.
    pub(crate) fn forward(&self, signal: Signal, out: Output) -> Produced {
        let steps = signal.steps();
        let drive = match (&self.connection, signal) {
            (Connection::Linear(_), Signal::Whole { x, .. }) => {
                let weights = Some(self.connection.values(self.cell.currents()));
                Drive { x, weights, window: None }
            }
            (_, signal) => match self.currents(signal) {
                Signal::Whole { x, .. } => Drive { x, weights: None, window: None },
                each => return stepwise(&self.cell, each, out),
            },
        };
        match self.cell.fused(drive, steps, out) {
            Ok(x) => Produced::of(x, steps, out),
            Err(Drive { x, weights: None, .. }) => {
                stepwise(&self.cell, Signal::Whole { x, steps }, out)
            }
            Err(Drive { x, .. }) => self.composed(Signal::Whole { x, steps }, out),
        }
    }

    /// Runs the layer with tensor operations alone.
    pub(crate) fn composed(&self, signal: Signal, out: Output) -> Produced {
        let steps = signal.steps();
        let signal = match signal {
            // A still input's current is computed once.
            Signal::Whole { x, .. } if x.dims()[0] == 1 => Signal::Whole { x, steps },
            // Otherwise one product a step: the gradient of a slice of all currents would be as
            // large as they are, once a step.
            signal => Signal::Each(signal.each()),
        };
        stepwise(&self.cell, self.currents(signal), out)
    }

    /// The currents of every step, `[T or 1, batch, neurons]`, twice as wide for neurons that take two.
    pub(crate) fn currents(&self, signal: Signal) -> Signal {
        self.connection.currents(signal, self.cell.currents())
    }
}
