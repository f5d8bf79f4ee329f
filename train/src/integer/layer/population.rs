//! A layer of neurons that hears any connections, in integers: the sums of the golden model, then its neurons.
//!
//! ```text
//! C_j(t)  = sum over connections of floor(S_j(t) / 2^p)
//! drive   = C_j(t) in membrane units + bias of j's channel
//! ```
//!
//! All weights have one scale, the layer's. The floor, of a sum over an average, is passed straight through.

use super::{driven, through};
use crate::TrainError;
use crate::cell::Membrane;
use crate::fused::Output;
use crate::integer::Integers;
use crate::integer::lif::{self, Lif};
use crate::integer::neuron::named::{self, Named};
use crate::network::{Produced, Signal, to_vec};
use crate::wiring::{Driven, Listener, Plan, Share, Sum, Values, Walker, Wire};
use burn::tensor::{Device, Tensor, TensorData};
use spikestream::Error;
use spikestream::export::{self, FloatLayer};
use spikestream::spec::Stream;

/// The parameters of a layer.
pub(crate) struct Given<'a> {
    /// Weights and delays of each connection, `[inputs of a channel, channels]`.
    pub(crate) wires: Vec<(Tensor<2>, Option<Tensor<2>>)>,
    /// A bias a channel.
    pub(crate) bias: Tensor<1>,
    pub(crate) membrane: &'a Membrane,
}

/// Runs layer `index` on what the input and the layers before it gave.
///
/// # Errors
/// Parameters that cannot be exported; a device that does not have the operations.
pub(crate) fn run(
    integers: &Integers,
    index: usize,
    plan: &Plan,
    given: &Given<'_>,
    past: &[Signal],
    out: Output,
) -> Result<Produced, Error> {
    let (listener, sums) = listener(integers, index, plan, given, past[0].steps())?;
    Ok(listener.run(sums, past, out)?)
}

/// C of all neurons and steps, of spikes that are known.
#[cfg(test)]
pub(crate) fn currents(
    integers: &Integers,
    index: usize,
    plan: &Plan,
    given: &Given<'_>,
    past: &[Signal],
) -> (Tensor<3>, Option<Tensor<3>>) {
    let (_, sums) = listener(integers, index, plan, given, past[0].steps()).unwrap();
    crate::wiring::currents(&sums, past)
}

/// A layer's neurons and what they hear, in integers.
fn listener(
    Integers { spec, cells, tapes }: &Integers,
    index: usize,
    plan: &Plan,
    Given { wires, bias, membrane }: &Given<'_>,
    steps: usize,
) -> Result<(Listener<Neurons>, Vec<Sum>), Error> {
    let weights: Vec<f32> = wires.iter().flat_map(|(weight, _)| to_vec(weight.clone())).collect();
    let floats = FloatLayer { inputs: 0, weights, biases: to_vec(bias.clone()) };
    let exported = |of: FloatLayer| export::numbers(spec, index, &of.weights, &of.biases);
    let (neurons, int) = match &tapes[index] {
        Some(tape) => {
            let int = exported(named::scaled(&cells[index], floats))?;
            (Neurons::Named(Named::new(tape, &cells[index], membrane, int.threshold)), int)
        }
        None => {
            let int = exported(lif::in_thresholds(membrane, floats))?;
            (Neurons::Lif(Lif::new(&spec.neuron, membrane, int.threshold)), int)
        }
    };
    let (unit, gain) = neurons.scale();
    let value: Vec<f32> = int.layer.biases.iter().map(|b| *b as f32).collect();
    let value = TensorData::new(value, bias.dims());
    let bias = through(Tensor::from_data(value, &plain_device(bias)), bias.clone(), gain);
    let mut left = &int.layer.weights[..];
    let sum = |(wire, (weight, delay)): (&Wire, &(Tensor<2>, Option<Tensor<2>>))| {
        let [inputs, channels] = weight.dims();
        let (own, rest) = left.split_at(inputs * channels);
        left = rest;
        let windows = windows(&spec.stream, own, steps);
        let (weight, delay, gain) = (weight.clone(), delay.clone(), gain / unit);
        let values = Values { windows, weight, gain, delay };
        Sum::new(wire, values, Share::Floor, neurons.are_of_two())
    };
    let sums = plan.wires.iter().zip(wires).map(sum).collect();
    Ok((Listener::new(neurons, unit, bias, plan, steps), sums))
}

