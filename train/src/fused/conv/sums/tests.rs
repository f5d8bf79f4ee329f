//! The sums against a convolution written out, and gradients against differences of its sums.

use super::super::inputs::{Turned, input_grads};
use super::*;
use crate::testing::{distance, numbers, spikes};
use proptest::prelude::*;

/// A convolution of two frames and what goes into it.
#[derive(Clone, Debug)]
struct Case {
    window: Window,
    weight: Vec<f32>,
    bias: Vec<f32>,
    frames: [Vec<f32>; 2],
    /// The weight of each current in a sum of all.
    delta: Vec<f32>,
}

fn case() -> impl Strategy<Value = Case> {
    let sides = (1..4_usize, 1..9_usize, 1..12_usize, 1..100_usize);
    let sides = sides.prop_flat_map(|(before, height, width, channels)| {
        let kernel = 1..=height.min(width).min(5);
        (Just([before, height, width]), Just(channels), kernel, 0..3_usize, any::<u64>())
    });
    sides.prop_map(|(input, channels, kernel, padding, seed)| {
        let window = Window { input, channels, kernel, padding, pool: 1 };
        let inputs = window.inputs();
        let (values, spiking) =
            (numbers(2 * inputs, [-1.0, 1.0], seed), spikes(2 * inputs, 0.4, seed));
        let x: Vec<f32> = values.iter().zip(&spiking).map(|(x, s)| x * s).collect();
        Case {
            weight: numbers(window.taps() * channels, [-1.0, 1.0], seed ^ 1),
            bias: numbers(channels, [-1.0, 1.0], seed ^ 2),
            frames: [x[..inputs].to_vec(), x[inputs..].to_vec()],
            delta: numbers(2 * window.neurons(), [-1.0, 1.0], seed ^ 3),
            window,
        }
    })
}

impl Case {
    fn taps(&self) -> Taps {
        Taps::of(&self.frames.each_ref().map(Vec::as_slice), self.window.input)
    }

    fn currents(&self) -> Vec<f32> {
        let mut out = vec![9.0; 2 * self.window.neurons()];
        let rows = Rows::of(&self.window, &self.weight);
        currents(&self.window, &self.taps(), &rows, &self.bias, &mut out);
        out
    }

    /// Calls with the number of each current, and the places of input and weight of each product in it.
    fn products(&self, mut each: impl FnMut(usize, usize, usize)) {
        let Window { input: [before, height, width], channels, kernel, padding, .. } = self.window;
        let [rows, columns] = self.window.sides();
        for (row, column, channel) in (0..rows)
            .flat_map(|y| (0..columns).flat_map(move |x| (0..channels).map(move |c| (y, x, c))))
        {
            for (ky, kx, k) in (0..kernel)
                .flat_map(|y| (0..kernel).flat_map(move |x| (0..before).map(move |c| (y, x, c))))
            {
                let (y, x) =
                    ((row + ky).wrapping_sub(padding), (column + kx).wrapping_sub(padding));
                if y < height && x < width {
                    let weight = ((ky * kernel + kx) * before + k) * channels + channel;
                    let current = (row * columns + column) * channels + channel;
                    each(current, (k * height + y) * width + x, weight);
                }
            }
        }
    }

    /// The sum of all currents, each with its weight.
    fn total(&self) -> f64 {
        let all = self.currents();
        all.iter().zip(&self.delta).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    }

    /// The difference of the sum over a step of 1, which has no error of its own: the sum is linear.
    fn slope(&self, change: impl FnOnce(&mut Case)) -> f32 {
        let mut other = self.clone();
        change(&mut other);
        (other.total() - self.total()) as f32
    }
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let (window, neurons) = (&case.window, case.window.neurons());
    let mut expected = case.bias.repeat(2 * neurons / window.channels);
    for (t, frame) in case.frames.iter().enumerate() {
        case.products(|current, x, w| expected[t * neurons + current] += frame[x] * case.weight[w]);
    }
    prop_assert!(distance(&case.currents(), &expected) < 1e-5, "currents");

    let mut grads = Rows::zeros(window);
    weight_grads(window, &case.taps(), &case.delta, &mut grads);
    let weight = grads.packed(window);
    let mut expected = vec![0.0; weight.len()];
    for (frame, delta) in case.frames.iter().zip(case.delta.chunks(neurons)) {
        case.products(|current, x, w| expected[w] += frame[x] * delta[current]);
    }
    prop_assert!(distance(&weight, &expected) < 1e-5, "weights");

    let turned = Turned::of(window, &case.weight);
    let mut found = Vec::new();
    for delta in case.delta.chunks(neurons) {
        let (mut out, mut room) = (vec![9.0; window.inputs()], Vec::new());
        input_grads(window, &turned, delta, &mut room, &mut out);
        let mut expected = vec![0.0; window.inputs()];
        case.products(|current, x, w| expected[x] += delta[current] * case.weight[w]);
        prop_assert!(distance(&out, &expected) < 1e-5, "inputs");
        found.push(out);
    }

    let (w, x) = (weight.len() / 2, window.inputs() / 2);
    let slope = case.slope(|case| case.weight[w] += 1.0);
    prop_assert!((slope - weight[w]).abs() < 1e-3, "weight {}: {} {}", w, slope, weight[w]);
    let slope = case.slope(|case| case.frames[1][x] += 1.0);
    prop_assert!((slope - found[1][x]).abs() < 1e-3, "input {}: {} {}", x, slope, found[1][x]);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn sums_are_those_of_a_convolution_written_out(case in case()) {
        check(&case)?;
    }
}
