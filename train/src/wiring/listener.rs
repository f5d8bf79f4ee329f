//! A layer of neurons that hears any connections: their sums over the time steps, then the neurons.
//!
//! ```text
//! C_j(t)  = sum over connections of S_j(t) / 2^p
//! drive   = unit C_j(t) + bias of j's channel
//! ```
//!
//! The quotient, of a sum over an average, is floored in integers. A layer that hears itself runs step by step.

use super::plan::Plan;
use super::sum::{Currents, Sum, added};
use crate::TrainError;
use crate::fused::Output;
use crate::network::{Produced, Signal};
use burn::tensor::Tensor;

/// Neurons that are given drives, in integers or in float.
pub(crate) trait Driven {
    /// The drives of neurons with two synapses, of `[frames, batch, neurons]` of each.
    fn beside(&self, first: Tensor<3>, second: Tensor<3>) -> Tensor<3>;

    /// All time steps at once.
    ///
    /// # Errors
    /// A device that does not have the operation.
    fn run(&self, drives: Tensor<3>, steps: usize, out: Output) -> Result<Produced, TrainError>;

    /// The same neurons step by step.
    fn walker(&self) -> Box<dyn Walker + '_>;
}

/// Neurons that take one step after the other.
pub(crate) trait Walker {
    /// The spikes and, where they are known, the membranes of the next step, from its drives.
    ///
    /// # Errors
    /// A device that does not have the operation.
    fn step(&mut self, drives: Tensor<3>) -> Result<(Tensor<2>, Tensor<2>), TrainError>;

    /// All that was done.
    ///
    /// # Errors
    /// A device that does not have the operation.
    fn finish(
        self: Box<Self>,
        done: Vec<(Tensor<2>, Tensor<2>)>,
        out: Output,
    ) -> Result<Produced, TrainError> {
        let (spikes, membranes) = done.into_iter().unzip();
        Ok(Produced::from_steps(spikes, membranes, out))
    }
}

/// A layer's neurons, and how sums become drives.
pub(crate) struct Listener<N> {
    pub(crate) neurons: N,
    /// What a sum of 1 drives.
    pub(crate) unit: f32,
    /// `[neurons]`.
    bias: Tensor<1>,
    steps: usize,
}

impl<N: Driven> Listener<N> {
    /// Neurons of a plan with a bias a channel.
    pub(crate) fn new(neurons: N, unit: f32, bias: Tensor<1>, plan: &Plan, steps: usize) -> Self {
        let (places, [channels]) = (plan.volume.area(), bias.dims());
        let bias = bias.unsqueeze::<2>().expand([places, channels]).reshape([places * channels]);
        Self { neurons, unit, bias, steps }
    }

    /// Runs the layer on what the input and the layers before it gave.
    ///
    /// # Errors
    /// A device that does not have the operations.
    pub(crate) fn run(
        &self,
        sums: Vec<Sum>,
        past: &[Signal],
        out: Output,
    ) -> Result<Produced, TrainError> {
        let (own, others): (Vec<Sum>, Vec<Sum>) = sums.into_iter().partition(|sum| sum.is_own);
        match own.is_empty() {
            true => self.at_once(&others, past, out),
            false => self.stepwise(&own, &others, past, out),
        }
    }

    fn at_once(&self, sums: &[Sum], past: &[Signal], out: Output) -> Result<Produced, TrainError> {
        let whole = |sum: &Sum| sum.take(past[sum.source].clone().frames(), 0);
        let drives = self.drives(added(sums.iter().map(whole))?);
        self.neurons.run(drives, self.steps, out)
    }

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
        let mut walker = self.neurons.walker();
        let mut before: Option<Tensor<2>> = None;
        let mut done = Vec::new();
        for step in 0..self.steps {
            let heard = frames.iter_mut().filter_map(Iterator::next).map(Ok);
            let fed_back = before.iter().flat_map(|spikes| {
                own.iter().map(move |sum| sum.take(spikes.clone().unsqueeze_dim(0), step))
            });
            let (spikes, membranes) = walker.step(self.drives(added(heard.chain(fed_back))?))?;
            before = Some(spikes.clone());
            done.push((spikes, membranes));
        }
        walker.finish(done, out)
    }

    fn drives(&self, Currents { sum, negative }: Currents) -> Tensor<3> {
        let bias = self.bias.clone().unsqueeze::<3>();
        let in_units = |of: Tensor<3>| if self.unit == 1.0 { of } else { of.mul_scalar(self.unit) };
        match negative {
            None => in_units(sum) + bias,
            Some(negative) => {
                let first = in_units(sum + negative.clone()) + bias;
                self.neurons.beside(first, in_units(negative))
            }
        }
    }
}
