//! The fused backward pass through time: from the gradients of spikes and membranes to those of the
//! currents, weights, beta and theta.

use super::active::{Active, add};
use super::dynamics::{Carry, Dynamics, StepGrad};
use super::parts::{Dims, cut, cut_mut, tile, wide};
use super::{Output, Reset, ResetStep};
use crate::surrogate::Surrogate;
use rayon::prelude::*;

/// What a backward pass is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// What a spike does to the membrane.
    pub(crate) reset: Reset,
    /// What stands for its derivative.
    pub(crate) surrogate: Surrogate,
    /// What the forward pass gave.
    pub(crate) output: Output,
}

/// What the forward pass kept.
#[derive(Clone, Copy)]
pub(crate) struct Kept<'a> {
    /// The membranes before the spike.
    pub(crate) pre: &'a [f32],
    /// The inputs that are not 0, part by part.
    pub(crate) active: &'a [Active],
    /// How many inputs are weighted, 0 if the currents were given.
    pub(crate) width: usize,
}

/// Gradients.
pub(crate) struct Backward {
    /// Of the currents, `[T or 1, batch, I neurons]`.
    pub(crate) input: Vec<f32>,
    /// Of beta, then theta, one a neuron.
    pub(crate) params: Vec<f32>,
    /// Of the weights, `[width, I neurons]`, then of the bias; of the bias alone if there are none.
    pub(crate) weights: Vec<f32>,
}

/// One part of the batch, or of its neurons.
pub(super) struct Job<'a> {
    /// The membranes before the spike, step by step.
    pub(super) pre: Vec<&'a [f32]>,
    /// The gradient of the output, frame by frame.
    pub(super) grad: Vec<&'a [f32]>,
    /// That of the currents, frame by frame, which is added to.
    pub(super) input: Vec<&'a mut [f32]>,
    /// Those of beta and theta, image by image, which are added to.
    pub(super) params: Vec<&'a mut [f32]>,
}

/// Runs every step backwards; `grad` is the gradient of the forward pass's output.
pub(crate) fn backward<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    dims: Dims,
    rules: Rules,
    params: &[f32],
    kept: Kept<'_>,
    grad: &[f32],
) -> Backward {
    let (frame, rows) = (dims.frame(), dims.rows());
    let part = rows * dims.neurons;
    let mut input = vec![0.0; dims.inputs() * frame * I];
    let mut each = vec![0.0; 2 * frame];
    let (beta, theta) = params.split_at(dims.neurons);
    let (beta, theta) = (tile(beta, rows), tile(theta, rows));
    let reads = cut(kept.pre, frame, part).into_iter().zip(cut(grad, frame, part));
    let writes = cut_mut(&mut input, frame * I, part * I).into_iter();
    let writes = writes.zip(cut_mut(&mut each, frame, part));
    let jobs: Vec<_> = (reads.zip(writes))
        .map(|((pre, grad), (input, params))| Job { pre, grad, input, params })
        .zip(kept.active)
        .collect();
    let neurons = Neurons { rules, steps: dims.steps, beta: &beta, theta: &theta };
    let all = Shared { neurons, inputs: kept.width, width: dims.neurons * I };
    let run = |(job, active): (Job<'_>, &Active)| {
        wide!(body::<D, I, A>(
            dynamics: &D,
            all: Shared<'_>,
            job: Job<'_>,
            active: &Active
        ) -> Vec<f32>)
    };
    let parts: Vec<Vec<f32>> = jobs.into_par_iter().map(run).collect();
    Backward { input, params: sum_images(&each, dims), weights: sum_parts(parts) }
}

/// What neurons go back through.
#[derive(Clone, Copy)]
pub(super) struct Neurons<'a> {
    pub(super) rules: Rules,
    pub(super) steps: usize,
    pub(super) beta: &'a [f32],
    pub(super) theta: &'a [f32],
}

/// What all jobs share.
#[derive(Clone, Copy)]
struct Shared<'a> {
    neurons: Neurons<'a>,
    /// Inputs of the weights, 0 if the currents were given.
    inputs: usize,
    /// Currents of an image.
    width: usize,
}

/// Sums the gradients of the weights over the parts, in their order.
fn sum_parts(parts: Vec<Vec<f32>>) -> Vec<f32> {
    let mut parts = parts.into_iter();
    let mut sum = parts.next().unwrap_or_default();
    parts.for_each(|part| add(&mut sum, &part));
    sum
}

