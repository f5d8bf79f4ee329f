//! What a node without a state passes on of what it hears, in 32-bit floats.

use super::part::{Conv, Dense, Pool, units};
use super::plan::Placed;
use super::shapes::image;
use std::collections::VecDeque;

/// The sum of all that a node hears.
pub(super) fn heard(node: &Placed, out: &[Vec<f32>]) -> Vec<f32> {
    let mut of = node.heard.iter().map(|(from, _)| &out[*from]);
    let mut sum = of.next().cloned().unwrap_or_default();
    for other in of {
        sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
    }
    sum
}

/// `W x + b`, of weights `[columns, rows]`.
pub(super) fn dense(of: &Dense, weights: &[f32], heard: &[f32]) -> Vec<f32> {
    let mut sums = vec![0.0; of.rows];
    for (row, x) in weights.chunks_exact(of.rows).zip(heard).filter(|(_, x)| **x != 0.0) {
        sums.iter_mut().zip(row).for_each(|(sum, w)| *sum += w * x);
    }
    sums.iter_mut().zip(&of.biases).for_each(|(sum, bias)| *sum += bias);
    sums
}

/// Channels, rows and columns of a shape.
fn volume(shape: &[usize]) -> [usize; 3] {
    match image(shape, 3)[..] {
        [channels, height, width] => [channels, height, width],
        [channels, width] => [channels, 1, width],
        _ => [units(shape), 1, 1],
    }
}

/// A convolution.
pub(super) fn conv(of: &Conv, from: &[usize], to: &[usize], heard: &[f32]) -> Vec<f32> {
    let ([_, height, width], [channels, rows, columns]) = (volume(from), volume(to));
    let own = channels / of.groups;
    let mut sums = Vec::with_capacity(channels * rows * columns);
    for place in 0..channels * rows * columns {
        let (channel, y, x) = (place / (rows * columns), place / columns % rows, place % columns);
        let mut sum = 0.0;
        for tap in 0..of.seen * of.kernel[0] * of.kernel[1] {
            let (k, v, u) = (
                tap / (of.kernel[0] * of.kernel[1]),
                tap / of.kernel[1] % of.kernel[0],
                tap % of.kernel[1],
            );
            let row = (y * of.stride[0] + v * of.dilation[0]).checked_sub(of.padding[0]);
            let column = (x * of.stride[1] + u * of.dilation[1]).checked_sub(of.padding[1]);
            if let (Some(row), Some(column)) = (row, column)
                && row < height
                && column < width
            {
                let source = ((channel / own * of.seen + k) * height + row) * width + column;
                let weight = (channel * of.seen + k) * of.kernel[0] * of.kernel[1];
                sum += of.weights[weight + v * of.kernel[1] + u] * heard[source];
            }
        }
        sums.push(sum + of.biases[channel]);
    }
    sums
}

/// Sums or means of windows.
pub(super) fn pool(of: Pool, from: &[usize], to: &[usize], heard: &[f32]) -> Vec<f32> {
    let ([_, height, width], [channels, rows, columns]) = (volume(from), volume(to));
    let share = if of.average { 1.0 / (of.kernel[0] * of.kernel[1]) as f32 } else { 1.0 };
    let mut sums: Vec<f32> = vec![0.0; channels * rows * columns];
    for (place, sum) in sums.iter_mut().enumerate() {
        let (channel, y, x) = (place / (rows * columns), place / columns % rows, place % columns);
        for (v, u) in (0..of.kernel[0]).flat_map(|v| (0..of.kernel[1]).map(move |u| (v, u))) {
            let row = (y * of.stride[0] + v).checked_sub(of.padding[0]);
            let column = (x * of.stride[1] + u).checked_sub(of.padding[1]);
            if let (Some(row), Some(column)) = (row, column)
                && row < height
                && column < width
            {
                *sum += share * heard[(channel * height + row) * width + column];
            }
        }
    }
    sums
}

/// Each unit as it was so many steps before; the newest step stands in front.
pub(super) fn delayed(steps: &[usize], past: &mut VecDeque<Vec<f32>>, heard: &[f32]) -> Vec<f32> {
    past.rotate_right(1);
    past[0].copy_from_slice(heard);
    steps.iter().enumerate().map(|(unit, late)| past[*late][unit]).collect()
}
