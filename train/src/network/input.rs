//! What a network is run on, and its checks.

use super::Signal;
use crate::TrainError;
use burn::tensor::Tensor;

/// What a network is run on.
#[derive(Clone, Debug)]
pub enum Input {
    /// `[batch, inputs]`, the same at each of T steps: the currents of the first layer are computed
    /// once.
    Still(Tensor<2>, usize),
    /// `[T, batch, inputs]`.
    Steps(Tensor<3>),
}

impl Input {
    /// Samples.
    pub fn batch(&self) -> usize {
        match self {
            Self::Still(x, _) => x.dims()[0],
            Self::Steps(x) => x.dims()[1],
        }
    }

    /// T.
    pub fn steps(&self) -> usize {
        match self {
            Self::Still(_, steps) => *steps,
            Self::Steps(x) => x.dims()[0],
        }
    }

    /// Checks the shape, and turns it into what layers take.
    pub(super) fn signal(self, inputs: usize) -> Result<Signal, TrainError> {
        let steps = self.steps();
        let width = match &self {
            Self::Still(x, _) => x.dims()[1],
            Self::Steps(x) => x.dims()[2],
        };
        let shape = |what: &str, found: usize, expected: &str| TrainError::Shape {
            what: what.into(),
            found: found.to_string(),
            expected: expected.into(),
        };
        if steps == 0 {
            return Err(shape("the number of time steps T", 0, "at least 1"));
        }
        if self.batch() == 0 {
            return Err(shape("the number of samples of a batch", 0, "at least 1"));
        }
        if width != inputs {
            return Err(shape("the width of the input", width, &inputs.to_string()));
        }
        Ok(match self {
            Self::Still(x, steps) => Signal::Whole { x: x.unsqueeze_dim(0), steps },
            Self::Steps(x) => Signal::Whole { x, steps },
        })
    }
}

impl From<Tensor<3>> for Input {
    fn from(x: Tensor<3>) -> Self {
        Self::Steps(x)
    }
}
