//! The backward pass of a convolution with its neurons and pool: from the gradient of the averages to
//! those of inputs, weights, bias, beta and theta.

use super::super::Output;
use super::super::active::add;
use super::super::backward::{Job, Neurons, Rules, through_time};
use super::super::dynamics::Dynamics;
use super::super::parts::{Dims, cut, cut_mut, wide};
use super::forward::{Band, Given, Kept, Membranes, bands};
use super::inputs::{Turned, input_grads};
use super::sums::{self, Rows};
use super::window::Window;
use crate::surrogate::Surrogate;
use rayon::prelude::*;

/// What a backward pass is told beside what the forward pass was given.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) surrogate: Surrogate,
    /// The weights, if the gradient of the inputs is wanted.
    pub(super) weight: Option<&'a [f32]>,
}

/// Gradients.
pub(super) struct Backward {
    /// Of the inputs, `[frames, batch, channels, height, width]`; empty if they were not wanted.
    pub(super) input: Vec<f32>,
    /// Of the weights, `[kernel, kernel, channels before, channels]`.
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
    /// Of beta, then theta, as the neurons lie outside.
    pub(super) params: Vec<f32>,
}

/// Runs every step backwards; `grad` is the gradient of the forward pass's output.
pub(super) fn backward<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    given: &Given,
    kept: &[Kept],
    grad: &[f32],
    wanted: Wanted<'_>,
) -> Backward {
    let window = &given.window;
    let (inputs, outputs, neurons) = (window.inputs(), window.outputs(), window.neurons());
    let turned = wanted.weight.map(|weight| Turned::of(window, weight));
    let input = if turned.is_some() { given.frames * given.batch * inputs } else { 0 };
    let mut input = vec![0.0; input];
    let reads = cut(grad, given.batch * outputs, outputs).into_iter().zip(kept);
    let writes = cut_mut(&mut input, given.batch * inputs, inputs);
    let mut images = reads.zip(writes).map(|((grad, kept), input)| Image { kept, grad, input });
    let dims = Dims { steps: given.steps, batch: given.batch, neurons, still: given.frames == 1 };
    let parts: Vec<Vec<Image<'_>>> = (0..given.batch.div_ceil(dims.rows()))
        .map(|_| images.by_ref().take(dims.rows()).collect())
        .collect();
    let all = Shared { given, surrogate: wanted.surrogate, turned: turned.as_ref() };
    let run = |images| {
        wide!(part::<D, I, A>(
            dynamics: &D,
            all: Shared<'_>,
            images: Vec<Image<'_>>
        ) -> Sums)
    };
    let sums: Vec<Sums> = parts.into_par_iter().map(run).collect();
    let sums = sums.into_iter().reduce(Sums::and).unwrap_or_else(|| Sums::new(window));
    let mut params = window.by_channel(&sums.beta);
    params.extend(window.by_channel(&sums.theta));
    Backward { input, weight: sums.weight.packed(window), bias: sums.bias, params }
}

/// What all parts share.
#[derive(Clone, Copy)]
struct Shared<'a> {
    given: &'a Given,
    surrogate: Surrogate,
    turned: Option<&'a Turned>,
}

/// An image: what is read of it and where its gradient goes, frame by frame.
struct Image<'a> {
    kept: &'a Kept,
    grad: Vec<&'a [f32]>,
    input: Vec<&'a mut [f32]>,
}

/// Gradients of what all images share.
struct Sums {
    weight: Rows,
    bias: Vec<f32>,
    beta: Vec<f32>,
    theta: Vec<f32>,
}

impl Sums {
    fn new(window: &Window) -> Self {
        let zeros = |count| vec![0.0; count];
        let (weight, bias) = (Rows::zeros(window), zeros(window.channels));
        Self { weight, bias, beta: zeros(window.neurons()), theta: zeros(window.neurons()) }
    }

    fn and(mut self, other: Self) -> Self {
        add(&mut self.weight.numbers, &other.weight.numbers);
        add(&mut self.bias, &other.bias);
        add(&mut self.beta, &other.beta);
        add(&mut self.theta, &other.theta);
        self
    }
}

/// A part of the batch.
#[inline(always)]
fn part<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    all: Shared<'_>,
    images: Vec<Image<'_>>,
) -> Sums {
    let (given, window) = (all.given, &all.given.window);
    let mut sums = Sums::new(window);
    let mut delta = vec![0.0; given.frames * window.neurons()];
    let mut room = Vec::new();
    for image in images {
        delta.fill(0.0);
        for band in bands(window) {
            through_band(dynamics, all, &band, &image, &mut delta, &mut sums);
        }
        sums::weight_grads(window, &image.kept.taps, &delta, &mut sums.weight);
        delta.chunks_exact(window.channels).for_each(|pixel| add(&mut sums.bias, pixel));
        let Some(turned) = all.turned else { continue };
        for (delta, input) in delta.chunks_exact(window.neurons()).zip(image.input) {
            input_grads(window, turned, delta, &mut room, input);
        }
    }
    sums
}

/// The neurons of a band backwards through all steps: adds to the gradients of their currents.
#[inline(always)]
fn through_band<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    all: Shared<'_>,
    band: &Band,
    image: &Image<'_>,
    delta: &mut [f32],
    sums: &mut Sums,
) {
    let (given, window) = (all.given, &all.given.window);
    let (n, range) = (band.neurons.len(), band.neurons.clone());
    let (mut pre, mut grad) = (vec![0.0; given.steps * n], vec![0.0; given.steps * n]);
    let mut membranes = Membranes::new(n);
    let mut spikes = vec![0.0; n];
    for (t, pre) in pre.chunks_exact_mut(n).enumerate() {
        let currents = given.currents(&image.kept.currents, t, band);
        membranes.step(dynamics, given, band, currents, &mut spikes);
        pre.copy_from_slice(&membranes.before);
    }
    for (grad, from) in grad.chunks_exact_mut(n).zip(&image.grad) {
        spread(window, band, from, grad);
    }
    let rules = Rules { reset: given.reset, surrogate: all.surrogate, output: Output::Spikes };
    let (beta, theta) = (&given.beta[range.clone()], &given.theta[range.clone()]);
    let job = Job {
        pre: pre.chunks_exact(n).collect(),
        grad: grad.chunks_exact(n).collect(),
        input: delta.chunks_exact_mut(window.neurons()).map(|f| &mut f[range.clone()]).collect(),
        params: vec![&mut sums.beta[range.clone()], &mut sums.theta[range.clone()]],
    };
    through_time(dynamics, Neurons { rules, steps: given.steps, beta, theta }, job, |_, _| {});
}

/// The gradient of averages as that of the spikes of a band, pixel by pixel.
#[inline(always)]
fn spread(window: &Window, band: &Band, grad: &[f32], out: &mut [f32]) {
    let ([height, columns], [_, width]) = (window.pooled(), window.sides());
    let (pool, channels) = (window.pool, window.channels);
    let share = 1.0 / (pool * pool) as f32;
    let mut pixel = vec![0.0; channels];
    for (at, row) in band.rows.clone().enumerate() {
        for column in 0..columns {
            let place = row * columns + column;
            let from = grad[place..].iter().step_by(height * columns);
            for (to, grad) in pixel.iter_mut().zip(from) {
                *to = grad * share;
            }
            for k in 0..pool {
                let first = (at * pool + k) * width + column * pool;
                let pixels = &mut out[first * channels..][..pool * channels];
                for to in pixels.chunks_exact_mut(channels) {
                    to.copy_from_slice(&pixel);
                }
            }
        }
    }
}
