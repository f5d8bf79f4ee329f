//! The gradient of a convolution's inputs. It has no zeros: it is a product of matrices, added up where
//! kernels meet.

use super::simd::{Simd, fastest};
use super::window::Window;

/// Blocks of input gradients are a whole number of these wide, [`WIDEST`] at most: so many sums stay in
/// registers.
const WIDTH: usize = 32;
const WIDEST: usize = 5;

/// Weights as the gradient of the inputs reads them: for each row of the kernel its blocks, each
/// `[channel, width of the block]`. A kernel's row with the channels before lies side by side.
#[derive(Clone, Debug)]
pub(super) struct Turned {
    numbers: Vec<f32>,
    /// Where each block of a row begins, and how many [`WIDTH`] it is wide.
    blocks: Vec<(usize, usize)>,
}

impl Turned {
    pub(super) fn of(window: &Window, weight: &[f32]) -> Self {
        let (run, channels) = (window.kernel * window.input[0], window.channels);
        let widths = run.div_ceil(WIDTH);
        let begins = (0..widths).step_by(WIDEST);
        let blocks: Vec<_> = begins.map(|at| (at * WIDTH, WIDEST.min(widths - at))).collect();
        let mut numbers = Vec::new();
        for rows in weight.chunks_exact(run * channels) {
            for &(begin, widths) in &blocks {
                let places = |channel| (begin..begin + widths * WIDTH).map(move |at| (at, channel));
                let all = (0..channels).flat_map(places);
                numbers.extend(all.map(|(at, channel)| match at < run {
                    true => rows[at * channels + channel],
                    false => 0.0,
                }));
            }
        }
        Self { numbers, blocks }
    }
}

/// Gradients of the inputs of one frame from those of its currents; `room` is for sums.
pub(super) fn input_grads(
    window: &Window,
    turned: &Turned,
    delta: &[f32],
    room: &mut Vec<f32>,
    out: &mut [f32],
) {
    let [channels, height, width] = window.input;
    // A row of pixels with its padding, and what the last block has too much.
    let row = (width + 2 * window.padding) * channels + WIDTH;
    room.clear();
    room.resize((height + 2 * window.padding) * row, 0.0);
    spread(window, turned, delta, row, room);
    for (y, from) in room.chunks_exact(row).skip(window.padding).take(height).enumerate() {
        let pixels = from[window.padding * channels..].chunks_exact(channels).take(width);
        for (x, pixel) in pixels.enumerate() {
            for (channel, value) in pixel.iter().enumerate() {
                out[(channel * height + y) * width + x] = *value;
            }
        }
    }
}

fn spread(window: &Window, turned: &Turned, delta: &[f32], row: usize, out: &mut [f32]) {
    fastest!(spread_of(
        window: &Window,
        turned: &Turned,
        delta: &[f32],
        row: usize,
        out: &mut [f32]
    ));
}

#[inline(always)]
fn spread_of<S: Simd>(
    simd: S,
    window: &Window,
    turned: &Turned,
    delta: &[f32],
    row: usize,
    out: &mut [f32],
) {
    let mut weights = turned.numbers.as_slice();
    for kernel_row in 0..window.kernel {
        for &(begin, widths) in &turned.blocks {
            let (block, width);
            (block, weights) = weights.split_at(window.channels * widths * WIDTH);
            width = widths * WIDTH;
            let first = kernel_row * row + begin;
            let mut at = 0;
            while at < width {
                let to = Place { row, first: first + at };
                at += match (width - at) / S::LANES {
                    0..2 => rows_of::<S, 1>(simd, window, (&block[at..], width), delta, to, out),
                    2..5 => rows_of::<S, 2>(simd, window, (&block[at..], width), delta, to, out),
                    _ => rows_of::<S, 5>(simd, window, (&block[at..], width), delta, to, out),
                };
            }
        }
    }
}

/// Where sums go.
#[derive(Clone, Copy)]
struct Place {
    /// Numbers from one row of pixels to the next.
    row: usize,
    first: usize,
}

/// Adds `N` vectors of the products of all pixels and weights, whose rows lie `stride` apart; says how
/// many numbers these are.
#[inline(always)]
fn rows_of<S: Simd, const N: usize>(
    simd: S,
    window: &Window,
    weights: (&[f32], usize),
    delta: &[f32],
    to: Place,
    out: &mut [f32],
) -> usize {
    let ([_, width], before, channels) = (window.sides(), window.input[0], window.channels);
    for (y, delta) in delta.chunks_exact(width * channels).enumerate() {
        let out = &mut out[to.first + y * to.row..];
        let (fours, rest) = (width / 4 * 4, width % 4);
        for x in (0..fours).step_by(4) {
            let delta = &delta[x * channels..][..4 * channels];
            product::<S, N, 4>(simd, weights, delta, before, &mut out[x * before..]);
        }
        for x in fours..fours + rest {
            let delta = &delta[x * channels..][..channels];
            product::<S, N, 1>(simd, weights, delta, before, &mut out[x * before..]);
        }
    }
    N * S::LANES
}

/// `N` vectors of the products of `P` pixels, which lie `before` apart, in registers.
#[inline(always)]
fn product<S: Simd, const N: usize, const P: usize>(
    simd: S,
    (weights, stride): (&[f32], usize),
    delta: &[f32],
    before: usize,
    out: &mut [f32],
) {
    let channels = delta.len() / P;
    let pixels: [&[f32]; P] = std::array::from_fn(|p| &delta[p * channels..][..channels]);
    let mut sums = [[simd.splat(0.0); N]; P];
    for channel in 0..channels {
        let row = &weights[channel * stride..][..N * S::LANES];
        for p in 0..P {
            let delta = simd.splat(pixels[p][channel]);
            for k in 0..N {
                sums[p][k] = simd.madd(delta, simd.load(&row[k * S::LANES..]), sums[p][k]);
            }
        }
    }
    for p in 0..P {
        let out = &mut out[p * before..][..N * S::LANES];
        for k in 0..N {
            let out = &mut out[k * S::LANES..];
            simd.store(simd.add(sums[p][k], simd.load(out)), out);
        }
    }
}