/// What weights weigh in each window of the stream, in the order of the steps.
fn windows(stream: &Stream, weights: &[i8], steps: usize) -> Vec<Vec<f32>> {
    let window = |step: usize| {
        let ones = stream.window(step as u32);
        let value = |q: &i8| {
            let ones = ones[usize::from(q.unsigned_abs())] as f32;
            if *q < 0 { -ones } else { ones }
        };
        weights.iter().map(value).collect()
    };
    (0..steps.min(stream.phases())).map(window).collect()
}

fn plain_device<const D: usize>(of: &Tensor<D>) -> Device {
    let device = of.device();
    if of.is_autodiff() { device.inner() } else { device }
}

/// The neurons of a layer, of either kind.
enum Neurons {
    Lif(Lif),
    Named(Named),
}

impl Neurons {
    /// A step of a weight, and a float weight of 1, in membrane units.
    fn scale(&self) -> (f32, f32) {
        match self {
            Self::Lif(neurons) => (neurons.unit(), neurons.gain()),
            Self::Named(neurons) => (neurons.unit(), neurons.gain()),
        }
    }

    fn are_of_two(&self) -> bool {
        matches!(self, Self::Named(neurons) if neurons.has_two_synapses())
    }
}

impl Driven for Neurons {
    fn beside(&self, first: Tensor<3>, second: Tensor<3>) -> Tensor<3> {
        let [frames, batch, neurons] = first.dims();
        Tensor::stack::<4>(vec![first, second], 1).reshape([2 * frames, batch, neurons])
    }

    fn run(&self, drives: Tensor<3>, steps: usize, out: Output) -> Result<Produced, TrainError> {
        match self {
            Self::Lif(neurons) => Ok(driven(*neurons, drives, steps, out)),
            Self::Named(neurons) => neurons.run(drives, out),
        }
    }

    fn walker(&self) -> Box<dyn Walker + '_> {
        match self {
            Self::Lif(neurons) => Box::new(neurons.stepwise()),
            Self::Named(neurons) => Box::new(Replayed { neurons, drives: Vec::new() }),
        }
    }
}

impl Walker for lif::Stepwise {
    fn step(&mut self, drives: Tensor<3>) -> Result<(Tensor<2>, Tensor<2>), TrainError> {
        Ok(lif::Stepwise::step(self, drives.squeeze_dim::<2>(0)))
    }
}

/// Named neurons, whose operation keeps no state: each step runs all steps so far again.
struct Replayed<'a> {
    neurons: &'a Named,
    drives: Vec<Tensor<3>>,
}

impl Walker for Replayed<'_> {
    fn step(&mut self, drives: Tensor<3>) -> Result<(Tensor<2>, Tensor<2>), TrainError> {
        self.drives.push(drives);
        let steps = self.drives.len();
        let run = self.neurons.run(Tensor::cat(self.drives.clone(), 0), Output::Spikes)?;
        let spikes = match run {
            Produced::Spikes(spikes) => spikes.frames(),
            _ => unreachable!("spikes were asked for"),
        };
        let spikes = spikes.narrow(0, steps - 1, 1).squeeze_dim::<2>(0);
        Ok((spikes.clone(), spikes))
    }

    fn finish(
        self: Box<Self>,
        _: Vec<(Tensor<2>, Tensor<2>)>,
        out: Output,
    ) -> Result<Produced, TrainError> {
        self.neurons.run(Tensor::cat(self.drives, 0), out)
    }
}