/// Sums the gradients of beta and theta over the images, in their order.
fn sum_images(each: &[f32], dims: Dims) -> Vec<f32> {
    let mut sums = vec![0.0; 2 * dims.neurons];
    for (sums, each) in sums.chunks_mut(dims.neurons).zip(each.chunks(dims.frame())) {
        each.chunks(dims.neurons).for_each(|row| add(sums, row));
    }
    sums
}

#[inline(always)]
fn body<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    all: Shared<'_>,
    job: Job<'_>,
    active: &Active,
) -> Vec<f32> {
    let weighted = all.inputs > 0;
    let mut weights = vec![0.0; if weighted { (all.inputs + 1) * all.width } else { 0 }];
    through_time(dynamics, all.neurons, job, |frame, input| {
        if weighted {
            weight_grads(active, frame, all, input, &mut weights);
        }
    });
    weights
}

/// Neurons backwards through all steps; `each` is shown the gradient of a frame's currents once it is
/// whole.
#[inline(always)]
pub(super) fn through_time<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    all: Neurons<'_>,
    mut job: Job<'_>,
    mut each: impl FnMut(usize, &[f32]),
) {
    let n = job.pre[0].len();
    let Neurons { rules, steps, theta, .. } = all;
    let history = replay(dynamics, rules.reset, theta, &job.pre);
    let mut rows = Rows::new(n);
    thresholds(dynamics, theta, history.last(), &mut rows.thresholds);
    let (zeros, ends) = (vec![0.0; n], ends(rules.output, &job.grad));
    let last = job.input.len() - 1;
    for t in (0..steps).rev() {
        slopes(dynamics.scale(), rules.surrogate, job.pre[t], &rows.thresholds, &mut rows.slopes);
        if t == 0 {
            rows.v.fill(0.0);
        } else {
            thresholds(dynamics, theta, history.get(t - 1), &mut rows.before);
            after(rules.reset, dynamics.rest(), job.pre[t - 1], &rows.before, &mut rows.v);
        }
        let upstream = match rules.output {
            Output::Spikes => (job.grad[t], zeros.as_slice()),
            Output::Totals if t + 1 == steps => (job.grad[0], ends.as_slice()),
            Output::Totals => (job.grad[0], job.grad[1]),
            Output::All => (job.grad[t], job.grad[steps + t]),
        };
        let frame = t.min(last);
        let (sums, input) = (&mut job.params, &mut *job.input[frame]);
        step(dynamics, rules.reset, all.beta, (job.pre[t], upstream), &mut rows, input, sums);
        if t == frame {
            each(frame, job.input[frame]);
        }
        std::mem::swap(&mut rows.thresholds, &mut rows.before);
    }
}

/// The gradient of the membranes of the last step, which are shown in two places.
#[inline(always)]
fn ends(output: Output, grad: &[&[f32]]) -> Vec<f32> {
    match output {
        Output::Totals => grad[1].iter().zip(grad[2]).map(|(sum, last)| sum + last).collect(),
        Output::Spikes | Output::All => Vec::new(),
    }
}

/// Adds a frame's gradients of weights and bias, those of its currents being known.
#[inline(always)]
fn weight_grads(active: &Active, frame: usize, all: Shared<'_>, input: &[f32], sums: &mut [f32]) {
    let (weight, bias) = sums.split_at_mut(all.inputs * all.width);
    let rows = input.len() / all.width;
    for (row, delta) in input.chunks_exact(all.width).enumerate() {
        active.outer(frame * rows + row, delta, weight);
        add(bias, delta);
    }
}

/// What a job keeps between steps, one a neuron and image.
struct Rows<const A: usize> {
    /// The membrane after the step before.
    v: Vec<f32>,
    slopes: Vec<f32>,
    carry: Vec<Carry<A>>,
    /// The thresholds of this step and of the one before.
    thresholds: Vec<f32>,
    before: Vec<f32>,
}

impl<const A: usize> Rows<A> {
    fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        let carry = vec![Carry::default(); n];
        Self { v: zeros(), slopes: zeros(), carry, thresholds: zeros(), before: zeros() }
    }
}

