//! What one connection gives: the sum of its weights over the spikes that it hears.

use super::plan::Wire;
use super::walk::{Late, Synapses, walk};
use crate::TrainError;
use crate::network::{Signal, excites, split, to_vec};
use crate::surrogate::carry;
use burn::tensor::Tensor;
use std::sync::Arc;

/// The parameters of a connection.
pub(crate) struct Values {
    /// What the weights weigh in each window of the stream, in the order of the steps, as they lie; in float there is
    /// one window, the weights themselves.
    pub(crate) windows: Vec<Vec<f32>>,
    /// The weights, `[inputs of a channel, channels]`.
    pub(crate) weight: Tensor<2>,
    /// A weight of 1 in the unit of `windows`.
    pub(crate) gain: f32,
    /// The delays, as the weights lie, in steps.
    pub(crate) delay: Option<Tensor<2>>,
}

/// The sum of one connection.
pub(crate) struct Sum {
    pub(super) source: usize,
    pub(super) is_own: bool,
    wire: Wire,
    /// What is made of a sum over an average.
    share: Share,
    /// The synapses and the float behind them: all of them, or those that excite and those that inhibit.
    parts: Vec<(Arc<Synapses>, Tensor<2>)>,
    delay: Option<Tensor<2>>,
}

/// How a sum is divided by the places of an average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// With floor, in integers.
    Floor,
    /// As it is, in float.
    Exact,
}

/// What connections give, `[frames, batch, neurons]`: C, and of neurons with two synapses C-.
#[derive(Clone)]
pub(super) struct Currents {
    pub(super) sum: Tensor<3>,
    pub(super) negative: Option<Tensor<3>>,
}

impl Sum {
    /// The sum of a connection, of neurons with one synapse or two.
    pub(crate) fn new(wire: &Wire, values: Values, share: Share, of_two: bool) -> Self {
        let Values { windows, weight, gain, delay } = values;
        let late = delay.clone().zip(wire.longest()).map(|(delay, longest)| {
            to_vec(delay).into_iter().map(|delay| Late::of(delay, longest)).collect::<Vec<Late>>()
        });
        let synapses = |windows| Arc::new(Synapses { windows, late: late.clone() });
        let part = |sign: f32| {
            let of = |window: &Vec<f32>| window.iter().map(|w| (sign * w).max(0.0)).collect();
            synapses(windows.iter().map(of).collect())
        };
        let float = if gain == 1.0 { weight.clone() } else { weight.clone().mul_scalar(gain) };
        let parts = match of_two {
            false => vec![(synapses(windows), float)],
            // By the sign of its float a weight drives the one or the other, also where it is rounded to 0.
            true => {
                let [first, second] = split(float, &excites(&weight));
                vec![(part(1.0), first), (part(-1.0), second)]
            }
        };
        let (source, is_own) = (wire.source, wire.is_own);
        Self { source, is_own, wire: wire.clone(), share, parts, delay }
    }

    /// The sums of frames, of which the first is at step `first`.
    pub(super) fn take(&self, x: Tensor<3>, first: usize) -> Result<Currents, TrainError> {
        let part = |(synapses, float): &(Arc<Synapses>, Tensor<2>)| {
            let floats = (float.clone(), self.delay.clone());
            walk(&self.wire.ways, synapses, first, x.clone(), floats)
        };
        let mut parts = self.parts.iter().map(part);
        let all = parts.next().transpose()?.unwrap_or_else(|| unreachable!("there is a part"));
        let negative = parts.next().transpose()?;
        let share = |sum| self.share.of(sum, self.wire.shift);
        Ok(match negative {
            None => Currents { sum: share(all), negative: None },
            Some(negative) => {
                Currents { sum: share(all - negative.clone()), negative: Some(share(negative)) }
            }
        })
    }

    /// The sums of all steps, one a step.
    pub(super) fn each(&self, past: &[Signal]) -> Result<Vec<Currents>, TrainError> {
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

impl Share {
    /// `sum / 2^shift`, with the gradient of the quotient.
    fn of(self, sum: Tensor<3>, shift: u32) -> Tensor<3> {
        if shift == 0 {
            return sum;
        }
        let part = sum.mul_scalar((-(shift as f32)).exp2());
        match self {
            Self::Exact => part,
            Self::Floor if part.is_autodiff() => carry(part.clone().inner().floor(), part),
            Self::Floor => part.floor(),
        }
    }
}

/// The sum of what connections give.
pub(super) fn added(
    each: impl Iterator<Item = Result<Currents, TrainError>>,
) -> Result<Currents, TrainError> {
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
    Ok(all.unwrap_or_else(|| unreachable!("a layer has a first connection")))
}

/// C of all neurons and steps, `[T, batch, neurons]`, and C- where they take it, of spikes that are known: those of the
/// layer itself are the last of `past`.
#[cfg(test)]
pub(crate) fn currents(sums: &[Sum], past: &[Signal]) -> (Tensor<3>, Option<Tensor<3>>) {
    let steps = past[0].steps();
    let each = sums.iter().map(|sum| {
        let heard = past[sum.source].clone().frames();
        if !sum.is_own {
            return sum.take(heard, 0);
        }
        let nothing = heard.clone().narrow(0, 0, 1).zeros_like();
        let before =
            |heard: Tensor<3>| Tensor::cat(vec![nothing.clone(), heard.narrow(0, 0, steps - 1)], 0);
        sum.take(if steps > 1 { before(heard) } else { nothing.clone() }, 0)
    });
    let Currents { sum, negative } = added(each).unwrap();
    (sum, negative)
}
