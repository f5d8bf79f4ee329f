//! What goes from layer to layer: one tensor of all time steps, or a list of steps.

use burn::tensor::Tensor;

/// Activity over all time steps; there is at least one.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one a layer")]
pub(crate) enum Signal {
    /// `[T, batch, features]`, or `[1, batch, features]` for the same at every step.
    Whole {
        /// The numbers.
        x: Tensor<3>,
        /// T.
        steps: usize,
    },
    /// One `[batch, features]` a step.
    Each(Vec<Tensor<2>>),
}

impl Signal {
    /// T.
    pub(crate) fn steps(&self) -> usize {
        match self {
            Self::Whole { steps, .. } => *steps,
            Self::Each(steps) => steps.len(),
        }
    }

    /// One tensor a step. A still signal is one tensor shared by all.
    pub(crate) fn each(self) -> Vec<Tensor<2>> {
        match self {
            Self::Each(steps) => steps,
            Self::Whole { x, steps } => {
                let frame = |t: usize| x.clone().narrow(0, t, 1).squeeze_dim::<2>(0);
                match x.dims()[0] {
                    1 => vec![frame(0); steps],
                    _ => (0..steps).map(frame).collect(),
                }
            }
        }
    }

    /// One tensor of all steps, `[T or 1, batch, features]`.
    pub(crate) fn whole(self) -> Tensor<3> {
        match self {
            Self::Whole { x, .. } => x,
            Self::Each(steps) => Tensor::stack(steps, 0),
        }
    }

    /// One tensor of all steps with none left out, `[T, batch, features]`.
    pub(crate) fn frames(self) -> Tensor<3> {
        let steps = self.steps();
        let x = self.whole();
        let [frames, batch, features] = x.dims();
        if frames == steps { x } else { x.expand([steps, batch, features]) }
    }

    /// The sum over all steps, `[batch, features]`.
    pub(crate) fn sum(self) -> Tensor<2> {
        self.frames().sum_dim(0).squeeze_dim::<2>(0)
    }
}
