//! A layer of neurons that hears any connections, in integers: the sums of the golden model, then its neurons.
//!
//! ```text
//! C_j(t)  = sum over connections of floor(S_j(t) / 2^p)
//! drive   = C_j(t) in membrane units + bias of j's channel
//! ```
//!
//! All weights have one scale, the layer's. The floor, of a sum over an average, is passed straight through. A layer
//! that hears itself runs step by step.

use super::plan::{Plan, Wire};
use super::walk::{Late, Synapses, walk};
use super::{collect, driven, through};
use crate::TrainError;
use crate::cell::Membrane;
use crate::fused::Output;
use crate::integer::Integers;
use crate::integer::lif::{self, Lif};
use crate::integer::neuron::named::{self, Named};
use crate::network::{Produced, Signal, excites, split, to_vec};
use burn::tensor::{Device, Tensor, TensorData};
use spikestream::Error;
use spikestream::export::{self, FloatLayer};
use spikestream::spec::Stream;
use std::sync::Arc;

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
    given: Given<'_>,
    past: &[Signal],
    out: Output,
) -> Result<Produced, Error> {
    let (population, sums) = Population::new(integers, index, plan, &given, past[0].steps())?;
    let is_own: Vec<bool> = plan.wires.iter().map(|wire| wire.is_own).collect();
    let (own, others): (Vec<_>, Vec<_>) =
        sums.into_iter().zip(is_own).partition(|(_, is_own)| *is_own);
    let only = |of: Vec<(Sum, bool)>| of.into_iter().map(|(sum, _)| sum).collect::<Vec<Sum>>();
    let (own, others) = (only(own), only(others));
    let done = match own.is_empty() {
        true => population.at_once(&others, past, out),
        false => population.stepwise(&own, &others, past, out),
    };
    Ok(done?)
}

/// The neurons of a layer, of either kind.
enum Neurons {
    Lif(Lif),
    Named(Named),
}

/// A layer's neurons, and how sums become drives.
struct Population {
    neurons: Neurons,
    /// A step of a weight in membrane units.
    unit: f32,
    /// `[neurons]`, in membrane units.
    bias: Tensor<1>,
    steps: usize,
}

/// The sum of one connection.
struct Sum {
    source: usize,
    shift: u32,
    wire: Wire,
    /// The synapses and the float behind them: all of them, or those that excite and those that inhibit.
    parts: Vec<(Arc<Synapses>, Tensor<2>)>,
    delay: Option<Tensor<2>>,
}

/// What connections give, `[frames, batch, neurons]`: C, and of neurons with two synapses C-.
#[derive(Clone)]
struct Currents {
    sum: Tensor<3>,
    negative: Option<Tensor<3>>,
}

impl Population {
    fn new(
        Integers { spec, cells, tapes }: &Integers,
        index: usize,
        plan: &Plan,
        given: &Given<'_>,
        steps: usize,
    ) -> Result<(Self, Vec<Sum>), Error> {
        let Given { wires, bias, membrane } = given;
        let weights: Vec<f32> =
            wires.iter().flat_map(|(weight, _)| to_vec(weight.clone())).collect();
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
        let places = plan.volume.area();
        let value: Vec<f32> = int.layer.biases.iter().map(|b| *b as f32).collect();
        let value = TensorData::new(value, bias.dims());
        let bias = through(Tensor::from_data(value, &plain_device(bias)), bias.clone(), gain);
        let [channels] = bias.dims();
        let bias = bias.unsqueeze::<2>().expand([places, channels]).reshape([places * channels]);
        let mut left = &int.layer.weights[..];
        let sum = |(wire, (weight, delay)): (&Wire, &(Tensor<2>, Option<Tensor<2>>))| {
            let [inputs, channels] = weight.dims();
            let (own, rest) = left.split_at(inputs * channels);
            left = rest;
            let floats = (weight.clone(), delay.clone());
            Sum::new(wire, own, &spec.stream, floats, gain / unit, (neurons.are_of_two(), steps))
        };
        let sums = plan.wires.iter().zip(wires).map(sum).collect();
        Ok((Self { neurons, unit, bias, steps }, sums))
    }

    /// All time steps at once.
    fn at_once(&self, sums: &[Sum], past: &[Signal], out: Output) -> Result<Produced, TrainError> {
        let whole = |sum: &Sum| sum.take(past[sum.source].clone().frames(), 0);
        let currents = added(sums.iter().map(whole))?;
        let drives = currents.map(|of| self.drives(of));
        self.neurons.run(
            drives.unwrap_or_else(|| unreachable!("a layer has a first connection")),
            self.steps,
            out,
        )
    }