/// One step backwards of a part of the batch.
#[inline(always)]
fn step<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    reset: Reset,
    beta: &[f32],
    (pre, (spikes, membranes)): (&[f32], (&[f32], &[f32])),
    rows: &mut Rows<A>,
    input: &mut [f32],
    sums: &mut [&mut [f32]],
) {
    let n = pre.len();
    let (beta, spikes, membranes) = (&beta[..n], &spikes[..n], &membranes[..n]);
    let (v, slopes, thresholds) = (&rows.v[..n], &rows.slopes[..n], &rows.thresholds[..n]);
    let (carry, input) = (&mut rows.carry[..n], &mut input.as_chunks_mut::<I>().0[..n]);
    let [sum_beta, sum_theta] = sums else { return };
    let (sum_beta, sum_theta) = (&mut sum_beta[..n], &mut sum_theta[..n]);
    for k in 0..n {
        let spike = if pre[k] > thresholds[k] { 1.0 } else { 0.0 };
        let after = carry[k].membrane + membranes[k];
        let local = (spikes[k] + dynamics.spike_grad(&carry[k].aux)) * slopes[k];
        let (kept, threshold) = reset.backward(after, spike);
        let grad = StepGrad { membrane: kept + local, threshold: threshold - local };
        let gradient = dynamics.backward(beta[k], v[k], grad, &mut carry[k]);
        for (sum, x) in input[k].iter_mut().zip(gradient) {
            *sum += x;
        }
        sum_beta[k] += grad.membrane * v[k];
        sum_theta[k] += grad.threshold;
    }
}

/// The surrogate's slope of every neuron, in membrane units.
#[inline(always)]
fn slopes(scale: f32, surrogate: Surrogate, pre: &[f32], thresholds: &[f32], out: &mut [f32]) {
    macro_rules! each {
        ($shape:expr) => {{
            let shape = $shape;
            for ((out, pre), threshold) in out.iter_mut().zip(pre).zip(thresholds) {
                *out = shape.slope((pre - threshold) * scale) * scale;
            }
        }};
    }
    // The shape is known outside the loops, so that each becomes one of vectors.
    match surrogate {
        Surrogate::Atan(p) => each!(Surrogate::Atan(p)),
        Surrogate::FastSigmoid(p) => each!(Surrogate::FastSigmoid(p)),
        Surrogate::SuperSpike(p) => each!(Surrogate::SuperSpike(p)),
        Surrogate::Triangular(p) => each!(Surrogate::Triangular(p)),
        Surrogate::Rectangular(p) => each!(Surrogate::Rectangular(p)),
        other => each!(other),
    }
}

/// The membranes after a step from those before its spikes.
#[inline(always)]
fn after(reset: Reset, rest: f32, pre: &[f32], thresholds: &[f32], out: &mut [f32]) {
    for ((out, pre), threshold) in out.iter_mut().zip(pre).zip(thresholds) {
        let spike = if pre > threshold { 1.0 } else { 0.0 };
        *out = reset.apply(*pre, *threshold, spike, rest);
    }
}

/// The thresholds of a step, of the state before it where they depend on that.
#[inline(always)]
fn thresholds<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    theta: &[f32],
    aux: Option<&Vec<[f32; A]>>,
    out: &mut [f32],
) {
    match aux {
        None => out.copy_from_slice(&theta[..out.len()]),
        Some(aux) => {
            for ((out, theta), aux) in out.iter_mut().zip(theta).zip(aux) {
                *out = dynamics.threshold(*theta, aux);
            }
        }
    }
}

/// The state variables as of before every step, for cells whose thresholds need them.
#[inline(always)]
fn replay<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    reset: Reset,
    theta: &[f32],
    pre: &[&[f32]],
) -> Vec<Vec<[f32; A]>> {
    if !D::REPLAY {
        return Vec::new();
    }
    let n = pre[0].len();
    let (mut aux, mut v) = (vec![[0.0; A]; n], vec![0.0; n]);
    let mut history = Vec::with_capacity(pre.len());
    for pre in pre {
        history.push(aux.clone());
        for k in 0..n {
            let threshold = dynamics.threshold(theta[k], &aux[k]);
            let spike = if pre[k] > threshold { 1.0 } else { 0.0 };
            dynamics.adapt(v[k], spike, &mut aux[k]);
            v[k] = reset.apply(pre[k], threshold, spike, dynamics.rest());
        }
    }
    history
}
