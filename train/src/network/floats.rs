//! The neurons of a cell in float, driven by the sums of any connections.

use super::produced::{Produced, driven};
use crate::TrainError;
use crate::cell::{Cell, Neurons, State};
use crate::fused::Output;
use crate::wiring::{Driven, Walker};
use burn::tensor::Tensor;

/// Neurons of a layer.
pub(super) struct Floats<'a>(pub(super) &'a Cell);

impl Driven for Floats<'_> {
    /// Both currents of a neuron side by side, as cells take them.
    fn beside(&self, first: Tensor<3>, second: Tensor<3>) -> Tensor<3> {
        let [frames, batch, neurons] = first.dims();
        Tensor::stack::<4>(vec![first, second], 3).reshape([frames, batch, 2 * neurons])
    }

    fn run(&self, x: Tensor<3>, steps: usize, out: Output) -> Result<Produced, TrainError> {
        Ok(driven(self.0, x, steps, out))
    }

    fn walker(&self) -> Box<dyn Walker + '_> {
        Box::new(Stepwise { cell: self.0, state: None })
    }
}

/// Neurons with what they remember.
struct Stepwise<'a> {
    cell: &'a Cell,
    state: Option<State>,
}

impl Walker for Stepwise<'_> {
    fn step(&mut self, drives: Tensor<3>) -> Result<(Tensor<2>, Tensor<2>), TrainError> {
        let current = drives.squeeze_dim::<2>(0);
        let begin = || self.cell.begin(current.dims()[0], &current.device());
        let before = self.state.take().unwrap_or_else(begin);
        let (spikes, after) = self.cell.step(current, before);
        let membrane = after.membrane.clone();
        self.state = Some(after);
        Ok((spikes, membrane))
    }
}
