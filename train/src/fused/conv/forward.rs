//! The forward pass of a convolution with its neurons and pool, image by image.

use super::super::dynamics::Dynamics;
use super::super::forward::step;
use super::super::parts::{cut, cut_mut, wide};
use super::super::{Reset, active};
use super::sums::{self, Rows};
use super::taps::Taps;
use super::window::Window;
use rayon::prelude::*;
use std::ops::Range;

/// What both passes are given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) window: Window,
    /// T.
    pub(super) steps: usize,
    /// Frames of the input: 1, the same at every step, or T.
    pub(super) frames: usize,
    pub(super) batch: usize,
    pub(super) reset: Reset,
    /// Beta and theta of each neuron, pixel by pixel.
    pub(super) beta: Vec<f32>,
    pub(super) theta: Vec<f32>,
}

/// What a forward pass gives.
pub(super) struct Forward {
    /// Averages of spikes, `[steps, batch, channels, height, width]`.
    pub(super) out: Vec<f32>,
    /// What the backward pass needs, image by image.
    pub(super) kept: Vec<Kept>,
}

/// What the backward pass needs of an image.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) taps: Taps,
    /// Frame by frame, pixel by pixel; the membranes are computed from them once more.
    pub(super) currents: Vec<f32>,
}

/// Runs every step; `x` is `[frames, batch, channels, height, width]`. Nothing is kept unless `keep`.
pub(super) fn forward<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    given: &Given,
    x: &[f32],
    (weight, bias): (&[f32], &[f32]),
    keep: bool,
) -> Forward {
    let window = &given.window;
    let (inputs, outputs) = (window.inputs(), window.outputs());
    let weights = (&Rows::of(window, weight), bias);
    let mut out = vec![0.0; given.steps * given.batch * outputs];
    let reads = cut(x, given.batch * inputs, inputs);
    let writes = cut_mut(&mut out, given.batch * outputs, outputs);
    let jobs: Vec<Job<'_>> = reads.into_iter().zip(writes).collect();
    let run = |job| {
        wide!(image::<D, I, A>(
            dynamics: &D,
            given: &Given,
            weights: (&Rows, &[f32]),
            job: Job<'_>
        ) -> Kept)
    };
    let kept = jobs.into_par_iter().map(|job| Some(run(job)).filter(|_| keep));
    let kept: Vec<Option<Kept>> = kept.collect();
    Forward { out, kept: kept.into_iter().flatten().collect() }
}

/// What is read of an image and where its output goes, frame by frame.
type Job<'a> = (Vec<&'a [f32]>, Vec<&'a mut [f32]>);

#[inline(always)]
fn image<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    given: &Given,
    (rows, bias): (&Rows, &[f32]),
    (x, mut out): Job<'_>,
) -> Kept {
    let window = &given.window;
    let taps = Taps::of(&x, window.input);
    let mut currents = vec![0.0; given.frames * window.neurons()];
    sums::currents(window, &taps, rows, bias, &mut currents);
    for band in bands(window) {
        let mut spikes = vec![0.0; band.neurons.len()];
        let mut membranes = Membranes::new(band.neurons.len());
        for (t, out) in out.iter_mut().enumerate() {
            let currents = given.currents(&currents, t, &band);
            membranes.step(dynamics, given, &band, currents, &mut spikes);
            average(window, &band, &spikes, out);
        }
    }
    Kept { taps, currents }
}

impl Given {
    /// The currents of a band at a step.
    #[inline(always)]
    pub(super) fn currents<'a>(&self, all: &'a [f32], t: usize, band: &Band) -> &'a [f32] {
        let frame = t.min(self.frames - 1) * self.window.neurons();
        &all[frame + band.neurons.start..frame + band.neurons.end]
    }
}

/// Rows of pixels that go through all time steps together.
#[derive(Clone, Debug)]
pub(super) struct Band {
    /// Rows of what comes out.
    pub(super) rows: Range<usize>,
    pub(super) neurons: Range<usize>,
}

/// The bands of an image. Neurons below the last square of the pool are left out: nobody hears them.
pub(super) fn bands(window: &Window) -> impl Iterator<Item = Band> {
    let ([rows, _], [_, width], pool) = (window.pooled(), window.sides(), window.pool);
    let (band, row) = (window.band() / pool, pool * width * window.channels);
    (0..rows).step_by(band).map(move |first| {
        let end = rows.min(first + band);
        Band { rows: first..end, neurons: first * row..end * row }
    })
}

/// Neurons of a band on their way through the steps.
pub(super) struct Membranes<const A: usize> {
    v: Vec<f32>,
    aux: Vec<[f32; A]>,
    /// The membranes before the last spikes.
    pub(super) before: Vec<f32>,
}

impl<const A: usize> Membranes<A> {
    pub(super) fn new(neurons: usize) -> Self {
        Self { v: vec![0.0; neurons], aux: vec![[0.0; A]; neurons], before: vec![0.0; neurons] }
    }

    #[inline(always)]
    pub(super) fn step<D: Dynamics<I, A>, const I: usize>(
        &mut self,
        dynamics: &D,
        given: &Given,
        band: &Band,
        currents: &[f32],
        spikes: &mut [f32],
    ) {
        let (beta, theta) = (&given.beta[band.neurons.clone()], &given.theta[band.neurons.clone()]);
        let state = (self.v.as_mut_slice(), self.aux.as_mut_slice());
        step(dynamics, given.reset, (beta, theta), currents, state, &mut self.before, spikes);
    }
}

/// Averages the squares of a band, and lays them channel by channel.
#[inline(always)]
fn average(window: &Window, band: &Band, spikes: &[f32], out: &mut [f32]) {
    let ([height, columns], [_, width]) = (window.pooled(), window.sides());
    let (pool, channels) = (window.pool, window.channels);
    let area = (pool * pool) as f32;
    let mut sums = vec![0.0; channels];
    for (at, row) in band.rows.clone().enumerate() {
        for column in 0..columns {
            sums.fill(0.0);
            for k in 0..pool {
                let pixel = (at * pool + k) * width + column * pool;
                let pixels = &spikes[pixel * channels..][..pool * channels];
                for pixel in pixels.chunks_exact(channels) {
                    active::add(&mut sums, pixel);
                }
            }
            let place = row * columns + column;
            let to = out[place..].iter_mut().step_by(height * columns);
            for (to, sum) in to.zip(&sums) {
                *to = sum / area;
            }
        }
    }
}
