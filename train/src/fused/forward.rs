//! The fused forward pass: leak, integrate, spike and reset of all neurons over all time steps.

use super::active::{Active, Rows, add};
use super::dynamics::Dynamics;
use super::parts::{Dims, cut, cut_mut, tile, wide};
use super::{Output, Reset, ResetStep};
use rayon::prelude::*;

/// Where the currents come from; `[T or 1, batch, ..]`.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// They are given, `I neurons` numbers an image.
    Currents(&'a [f32]),
    /// They are `x weight + bias`.
    Weighted {
        /// `width` numbers an image.
        x: &'a [f32],
        /// Inputs.
        width: usize,
        /// `[width, I neurons]`.
        weight: &'a [f32],
        /// `[I neurons]`.
        bias: &'a [f32],
    },
}

/// What a forward pass gives.
pub(crate) struct Forward {
    /// As [`Output`] says.
    pub(crate) out: Vec<f32>,
    /// The membranes before the spike, `[steps, batch, neurons]`, if they were to be kept.
    pub(crate) pre: Vec<f32>,
    /// The inputs that are not 0, part by part, if they were to be kept.
    pub(crate) active: Vec<Active>,
}

/// One part of the batch: what it reads and where it writes, frame by frame.
struct Job<'a> {
    input: Vec<&'a [f32]>,
    out: Vec<&'a mut [f32]>,
    pre: Vec<&'a mut [f32]>,
}

/// Runs every step. `params` is beta then theta, one a neuron; `keep` keeps what the backward pass
/// needs.
pub(crate) fn forward<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    dims: Dims,
    reset: Reset,
    params: &[f32],
    source: Source<'_>,
    (output, keep): (Output, bool),
) -> Forward {
    let (frame, rows) = (dims.frame(), dims.rows());
    let part = rows * dims.neurons;
    let mut out = vec![0.0; output.frames(dims.steps) * frame];
    let mut pre = vec![0.0; if keep { dims.steps * frame } else { 0 }];
    let (beta, theta) = params.split_at(dims.neurons);
    let (beta, theta) = (tile(beta, rows), tile(theta, rows));
    let inputs = match source {
        Source::Currents(currents) => cut(currents, frame * I, part * I),
        Source::Weighted { x, width, .. } => cut(x, dims.batch * width, rows * width),
    };
    let outs = cut_mut(&mut out, frame, part);
    let pres = cut_mut(&mut pre, frame, part);
    let jobs = inputs.into_iter().zip(outs).zip(pres);
    let jobs: Vec<_> = jobs.map(|((input, out), pre)| Job { input, out, pre }).collect();
    let (steps, neurons) = (dims.steps, dims.neurons);
    let mut room = Vec::new();
    let source = match source {
        Source::Currents(_) => Driven::Given,
        Source::Weighted { width, weight, bias, .. } => {
            Driven::Weighted { width, weight: Rows::of(weight, neurons * I, &mut room), bias }
        }
    };
    let all = Shared { steps, neurons, reset, beta: &beta, theta: &theta, source, output };
    let run = |job| wide!(body::<D, I, A>(dynamics: &D, all: Shared<'_>, job: Job<'_>) -> Active);
    let active: Vec<Active> = jobs.into_par_iter().map(run).collect();
    Forward { out, pre, active: if keep { active } else { Vec::new() } }
}

/// What all jobs share.
#[derive(Clone, Copy)]
struct Shared<'a> {
    steps: usize,
    neurons: usize,
    reset: Reset,
    beta: &'a [f32],
    theta: &'a [f32],
    source: Driven<'a>,
    output: Output,
}

/// What makes the currents of what a job reads.
#[derive(Clone, Copy)]
enum Driven<'a> {
    /// It reads currents.
    Given,
    /// Weights.
    Weighted { width: usize, weight: Rows<'a>, bias: &'a [f32] },
}

#[inline(always)]
fn body<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    all: Shared<'_>,
    mut job: Job<'_>,
) -> Active {
    let n = job.out[0].len();
    let mut v = vec![0.0; n];
    let mut aux = vec![[0.0; A]; n];
    let (mut spare_pre, mut spare_spikes, mut drive) = (vec![0.0; n], vec![0.0; n], Vec::new());
    let active = match all.source {
        Driven::Given => Active::default(),
        Driven::Weighted { width, .. } => {
            drive.resize(n * I, 0.0);
            Active::of(&job.input, width)
        }
    };
    for t in 0..all.steps {
        let frame = t.min(job.input.len() - 1);
        let input = match all.source {
            Driven::Given => job.input[frame],
            Driven::Weighted { weight, bias, .. } => {
                if t == frame {
                    currents(&active, frame, (weight, bias), all.neurons * I, &mut drive);
                }
                drive.as_slice()
            }
        };
        let pre = job.pre.get_mut(t).map_or(spare_pre.as_mut_slice(), |p| p);
        let spikes = match all.output {
            Output::Totals => spare_spikes.as_mut_slice(),
            Output::Spikes | Output::All => &mut *job.out[t],
        };
        let params = (all.beta, all.theta);
        step(dynamics, all.reset, params, input, (&mut v, &mut aux), pre, spikes);
        match all.output {
            Output::Spikes => {}
            Output::All => job.out[all.steps + t].copy_from_slice(&v),
            Output::Totals => {
                add(job.out[0], &spare_spikes);
                add(job.out[1], &v);
                if t + 1 == all.steps {
                    job.out[2].copy_from_slice(&v);
                }
            }
        }
    }
    active
}

/// The currents of a frame, `width` an image.
#[inline(always)]
fn currents(
    active: &Active,
    frame: usize,
    (weight, bias): (Rows<'_>, &[f32]),
    width: usize,
    out: &mut [f32],
) {
    let rows = out.len() / width;
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        active.current(frame * rows + row, weight, bias, out);
    }
}

/// One time step of a part of the batch.
#[inline(always)]
pub(super) fn step<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    reset: Reset,
    (beta, theta): (&[f32], &[f32]),
    input: &[f32],
    (v, aux): (&mut [f32], &mut [[f32; A]]),
    pre: &mut [f32],
    spikes: &mut [f32],
) {
    let n = v.len();
    // One length for all: the compiler then checks no bound in the loop and vectorises it.
    let (beta, theta, aux) = (&beta[..n], &theta[..n], &mut aux[..n]);
    let (input, pre, spikes) = (&input.as_chunks::<I>().0[..n], &mut pre[..n], &mut spikes[..n]);
    for k in 0..n {
        let threshold = dynamics.threshold(theta[k], &aux[k]);
        let membrane = dynamics.integrate(beta[k], input[k], v[k], &mut aux[k]);
        let spike = if membrane > threshold { 1.0 } else { 0.0 };
        dynamics.adapt(v[k], spike, &mut aux[k]);
        v[k] = reset.apply(membrane, threshold, spike, dynamics.rest());
        pre[k] = membrane;
        spikes[k] = spike;
    }
}
