//! Forward and backward over all time steps of a connection, in parts of the images.

use super::super::ways::{Run, Ways};
use super::{Given, Late};
use crate::fused::parts::{cut, cut_mut, wide};
use rayon::prelude::*;

/// Parts of a batch, the same whatever the cores: sums over parts are taken in their order.
const PARTS: usize = 8;

/// Numbers that a product is summed in at once.
const LANES: usize = 16;

/// Images of a part.
fn rows(batch: usize) -> usize {
    batch.div_ceil(PARTS).max(1)
}

/// What the weights weigh at a frame.
#[inline(always)]
fn window(given: &Given, frame: usize) -> &[f32] {
    let windows = &given.synapses.windows;
    &windows[(given.first + frame) % windows.len()]
}

/// The sums of all frames.
pub(super) fn forward(given: &Given, [frames, batch]: [usize; 2], x: &[f32]) -> Vec<f32> {
    let (units, neurons, rows) = (given.ways.units(), given.ways.neurons(), rows(batch));
    let mut out = vec![0.0; frames * batch * neurons];
    let reads = cut(x, batch * units, rows * units).into_iter();
    let writes = cut_mut(&mut out, batch * neurons, rows * neurons);
    let jobs: Vec<Job<'_>> = reads.zip(writes).map(|(x, out)| Job { x, out }).collect();
    let run = |job| wide!(run_forward(given: &Given, job: Job<'_>) -> ());
    jobs.into_par_iter().for_each(run);
    out
}

/// Images of a part, frame by frame.
struct Job<'a> {
    x: Vec<&'a [f32]>,
    out: Vec<&'a mut [f32]>,
}

/// The units of a row that spike, and how often.
#[inline(always)]
fn spiking(row: &[f32]) -> impl Iterator<Item = (usize, f32)> {
    row.iter().copied().enumerate().filter(|(_, n)| *n != 0.0)
}

#[inline(always)]
fn run_forward(given: &Given, mut job: Job<'_>) {
    let (ways, late) = (&*given.ways, given.synapses.late.as_deref());
    let (units, neurons) = (ways.units(), ways.neurons());
    for (t, x) in job.x.iter().enumerate() {
        for (row, spikes) in x.chunks_exact(units).enumerate() {
            for (unit, n) in spiking(spikes) {
                for run in ways.of(unit) {
                    let begin = row * neurons + run.target;
                    let Some(late) = late else {
                        let to = &mut job.out[t][begin..][..run.count];
                        let from = &window(given, t)[run.weight..][..run.count];
                        to.iter_mut().zip(from).for_each(|(to, w)| *to += n * w);
                        continue;
                    };
                    for (i, late) in late[run.weight..][..run.count].iter().enumerate() {
                        if let Some(out) = job.out.get_mut(t + late.steps) {
                            out[begin + i] += n * window(given, t + late.steps)[run.weight + i];
                        }
                    }
                }
            }
        }
    }
}

/// Which gradients are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) x: bool,
    pub(super) weight: bool,
    pub(super) delay: bool,
}

/// The gradients, empty where they were not asked for.
pub(super) struct Found {
    pub(super) x: Vec<f32>,
    pub(super) weight: Vec<f32>,
    pub(super) delay: Vec<f32>,
}

/// Images of a part, backwards.
struct Back<'a> {
    x: Vec<&'a [f32]>,
    grad: Vec<&'a [f32]>,
    to: Vec<&'a mut [f32]>,
}

