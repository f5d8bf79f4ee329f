//! The sums of a convolution: the currents of spikes, and the gradients of weights and inputs.
//!
//! Currents and the gradient of the weights cost as many products as there are inputs that are not 0.
//! The gradient of the inputs has no zeros: it is a product of matrices, added up where kernels meet.

use super::taps::{Run, Taps};
use super::window::Window;

/// Weights lie a whole number of these apart.
const LANES: usize = 16;
/// Numbers of a row of input gradients that are summed at once.
const RUN: usize = 32;

/// Compiles a function for the processor's widest vectors and fused products, and calls it. Its first
/// constant says whether a product and a sum are one instruction, its second how many pixels of sums
/// the registers hold.
macro_rules! fastest {
    ($body:ident($($name:ident: $type:ty),*)) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
        fn wider($($name: $type),*) {
            $body::<true, 8>($($name),*);
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn wide($($name: $type),*) {
            $body::<true, 2>($($name),*);
        }
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("fma") {
            if $crate::fused::parts::has_avx512() {
                // SAFETY: the processor has these, as was just asked.
                return unsafe { wider($($name),*) };
            } else if std::arch::is_x86_feature_detected!("avx2") {
                // SAFETY: as above.
                return unsafe { wide($($name),*) };
            }
        }
        $body::<false, 2>($($name),*);
    }};
}

#[inline(always)]
fn madd<const FMA: bool>(a: f32, b: f32, sum: f32) -> f32 {
    if FMA { a.mul_add(b, sum) } else { a * b + sum }
}

/// Weights, or their gradients, `[kernel * kernel * channels before, channels]`, whose rows lie a whole
/// number of [`LANES`] apart.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) numbers: Vec<f32>,
    stride: usize,
}

impl Rows {
    pub(super) fn of(window: &Window, weight: &[f32]) -> Self {
        let mut rows = Self::zeros(window);
        let from = weight.chunks_exact(window.channels);
        for (to, from) in rows.numbers.chunks_exact_mut(rows.stride).zip(from) {
            to[..from.len()].copy_from_slice(from);
        }
        rows
    }

    pub(super) fn zeros(window: &Window) -> Self {
        let stride = window.channels.next_multiple_of(LANES);
        Self { numbers: vec![0.0; window.taps() * stride], stride }
    }

    /// The numbers without the room between them.
    pub(super) fn packed(&self, window: &Window) -> Vec<f32> {
        let rows = self.numbers.chunks_exact(self.stride);
        rows.flat_map(|row| row[..window.channels].iter().copied()).collect()
    }
}

/// Where a column of neurons meets a row of the input, for one row of the kernel.
#[derive(Clone, Copy)]
struct Meeting<'a> {
    run: Run<'a>,
    /// What is added to an input's place for the row of its weights; it may wrap.
    base: usize,
    /// The neurons' first number.
    to: usize,
}

