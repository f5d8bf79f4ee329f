//! Forward and backward over all time steps of a layer, in parts of its neurons and images.

use super::adjoint::Slopes;
use super::tape::{LANES, Row, Tape};
use crate::fused::Output;
use crate::fused::parts::{cut, cut_mut, wide};
use crate::surrogate::Surrogate;
use rayon::prelude::*;
use std::ops::Range;

/// Numbers of a job, the same whatever the cores. No sum goes across jobs.
const PART: usize = 8 * LANES;

/// What a run is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// T.
    pub(super) steps: usize,
    /// Neurons of all images.
    pub(super) frame: usize,
    pub(super) surrogate: Surrogate,
    pub(super) output: Output,
}

/// One part of the frames: what it reads and where it writes.
struct Job<'a> {
    drive: Vec<&'a [f32]>,
    out: Vec<&'a mut [f32]>,
    kept: Vec<&'a mut [f32]>,
}

/// Runs every step on drives `[T, inputs, frame]` in words. Gives what [`Output`] says and, if they are to be kept, the
/// words as of before each step, `[T, words, frame]`; all are whole numbers of 24 bits at most, which f32 has.
pub(super) fn forward(
    tape: &Tape,
    rules: Rules,
    drive: &[f32],
    keep: bool,
) -> (Vec<f32>, Vec<f32>) {
    let Rules { steps, frame, output, .. } = rules;
    let mut out = vec![0.0; output.frames(steps) * frame];
    let mut kept = vec![0.0; if keep { steps * tape.kept.len() * frame } else { 0 }];
    let drives = cut(drive, frame, PART).into_iter();
    let writes = cut_mut(&mut out, frame, PART).into_iter().zip(cut_mut(&mut kept, frame, PART));
    let jobs: Vec<_> =
        drives.zip(writes).map(|(drive, (out, kept))| Job { drive, out, kept }).collect();
    let run = |job| wide!(run_forward(tape: &Tape, rules: Rules, job: Job<'_>) -> ());
    jobs.into_par_iter().for_each(run);
    (out, kept)
}

#[inline(always)]
fn run_forward(tape: &Tape, rules: Rules, mut job: Job<'_>) {
    let mut rows = tape.rows();
    let mut room = vec![[0; LANES]; tape.kept.len()];
    for lanes in lanes(job.drive[0].len()) {
        tape.begin(&mut rows);
        for t in 0..rules.steps {
            let words = tape.kept.len();
            for (kept, to) in tape.kept.iter().zip(job.kept.iter_mut().skip(t * words)) {
                write(&rows[kept.given], &mut to[lanes.clone()]);
            }
            drive(tape, t, &job.drive, &lanes, &mut rows);
            tape.forward(&mut rows);
            show(tape, rules, t, &rows, &lanes, &mut job.out);
            tape.carry(&mut rows, &mut room);
        }
    }
}

/// Writes what a step shows.
#[inline(always)]
fn show(
    tape: &Tape,
    rules: Rules,
    t: usize,
    rows: &[Row],
    lanes: &Range<usize>,
    out: &mut [&mut [f32]],
) {
    let (spikes, membranes) = (&rows[tape.fired], &rows[tape.kept[0].left]);
    match rules.output {
        Output::Spikes => write(spikes, &mut out[t][lanes.clone()]),
        Output::All => {
            write(spikes, &mut out[t][lanes.clone()]);
            write(membranes, &mut out[rules.steps + t][lanes.clone()]);
        }
        Output::Totals => {
            add(spikes, &mut out[0][lanes.clone()]);
            add(membranes, &mut out[1][lanes.clone()]);
            write(membranes, &mut out[2][lanes.clone()]);
        }
    }
}

/// One part of the frames backwards.
struct Back<'a> {
    drive: Vec<&'a [f32]>,
    kept: Vec<&'a [f32]>,
    grad: Vec<&'a [f32]>,
    to: Vec<&'a mut [f32]>,
}

/// The gradients of the drives, `[T, inputs, frame]`, from those of the output and what a forward pass kept.
pub(super) fn backward(
    tape: &Tape,
    rules: Rules,
    (drive, kept): (&[f32], &[f32]),
    grad: &[f32],
) -> Vec<f32> {
    let frame = rules.frame;
    let mut to = vec![0.0; rules.steps * tape.inputs.len() * frame];
    let reads = cut(drive, frame, PART).into_iter().zip(cut(kept, frame, PART));
    let grads = cut(grad, frame, PART).into_iter().zip(cut_mut(&mut to, frame, PART));
    let jobs: Vec<_> = (reads.zip(grads))
        .map(|((drive, kept), (grad, to))| Back { drive, kept, grad, to })
        .collect();
    let run = |job| wide!(run_backward(tape: &Tape, rules: Rules, job: Back<'_>) -> ());
    jobs.into_par_iter().for_each(run);
    to
}

#[inline(always)]
fn run_backward(tape: &Tape, rules: Rules, mut job: Back<'_>) {
    let mut rows = tape.rows();
    let words = tape.kept.len();
    let mut slopes = vec![[0.0; LANES]; rows.len()];
    let mut carried = vec![[0.0; LANES]; words];
    for lanes in lanes(job.drive[0].len()) {
        carried.iter_mut().for_each(|row| *row = [0.0; LANES]);
        for t in (0..rules.steps).rev() {
            for (kept, from) in tape.kept.iter().zip(&job.kept[t * words..]) {
                read(&from[lanes.clone()], &mut rows[kept.given]);
            }
            drive(tape, t, &job.drive, &lanes, &mut rows);
            tape.forward(&mut rows);
            let [mut spikes, membranes] = upstream(rules, t, &job.grad, &lanes);
            sum(&mut carried[0], &membranes);
            jumps(tape, &rows, &carried, &mut spikes);
            slopes.iter_mut().for_each(|row| *row = [0.0; LANES]);
            surrogate(tape, rules.surrogate, &rows, &spikes, &mut slopes[tape.margin]);
            for (kept, carried) in tape.kept.iter().zip(&carried) {
                sum(&mut slopes[kept.left], carried);
            }
            tape.backward(&rows, &mut slopes);
            for (kept, carried) in tape.kept.iter().zip(&mut carried) {
                *carried = slopes[kept.given];
            }
            let frames = &mut job.to[t * tape.inputs.len()..];
            for ((place, _), to) in tape.inputs.iter().zip(frames) {
                to[lanes.clone()].copy_from_slice(&slopes[*place][..lanes.len()]);
            }
        }
    }
}

/// What reaches a step's spikes and membranes from the output.
#[inline(always)]
fn upstream(rules: Rules, t: usize, grad: &[&[f32]], lanes: &Range<usize>) -> [Slopes; 2] {
    let mut found = [[0.0; LANES]; 2];
    let mut reads = |which: usize, frame: usize| {
        let from = &grad[frame][lanes.clone()];
        found[which].iter_mut().zip(from).for_each(|(to, from)| *to += from);
    };
    match rules.output {
        Output::Spikes => reads(0, t),
        Output::All => {
            reads(0, t);
            reads(1, rules.steps + t);
        }
        Output::Totals => {
            reads(0, 0);
            reads(1, 1);
            if t + 1 == rules.steps {
                reads(1, 2);
            }
        }
    }
    found
}

/// What reaches the spikes through the words that they change; that of the membrane's reset does not.
#[inline(always)]
fn jumps(tape: &Tape, rows: &[Row], carried: &[Slopes], spikes: &mut Slopes) {
    for (kept, carried) in tape.kept.iter().zip(carried) {
        if let Some([with, without]) = kept.jump {
            let by = rows[with].iter().zip(&rows[without]).map(|(a, b)| (a - b) as f32);
            let each = carried.iter().zip(by);
            spikes.iter_mut().zip(each).for_each(|(to, (grad, by))| *to += grad * by);
        }
    }
}

/// The gradients of the margins from those of the spikes; a neuron at rest cannot fire.
#[inline(always)]
fn surrogate(tape: &Tape, surrogate: Surrogate, rows: &[Row], spikes: &Slopes, to: &mut Slopes) {
    let scale = tape.scale;
    for ((to, margin), grad) in to.iter_mut().zip(&rows[tape.margin]).zip(spikes) {
        *to = grad * surrogate.slope(*margin as f32 * scale) * scale;
    }
    if let Some(rest) = tape.rest {
        let resting = rows[rest].iter().zip(to).filter(|(rest, _)| **rest > 0);
        resting.for_each(|(_, to)| *to = 0.0);
    }
}

/// Parts of a row's width.
fn lanes(len: usize) -> impl Iterator<Item = Range<usize>> {
    (0..len).step_by(LANES).map(move |begin| begin..len.min(begin + LANES))
}

/// The inputs of a step: each drive within the range of its input.
#[inline(always)]
fn drive(tape: &Tape, t: usize, drives: &[&[f32]], lanes: &Range<usize>, rows: &mut [Row]) {
    for ((place, range), from) in tape.inputs.iter().zip(&drives[t * tape.inputs.len()..]) {
        for (to, from) in rows[*place].iter_mut().zip(&from[lanes.clone()]) {
            *to = (*from as i64).clamp(range.low, range.high);
        }
    }
}

#[inline(always)]
fn read(from: &[f32], to: &mut Row) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from as i64);
}

#[inline(always)]
fn write(from: &Row, to: &mut [f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from as f32);
}

#[inline(always)]
fn add(from: &Row, to: &mut [f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += *from as f32);
}

#[inline(always)]
fn sum(to: &mut Slopes, from: &Slopes) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
}
