//! What a neuron does in one time step, as numbers: the part of a cell that the fused operation runs.

/// The equations of one neuron, forward and backward.
///
/// `I` is the number of currents that a neuron takes, `A` that of its state variables beside the
/// membrane V. A step does, in this order: [`Dynamics::integrate`], spike `s = V > theta`, reset,
/// [`Dynamics::adapt`].
pub(crate) trait Dynamics<const I: usize, const A: usize>:
    Copy + std::fmt::Debug + Send + Sync + 'static
{
    /// Whether thresholds depend on the state, which the backward pass then computes once more; such
    /// a cell changes its state in [`Dynamics::adapt`] alone.
    const REPLAY: bool = false;

    /// The membrane before the spike; `aux` moves to this step.
    fn integrate(&self, beta: f32, input: [f32; I], v: f32, aux: &mut [f32; A]) -> f32;

    /// The threshold that this step is compared with; `aux` as of before the step.
    #[inline(always)]
    fn threshold(&self, theta: f32, _aux: &[f32; A]) -> f32 {
        theta
    }

    /// What state variables do once it is known whether the neuron fired; `v` is the membrane as of
    /// before the step.
    #[inline(always)]
    fn adapt(&self, _v: f32, _spike: f32, _aux: &mut [f32; A]) {}

    /// The membrane that a resetting neuron falls towards, 0 in most.
    #[inline(always)]
    fn rest(&self) -> f32 {
        0.0
    }

    /// How many units of the surrogate's x a unit of the membrane is.
    #[inline(always)]
    fn scale(&self) -> f32 {
        1.0
    }

    /// The gradient that reaches a spike through the state variables, given those of the state after
    /// the step.
    #[inline(always)]
    fn spike_grad(&self, _aux: &[f32; A]) -> f32 {
        0.0
    }

    /// The step backwards: from the gradients of the membrane before the spike and of the threshold
    /// to those of the input and, in `carry`, of the state before the step; `v` is the membrane
    /// before it.
    fn backward(&self, beta: f32, v: f32, grad: StepGrad, carry: &mut Carry<A>) -> [f32; I];
}

/// What is known of one step when its gradients are taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepGrad {
    /// Of the membrane before the spike.
    pub(crate) membrane: f32,
    /// Of the threshold of this step.
    pub(crate) threshold: f32,
}

/// Gradients that go from a step to the one before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carry<const A: usize> {
    /// Of the membrane after the step before.
    pub(crate) membrane: f32,
    /// Of the state variables after the step before.
    pub(crate) aux: [f32; A],
}

impl<const A: usize> Default for Carry<A> {
    fn default() -> Self {
        Self { membrane: 0.0, aux: [0.0; A] }
    }
}