    /// One time step after the other: the layer hears itself.
    fn stepwise(
        &self,
        own: &[Sum],
        others: &[Sum],
        past: &[Signal],
        out: Output,
    ) -> Result<Produced, TrainError> {
        let frames: Vec<Vec<Currents>> =
            others.iter().map(|sum| sum.each(past)).collect::<Result<_, _>>()?;
        let mut frames: Vec<_> = frames.into_iter().map(Vec::into_iter).collect();
        let mut walker = self.neurons.stepwise();
        let mut before: Option<Tensor<2>> = None;
        let mut done = Vec::new();
        for step in 0..self.steps {
            let heard = frames.iter_mut().filter_map(Iterator::next).map(Ok);
            let fed_back = before.iter().flat_map(|spikes| {
                own.iter().map(move |sum| sum.take(spikes.clone().unsqueeze_dim(0), step))
            });
            let currents = added(heard.chain(fed_back))?;
            let drives = currents.map(|of| self.drives(of));
            let drives = drives.unwrap_or_else(|| unreachable!("a layer has a first connection"));
            let (spikes, membranes) = walker.step(drives)?;
            before = Some(spikes.clone());
            done.push((spikes, membranes));
        }
        match walker {
            Walker::Lif(_) => Ok(collect(done.into_iter(), out)),
            Walker::Named(neurons, drives) => neurons.run(Tensor::cat(drives, 0), out),
        }
    }

    /// The drives, `[frames, batch, neurons]`; of two synapses `[2 frames, batch, neurons]`.
    fn drives(&self, Currents { sum, negative }: Currents) -> Tensor<3> {
        let bias = self.bias.clone().unsqueeze::<3>();
        let in_units = |of: Tensor<3>| of.mul_scalar(self.unit);
        match negative {
            None => in_units(sum) + bias,
            Some(negative) => {
                let [frames, batch, neurons] = sum.dims();
                let both = vec![in_units(sum + negative.clone()) + bias, in_units(negative)];
                Tensor::stack::<4>(both, 1).reshape([2 * frames, batch, neurons])
            }
        }
    }
}

/// Neurons that take one step after the other.
#[allow(clippy::large_enum_variant, reason = "there is one a layer")]
enum Walker {
    Lif(lif::Stepwise),
    /// All drives so far: each step runs all of them again, since the operation keeps no state.
    Named(Named, Vec<Tensor<3>>),
}

impl Walker {
    /// The spikes and, of LIF, the membranes of the next step.
    fn step(&mut self, drives: Tensor<3>) -> Result<(Tensor<2>, Tensor<2>), TrainError> {
        match self {
            Self::Lif(neurons) => Ok(neurons.step(drives.squeeze_dim::<2>(0))),
            Self::Named(neurons, all) => {
                all.push(drives);
                let steps = all.len();
                let run = neurons.run(Tensor::cat(all.clone(), 0), Output::Spikes)?;
                let spikes = match run {
                    Produced::Spikes(spikes) => spikes.frames(),
                    _ => unreachable!("spikes were asked for"),
                };
                let spikes = spikes.narrow(0, steps - 1, 1).squeeze_dim::<2>(0);
                Ok((spikes.clone(), spikes))
            }
        }
    }
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

    fn run(&self, drives: Tensor<3>, steps: usize, out: Output) -> Result<Produced, TrainError> {
        match self {
            Self::Lif(neurons) => Ok(driven(*neurons, drives, steps, out)),
            Self::Named(neurons) => neurons.run(drives, out),
        }
    }

    fn stepwise(&self) -> Walker {
        match self {
            Self::Lif(neurons) => Walker::Lif(neurons.stepwise()),
            Self::Named(neurons) => Walker::Named(neurons.clone(), Vec::new()),
        }
    }
}

impl Sum {
    /// `gain` is a float weight of 1 in steps of a weight.
    fn new(
        wire: &Wire,
        own: &[i8],
        stream: &Stream,
        (weight, delay): (Tensor<2>, Option<Tensor<2>>),
        gain: f32,
        (of_two, steps): (bool, usize),
    ) -> Self {
        let late = delay.clone().zip(wire.longest()).map(|(delay, longest)| {
            to_vec(delay).into_iter().map(|delay| Late::of(delay, longest)).collect::<Vec<Late>>()
        });
        let windows = |part: &dyn Fn(f32) -> f32| {
            let window = |step: usize| {
                let ones = stream.window(step as u32);
                let value = |q: &i8| {
                    let ones = ones[usize::from(q.unsigned_abs())] as f32;
                    part(if *q < 0 { -ones } else { ones })
                };
                own.iter().map(value).collect()
            };
            let windows = (0..steps.min(stream.phases())).map(window).collect();
            Arc::new(Synapses { windows, late: late.clone() })
        };
        let float = weight.clone().mul_scalar(gain);
        let parts = match of_two {
            false => vec![(windows(&|value| value), float)],
            // By the sign of its float a weight drives the one or the other, also where it is rounded to 0.
            true => {
                let [first, second] = split(float, &excites(&weight));
                let positive = windows(&|value| value.max(0.0));
                vec![(positive, first), (windows(&|value| (-value).max(0.0)), second)]
            }
        };
        Self { source: wire.source, shift: wire.shift, wire: wire.clone(), parts, delay }
    }

