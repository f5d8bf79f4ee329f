//! The sums of a convolution over the inputs that are not 0: the currents, and the gradient of the weights.

use super::simd::{Simd, fastest};
use super::taps::{Run, Taps};
use super::window::Window;

/// Weights lie a whole number of these apart.
const LANES: usize = 16;

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

/// What is done at a meeting. Not a closure, which would be compiled for vectors of its own.
trait Meet {
    /// For the numbers of a row from `from` on, `N` vectors of them.
    fn block<S: Simd, const N: usize>(&mut self, simd: S, meeting: Meeting<'_>, from: usize);
}

/// Goes through all meetings, kernel row by kernel row: the weights of a row stay in the cache. Rows of
/// `stride` numbers are met block by block.
#[inline(always)]
fn meetings<S: Simd>(
    simd: S,
    window: &Window,
    taps: &Taps,
    (frames, stride): (usize, usize),
    meet: &mut impl Meet,
) {
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
                    let to = pixel * window.channels;
                    blocks(simd, Meeting { run, base, to }, stride, meet);
                }
            }
        }
    }
}

/// One meeting, in blocks of vectors.
#[inline(always)]
fn blocks<S: Simd>(simd: S, meeting: Meeting<'_>, stride: usize, meet: &mut impl Meet) {
    let mut at = 0;
    while at + 4 * S::LANES <= stride {
        meet.block::<S, 4>(simd, meeting, at);
        at += 4 * S::LANES;
    }
    while at + 2 * S::LANES <= stride {
        meet.block::<S, 2>(simd, meeting, at);
        at += 2 * S::LANES;
    }
    if at < stride {
        meet.block::<S, 1>(simd, meeting, at);
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
fn currents_of<S: Simd>(
    simd: S,
    window: &Window,
    taps: &Taps,
    rows: &Rows,
    bias: &[f32],
    out: &mut [f32],
) {
    for pixel in out.chunks_exact_mut(window.channels) {
        pixel.copy_from_slice(bias);
    }
    let size = (out.len() / window.neurons(), rows.stride);
    let mut currents = Currents { channels: window.channels, rows, out };
    meetings(simd, window, taps, size, &mut currents);
}

/// Currents that weights are added to.
struct Currents<'a> {
    channels: usize,
    rows: &'a Rows,
    out: &'a mut [f32],
}

impl Meet for Currents<'_> {
    /// Two sums side by side, since the next product need not wait for the last one's.
    #[inline(always)]
    fn block<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        Meeting { run, base, to }: Meeting<'_>,
        from: usize,
    ) {
        let out = &mut self.out[to + from.min(self.channels)..to + self.channels];
        let mut sums = [[simd.splat(0.0); N]; 2];
        for (k, sum) in sums[0].iter_mut().enumerate() {
            *sum = simd.load(beyond(out, k * S::LANES));
        }
        let row = |at: u32| {
            let begin = base.wrapping_add(at as usize) * self.rows.stride + from;
            &self.rows.numbers[begin..][..N * S::LANES]
        };
        let (pairs, odd) = run.at.as_chunks::<2>();
        let (values, odd_value) = run.values.as_chunks::<2>();
        for (at, x) in pairs.iter().zip(values) {
            let (rows, x) = ([row(at[0]), row(at[1])], [simd.splat(x[0]), simd.splat(x[1])]);
            for k in 0..N {
                sums[0][k] = simd.madd(x[0], simd.load(&rows[0][k * S::LANES..]), sums[0][k]);
                sums[1][k] = simd.madd(x[1], simd.load(&rows[1][k * S::LANES..]), sums[1][k]);
            }
        }
        if let ([at], [x]) = (odd, odd_value) {
            let (row, x) = (row(*at), simd.splat(*x));
            for (k, sum) in sums[0].iter_mut().enumerate() {
                *sum = simd.madd(x, simd.load(&row[k * S::LANES..]), *sum);
            }
        }
        let [sums, others] = sums;
        for (k, (sum, other)) in sums.into_iter().zip(others).enumerate() {
            simd.store(simd.add(sum, other), beyond_mut(out, k * S::LANES));
        }
    }
}

/// The numbers from a place on, none where there are fewer.
#[inline(always)]
fn beyond(numbers: &[f32], at: usize) -> &[f32] {
    numbers.get(at..).unwrap_or_default()
}

#[inline(always)]
fn beyond_mut(numbers: &mut [f32], at: usize) -> &mut [f32] {
    numbers.get_mut(at..).unwrap_or_default()
}

/// Adds to the gradient of the weights, given that of the currents.
pub(super) fn weight_grads(window: &Window, taps: &Taps, delta: &[f32], grads: &mut Rows) {
    fastest!(weight_grads_of(window: &Window, taps: &Taps, delta: &[f32], grads: &mut Rows));
}

#[inline(always)]
fn weight_grads_of<S: Simd>(
    simd: S,
    window: &Window,
    taps: &Taps,
    delta: &[f32],
    grads: &mut Rows,
) {
    let size = (delta.len() / window.neurons(), grads.stride);
    let mut grads = WeightGrads { channels: window.channels, delta, grads };
    meetings(simd, window, taps, size, &mut grads);
}

/// Gradients of weights, and those of the currents that are added to them.
struct WeightGrads<'a> {
    channels: usize,
    delta: &'a [f32],
    grads: &'a mut Rows,
}

impl Meet for WeightGrads<'_> {
    #[inline(always)]
    fn block<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        Meeting { run, base, to }: Meeting<'_>,
        from: usize,
    ) {
        let of = &self.delta[to + from.min(self.channels)..to + self.channels];
        let mut delta = [simd.splat(0.0); N];
        for (k, delta) in delta.iter_mut().enumerate() {
            *delta = simd.load(beyond(of, k * S::LANES));
        }
        let stride = self.grads.stride;
        for (at, x) in run.at.iter().zip(run.values) {
            let begin = base.wrapping_add(*at as usize) * stride + from;
            let row = &mut self.grads.numbers[begin..][..N * S::LANES];
            let x = simd.splat(*x);
            for (k, delta) in delta.iter().enumerate() {
                let row = &mut row[k * S::LANES..];
                simd.store(simd.madd(x, *delta, simd.load(row)), row);
            }
        }
    }
}

#[cfg(test)]
mod tests;