/// The gradients from those of the sums.
pub(super) fn backward(
    given: &Given,
    [frames, batch]: [usize; 2],
    (x, grad): (&[f32], &[f32]),
    wanted: Wanted,
) -> Found {
    let (units, neurons, rows) = (given.ways.units(), given.ways.neurons(), rows(batch));
    let mut to = vec![0.0; if wanted.x { frames * batch * units } else { 0 }];
    let reads = cut(x, batch * units, rows * units).into_iter();
    let reads = reads.zip(cut(grad, batch * neurons, rows * neurons));
    let jobs: Vec<Back<'_>> = (reads.zip(cut_mut(&mut to, batch * units, rows * units)))
        .map(|((x, grad), to)| Back { x, grad, to })
        .collect();
    let run =
        |job| wide!(run_backward(given: &Given, job: Back<'_>, wanted: Wanted) -> [Vec<f32>; 2]);
    let sums: Vec<[Vec<f32>; 2]> = jobs.into_par_iter().map(run).collect();
    let [mut weight, mut delay] = [Vec::new(), Vec::new()];
    for [more_weight, more_delay] in sums {
        add(&mut weight, more_weight);
        add(&mut delay, more_delay);
    }
    if let Some(late) = &given.synapses.late {
        let outward = |(grad, late): (&mut f32, &Late)| {
            // A step of the optimiser goes against the gradient.
            if late.beyond * *grad < 0.0 {
                *grad = 0.0;
            }
        };
        delay.iter_mut().zip(late).for_each(outward);
    }
    Found { x: to, weight, delay }
}

fn add(to: &mut Vec<f32>, more: Vec<f32>) {
    match to.is_empty() {
        true => *to = more,
        false => to.iter_mut().zip(more).for_each(|(to, more)| *to += more),
    }
}

/// Writes the gradient of the spikes, and gives those of weights and delays.
#[inline(always)]
fn run_backward(given: &Given, mut job: Back<'_>, wanted: Wanted) -> [Vec<f32>; 2] {
    let (ways, late) = (&*given.ways, given.synapses.late.as_deref());
    let (units, neurons) = (ways.units(), ways.neurons());
    let synapses = given.synapses.windows[0].len();
    let zeros = |wanted| if wanted { vec![0.0; synapses] } else { Vec::new() };
    let [mut weights, mut delays] = [zeros(wanted.weight), zeros(wanted.delay)];
    for t in 0..job.x.len() {
        for (row, spikes) in job.x[t].chunks_exact(units).enumerate() {
            for (unit, n) in spiking(spikes).filter(|_| wanted.weight) {
                for run in ways.of(unit) {
                    let begin = row * neurons + run.target;
                    let to = &mut weights[run.weight..][..run.count];
                    match late {
                        None => {
                            let from = &job.grad[t][begin..][..run.count];
                            to.iter_mut().zip(from).for_each(|(to, grad)| *to += n * grad);
                        }
                        Some(late) => {
                            for ((i, to), late) in
                                to.iter_mut().enumerate().zip(&late[run.weight..])
                            {
                                *to +=
                                    n * job.grad.get(t + late.steps).map_or(0.0, |g| g[begin + i]);
                            }
                        }
                    }
                }
            }
            if let (Some(late), true) = (late, wanted.delay) {
                for (unit, n) in spiking(spikes) {
                    for run in ways.of(unit) {
                        slopes(given, late, run, (t, row * neurons, n), &job.grad, &mut delays);
                    }
                }
            }
            if wanted.x {
                let to = &mut job.to[t][row * units..][..units];
                for (unit, to) in to.iter_mut().enumerate() {
                    *to = reached(given, ways, late, unit, (t, row * neurons), &job.grad);
                }
            }
        }
    }
    [weights, delays]
}

/// Adds to the gradients of delays what a spike at step `t` means: it is heard at `t + k + 1` rather than at `t + k`.
#[inline(always)]
fn slopes(
    given: &Given,
    late: &[Late],
    run: &Run,
    (t, row, n): (usize, usize, f32),
    grad: &[&[f32]],
    delays: &mut [f32],
) {
    for i in 0..run.count {
        let at = run.weight + i;
        let Some(k) = late[at].between else { continue };
        for (step, sign) in [(t + k, -n), (t + k + 1, n)] {
            if let Some(grad) = grad.get(step) {
                delays[at] += sign * window(given, step)[at] * grad[row + run.target + i];
            }
        }
    }
}

/// The gradient of a unit's spike.
#[inline(always)]
fn reached(
    given: &Given,
    ways: &Ways,
    late: Option<&[Late]>,
    unit: usize,
    (t, row): (usize, usize),
    grad: &[&[f32]],
) -> f32 {
    let mut sum = 0.0;
    for run in ways.of(unit) {
        let begin = row + run.target;
        let Some(late) = late else {
            let weights = &window(given, t)[run.weight..][..run.count];
            sum += product(weights, &grad[t][begin..][..run.count]);
            continue;
        };
        for (i, late) in late[run.weight..][..run.count].iter().enumerate() {
            let step = t + late.steps;
            if let Some(grad) = grad.get(step) {
                sum += window(given, step)[run.weight + i] * grad[begin + i];
            }
        }
    }
    sum
}

/// The sum of products, in an order that does not depend on the width of vectors.
#[inline(always)]
fn product(a: &[f32], b: &[f32]) -> f32 {
    let (wide_a, rest_a) = a.as_chunks::<LANES>();
    let (wide_b, rest_b) = b.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for (a, b) in wide_a.iter().zip(wide_b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(rest_a).zip(rest_b) {
        *lane += a * b;
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}