    /// The sums of frames, of which the first is at step `first`.
    fn take(&self, x: Tensor<3>, first: usize) -> Result<Currents, TrainError> {
        let part = |(synapses, float): &(Arc<Synapses>, Tensor<2>)| {
            let floats = (float.clone(), self.delay.clone());
            walk(&self.wire.ways, synapses, first, x.clone(), floats)
        };
        let mut parts = self.parts.iter().map(part);
        let all = parts.next().transpose()?.unwrap_or_else(|| unreachable!("there is a part"));
        let negative = parts.next().transpose()?;
        Ok(match negative {
            None => Currents { sum: floored(all, self.shift), negative: None },
            Some(negative) => Currents {
                sum: floored(all - negative.clone(), self.shift),
                negative: Some(floored(negative, self.shift)),
            },
        })
    }

    /// The sums of all steps, one a step.
    fn each(&self, past: &[Signal]) -> Result<Vec<Currents>, TrainError> {
        let source = past[self.source].clone();
        if self.wire.longest().is_none() {
            // The gradient of a slice of all sums would be as large as they are, once a step.
            let steps = source.each().into_iter().enumerate();
            return steps.map(|(step, x)| self.take(x.unsqueeze_dim(0), step)).collect();
        }
        let all = self.take(source.frames(), 0)?;
        let frame = |of: &Tensor<3>, step: usize| of.clone().narrow(0, step, 1);
        let each = |step: usize| Currents {
            sum: frame(&all.sum, step),
            negative: all.negative.as_ref().map(|of| frame(of, step)),
        };
        Ok((0..all.sum.dims()[0]).map(each).collect())
    }
}

/// The sum of what connections give.
fn added(
    each: impl Iterator<Item = Result<Currents, TrainError>>,
) -> Result<Option<Currents>, TrainError> {
    let mut all: Option<Currents> = None;
    for more in each {
        let more = more?;
        all = Some(match all {
            None => more,
            Some(before) => Currents {
                sum: before.sum + more.sum,
                negative: before.negative.zip(more.negative).map(|(a, b)| a + b),
            },
        });
    }
    Ok(all)
}

/// `floor(sum / 2^shift)`, with the gradient of the quotient.
fn floored(sum: Tensor<3>, shift: u32) -> Tensor<3> {
    if shift == 0 {
        return sum;
    }
    let part = sum.mul_scalar((-(shift as f32)).exp2());
    let plain = if part.is_autodiff() { part.clone().inner() } else { part.clone() };
    through(plain.floor(), part, 1.0)
}

fn plain_device<const D: usize>(of: &Tensor<D>) -> Device {
    let device = of.device();
    if of.is_autodiff() { device.inner() } else { device }
}

/// C of all neurons and steps, `[T, batch, neurons]`, and C- where they take it, of spikes that are known: those of the
/// layer itself are the last of `past`.
#[cfg(test)]
pub(crate) fn currents(
    integers: &Integers,
    index: usize,
    plan: &Plan,
    given: &Given<'_>,
    past: &[Signal],
) -> (Tensor<3>, Option<Tensor<3>>) {
    let steps = past[0].steps();
    let (_, sums) = Population::new(integers, index, plan, given, steps).unwrap();
    let each = sums.iter().zip(&plan.wires).map(|(sum, wire)| {
        let heard = past[sum.source].clone().frames();
        if !wire.is_own {
            return sum.take(heard, 0);
        }
        let nothing = heard.clone().narrow(0, 0, 1).zeros_like();
        let before =
            |heard: Tensor<3>| Tensor::cat(vec![nothing.clone(), heard.narrow(0, 0, steps - 1)], 0);
        sum.take(if steps > 1 { before(heard) } else { nothing.clone() }, 0)
    });
    let Currents { sum, negative } = added(each).unwrap().unwrap();
    (sum, negative)
}
