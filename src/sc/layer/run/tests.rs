//! Bitstream layers against their equations, and composed against the net that was trained.

use super::*;
use crate::data;
use crate::export::unipolar::to_sc_weights;
use crate::layer::FloatLayer;
use crate::neuron::stochastic::StochasticLif;
use crate::sc::layer::Seeds;
use crate::spec::{Net, Reset};
use std::path::Path;

fn parts(x: &[f64], rows: Vec<Vec<f64>>) -> ScDense {
    ScDense {
        neurons: rows.len(),
        x_inputs: Inputs::constant(x).unwrap(),
        weight_values: Weights::Each(rows),
        length: 1024,
        base_seed: 7,
        ..ScDense::default()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean current is the equation's, in both gates, within five deviations.
#[test]
fn currents_are_products_in_the_mean() {
    let (x, w) = ([0.25, 0.5, 0.75, 1.0], [1.0, 0.5, 0.25, 0.0]);
    let products: f64 = x.iter().zip(&w).map(|(x, w)| x * w).sum();
    let base = ScDense { y_range: [0.5, 4.5], correction: 0.25, ..parts(&x, vec![w.to_vec()]) };
    let layer = ScDenseLayer::new(base.clone()).unwrap();
    let shared = 0.25 * x.iter().sum::<f64>();
    let found = mean(&layer.currents(0, 1024)[0]);
    let steps = ScDenseLayer::new(ScDense { cycles: 64, ..base }).unwrap().currents(0, 16);
    assert!((mean(&steps[0]) - found).abs() < 1e-9, "a step is the mean of its cycles");
    assert!((found - (0.5 + products + shared)).abs() < 0.15, "{found}");
    // Bipolar: of -1..=1 an XNOR is the product, so its mean is (1 + v w) / 2.
    let (v, u) = ([-0.5, 0.0, 0.5, 1.0], [1.0, 0.0, -0.5, -1.0]);
    let ends = [-1.0, 1.0];
    let bipolar =
        ScDense { x_range: ends, w_range: ends, gate: Gate::Xnor, ..parts(&v, vec![u.to_vec()]) };
    let layer = ScDenseLayer::new(ScDense { y_range: [0.0, 4.0], ..bipolar }).unwrap();
    let expected: f64 = v.iter().zip(&u).map(|(v, u)| (1.0 + v * u) / 2.0).sum();
    let found = mean(&layer.currents(0, 1024)[0]);
    assert!((found - expected).abs() < 0.15, "{found}, not {expected}");
}

#[test]
fn ends_of_ranges_are_whole_streams() {
    let layer = ScDenseLayer::new(ScDense {
        x_range: [f64::MIN, f64::MAX],
        y_range: [0.0, 2.0],
        ..parts(&[f64::MAX, f64::MIN], vec![vec![1.0, 1.0]])
    });
    assert_eq!(layer.unwrap().currents(0, 50)[0], [1.0; 50]);
}

#[test]
fn shared_weights_are_one_current_and_own_ones_are_not() {
    let shared = ScDense {
        neurons: 3,
        weight_values: Weights::Shared(vec![0.5, 0.9]),
        y_range: [0.0, 1.0],
        neuron: StochasticLif { noise: 0.0, ..Default::default() },
        ..parts(&[0.7, 0.4], vec![])
    };
    let own = ScDense { weight_values: Weights::Each(vec![vec![0.5, 0.9]; 3]), ..shared.clone() };
    let spikes = |parts: ScDense| {
        let run = ScDenseLayer::new(parts).unwrap().run(400).unwrap();
        [0, 1, 2].map(|j| run.of(0, j).clone())
    };
    let [a, b, c] = spikes(shared);
    assert!(a == b && b == c && a.ones() > 10, "{}", a.ones());
    let [a, b, c] = spikes(own);
    assert!(a != b && b != c, "each weight has a stream of its own");
}

#[test]
fn a_batch_is_its_samples_and_a_second_run_the_first() {
    let samples = [vec![0.9, 0.1], vec![0.2, 0.8]];
    let rows = vec![vec![0.9, 0.1], vec![0.3, 0.6]];
    let hot =
        |x_inputs| ScDense { x_inputs, y_range: [0.0, 0.5], ..parts(&[0.0; 2], rows.clone()) };
    let layer = ScDenseLayer::new(hot(Inputs::batch(&samples).unwrap())).unwrap();
    let run = layer.run(300).unwrap();
    for (sample, x) in samples.iter().enumerate() {
        let alone = ScDenseLayer::new(hot(Inputs::constant(x).unwrap())).unwrap().run(300).unwrap();
        assert!((0..2).all(|j| alone.of(0, j) == run.of(sample, j)));
    }
    assert_eq!(layer.run(300).unwrap().summary(), run.summary());
    let summary = run.summary();
    assert_eq!((summary.firing_rates_hz.len(), summary.firing_rates_hz[1].len()), (2, 2));
    let rates = summary.firing_rates_hz.concat();
    assert!((mean(&rates) - summary.avg_firing_rate_hz).abs() < 1e-9);
    assert_eq!(summary.spikes as f64, rates.iter().map(|rate| rate * 0.3).sum::<f64>().round());
}

/// Beyond its streams a layer hears its last current, and frames that change are heard as they come.
#[test]
fn time_goes_as_the_frames_and_then_stands() {
    let on = |k: usize| vec![f64::from(u8::from(k.is_multiple_of(3)))];
    let frames: Vec<Vec<f64>> = (0..8).map(on).collect();
    let layer = ScDenseLayer::new(ScDense {
        x_inputs: Inputs::over_time(&frames).unwrap(),
        y_range: [0.0, 1.0],
        length: 8,
        neuron: StochasticLif { tau: 1.0, noise: 0.0, ..Default::default() },
        ..parts(&[0.0], vec![vec![1.0]])
    });
    // With dt = tau a membrane is its current, so that it fires in the cycle of a spike.
    let spikes = layer.unwrap().run(12).unwrap();
    let seen: Vec<bool> = (0..12).map(|k| spikes.of(0, 0).get(k)).collect();
    let expected: Vec<bool> = (0..12).map(|k| k % 3 == 0 && k < 8).collect();
    assert_eq!(seen, expected);
    let next = spikes.spikes();
    assert_eq!(next.shape(), [1, 12, 1]);
    assert!((0..12).all(|k| (next.sample(0, k)[0] == 1.0) == seen[k]));
}

#[test]
fn a_run_of_no_steps_is_refused() {
    let layer = ScDenseLayer::new(parts(&[0.5], vec![vec![0.5]])).unwrap();
    let error = layer.run(0).unwrap_err();
    assert_eq!(
        (error.code(), &*error.to_string()),
        ("spikestream::sc::length", "the number of steps is 0")
    );
}

/// A net's layers in units of their thresholds.
fn floats(net: &Net) -> Vec<FloatLayer> {
    let layer = |l: usize| {
        let spec = &net.spec.layers[l];
        let (theta, own) = (spec.threshold as f32, &net.layers[l]);
        FloatLayer {
            inputs: spec.inputs,
            weights: own.weights.iter().map(|q| f32::from(*q) / theta).collect(),
            biases: own.biases.iter().map(|b| *b as f32 / (16.0 * theta)).collect(),
        }
    };
    (0..net.layers.len()).map(layer).collect()
}

/// The shipped net as two layers, on some digits; with or without what undoes the scale.
fn right(images: usize, corrected: bool) -> usize {
    let net = Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits")).unwrap();
    let test = data::digits().test;
    let sample = |image: &Vec<u8>| image.iter().map(|x| f64::from(*x) / 256.0).collect();
    let samples: Vec<Vec<f64>> = test.images[..images].iter().map(sample).collect();
    let mut hears = Inputs::batch(&samples).unwrap();
    for layer in to_sc_weights(&floats(&net)).unwrap() {
        let inputs = layer.inputs;
        let wide = |row: &[f32]| row.iter().map(|w| f64::from(*w)).collect();
        let (low, high) = (f64::from(layer.minimum), f64::from(layer.maximum));
        let layer = ScDenseLayer::new(ScDense {
            neurons: layer.biases.len(),
            x_inputs: hears,
            weight_values: Weights::Each(layer.weights.chunks(inputs).map(wide).collect()),
            y_range: [0.0, inputs as f64 * if corrected { high - low } else { 1.0 }],
            correction: if corrected { low } else { 0.0 },
            biases: wide(&layer.biases),
            base_seed: 42,
            seeds: Seeds::Apart,
            cycles: 128,
            neuron: StochasticLif {
                tau: 16.0,
                noise: 0.0,
                reset: Reset::Subtract,
                ..Default::default()
            },
            ..ScDense::default()
        });
        hears = layer.unwrap().run(16).unwrap().spikes();
    }
    let class = |b: usize| {
        let mut counts = [0.0; 10];
        (0..16).for_each(|t| counts.iter_mut().zip(hears.sample(b, t)).for_each(|(n, s)| *n += s));
        (0..10).fold(0, |best, j| if counts[j] > counts[best] { j } else { best })
    };
    (0..images).filter(|b| class(*b) == usize::from(test.labels[*b])).count()
}

#[test]
fn composed_layers_are_the_net_and_without_the_correction_they_are_not() {
    let (with, without) = (right(40, true), right(40, false));
    assert!(with >= 34, "{with} of 40");
    assert!(without <= 12, "{without} of 40");
}