/// Goes through all meetings, kernel row by kernel row: the weights of a row stay in the cache.
#[inline(always)]
fn meetings(window: &Window, taps: &Taps, frames: usize, mut each: impl FnMut(Meeting<'_>)) {
    let ([height, width], before) = (window.sides(), window.input[0]);
    for kernel_row in 0..window.kernel {
        for frame in 0..frames {
            for row in 0..height {
                let Some(y) = window.row(row, kernel_row) else { continue };
                for column in 0..width {
                    let run = taps.run(frame, y * window.input[2], window.columns(column));
                    if run.at.is_empty() {
                        continue;
                    }
                    let kernel = kernel_row * window.kernel + window.padding;
                    let base = kernel.wrapping_sub(column).wrapping_mul(before);
                    let pixel = (frame * height + row) * width + column;
                    each(Meeting { run, base, to: pixel * window.channels });
                }
            }
        }
    }
}

/// Currents of all frames, pixel by pixel.
pub(super) fn currents(window: &Window, taps: &Taps, rows: &Rows, bias: &[f32], out: &mut [f32]) {
    fastest!(currents_of(
        window: &Window,
        taps: &Taps,
        rows: &Rows,
        bias: &[f32],
        out: &mut [f32]
    ));
}

#[inline(always)]
fn currents_of<const FMA: bool, const PIXELS: usize>(
    window: &Window,
    taps: &Taps,
    rows: &Rows,
    bias: &[f32],
    out: &mut [f32],
) {
    for pixel in out.chunks_exact_mut(window.channels) {
        pixel.copy_from_slice(bias);
    }
    let frames = out.len() / window.neurons();
    meetings(window, taps, frames, |meeting| {
        let out = &mut out[meeting.to..][..window.channels];
        // Blocks as wide as a row of weights has room for.
        let mut at = 0;
        while at + 64 <= rows.stride {
            sum::<FMA, 64>(meeting, rows, at, out);
            at += 64;
        }
        if at + 32 <= rows.stride {
            sum::<FMA, 32>(meeting, rows, at, out);
            at += 32;
        }
        if at < rows.stride {
            sum::<FMA, LANES>(meeting, rows, at, out);
        }
    });
}

/// Adds the weights of a meeting's inputs to `N` currents from `from` on, in registers.
#[inline(always)]
fn sum<const FMA: bool, const N: usize>(
    Meeting { run, base, .. }: Meeting<'_>,
    rows: &Rows,
    from: usize,
    out: &mut [f32],
) {
    let count = (out.len() - from).min(N);
    let mut sums = [0.0; N];
    sums[..count].copy_from_slice(&out[from..from + count]);
    for (at, x) in run.at.iter().zip(run.values) {
        let begin = base.wrapping_add(*at as usize) * rows.stride + from;
        let Some(row) = rows.numbers[begin..].first_chunk::<N>() else { return };
        for k in 0..N {
            sums[k] = madd::<FMA>(*x, row[k], sums[k]);
        }
    }
    out[from..from + count].copy_from_slice(&sums[..count]);
}

/// Adds to the gradient of the weights, given that of the currents.
pub(super) fn weight_grads(window: &Window, taps: &Taps, delta: &[f32], grads: &mut Rows) {
    fastest!(weight_grads_of(window: &Window, taps: &Taps, delta: &[f32], grads: &mut Rows));
}

#[inline(always)]
fn weight_grads_of<const FMA: bool, const PIXELS: usize>(
    window: &Window,
    taps: &Taps,
    delta: &[f32],
    grads: &mut Rows,
) {
    let frames = delta.len() / window.neurons();
    meetings(window, taps, frames, |meeting| {
        let delta = &delta[meeting.to..][..window.channels];
        // Blocks as wide as a row of weights has room for.
        let mut at = 0;
        while at + 64 <= grads.stride {
            outer::<FMA, 64>(meeting, delta, at, grads);
            at += 64;
        }
        if at + 32 <= grads.stride {
            outer::<FMA, 32>(meeting, delta, at, grads);
            at += 32;
        }
        if at < grads.stride {
            outer::<FMA, LANES>(meeting, delta, at, grads);
        }
    });
}

/// Adds `N` numbers of delta from `from` on to the rows of a meeting's inputs.
#[inline(always)]
fn outer<const FMA: bool, const N: usize>(
    Meeting { run, base, .. }: Meeting<'_>,
    delta: &[f32],
    from: usize,
    grads: &mut Rows,
) {
    let count = (delta.len() - from).min(N);
    let mut of = [0.0; N];
    of[..count].copy_from_slice(&delta[from..from + count]);
    for (at, x) in run.at.iter().zip(run.values) {
        let begin = base.wrapping_add(*at as usize) * grads.stride + from;
        let Some(row) = grads.numbers[begin..].first_chunk_mut::<N>() else { return };
        for k in 0..N {
            row[k] = madd::<FMA>(*x, of[k], row[k]);
        }
    }
}

/// Weights as the gradient of the inputs reads them: `[kernel row, block of a run, channel, RUN]`, where
/// a run is a row of the kernel with the channels before.
#[derive(Clone, Debug)]
pub(super) struct Turned {
    numbers: Vec<f32>,
    blocks: usize,
}

impl Turned {
    pub(super) fn of(window: &Window, weight: &[f32]) -> Self {
        let (run, channels) = (window.kernel * window.input[0], window.channels);
        let blocks = run.div_ceil(RUN);
        let mut numbers = vec![0.0; window.kernel * blocks * channels * RUN];
        for (at, row) in weight.chunks_exact(channels).enumerate() {
            let (kernel_row, at) = (at / run, at % run);
            let block = (kernel_row * blocks + at / RUN) * channels * RUN;
            for (channel, w) in row.iter().enumerate() {
                numbers[block + channel * RUN + at % RUN] = *w;
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
    let row = (width + 2 * window.padding) * channels + RUN;
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
fn spread_of<const FMA: bool, const PIXELS: usize>(
    window: &Window,
    turned: &Turned,
    delta: &[f32],
    row: usize,
    out: &mut [f32],
) {
    let ([_, width], before) = (window.sides(), window.input[0]);
    let block = window.channels * RUN;
    for (at, weights) in turned.numbers.chunks_exact(block).enumerate() {
        let (kernel_row, block) = (at / turned.blocks, at % turned.blocks);
        for (y, delta) in delta.chunks_exact(width * window.channels).enumerate() {
            let out = &mut out[(y + kernel_row) * row + block * RUN..];
            let whole = width / PIXELS * PIXELS;
            for x in (0..whole).step_by(PIXELS) {
                let delta = &delta[x * window.channels..][..PIXELS * window.channels];
                product::<FMA, PIXELS>(weights, delta, before, &mut out[x * before..]);
            }
            for x in whole..width {
                let delta = &delta[x * window.channels..][..window.channels];
                product::<FMA, 1>(weights, delta, before, &mut out[x * before..]);
            }
        }
    }
}

/// Adds the product of `P` pixels of delta and a block of weights; pixels lie `before` apart.
#[inline(always)]
fn product<const FMA: bool, const P: usize>(
    weights: &[f32],
    delta: &[f32],
    before: usize,
    out: &mut [f32],
) {
    let channels = delta.len() / P;
    let mut sums = [[0.0; RUN]; P];
    for (channel, row) in weights.as_chunks::<RUN>().0.iter().enumerate().take(channels) {
        for (p, sums) in sums.iter_mut().enumerate() {
            let delta = delta[p * channels + channel];
            for k in 0..RUN {
                sums[k] = madd::<FMA>(delta, row[k], sums[k]);
            }
        }
    }
    for (p, sums) in sums.iter().enumerate() {
        for (to, sum) in out[p * before..].iter_mut().zip(sums) {
            *to += sum;
        }
    }
}

#[cfg(test)]
mod tests;
