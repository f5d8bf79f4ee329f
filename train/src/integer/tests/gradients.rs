//! The gradient of SC-aware training.

use super::*;
use crate::fused::Output;
use crate::integer::run;
use crate::network::{Produced, Signal};
use crate::testing::{devices, distance, numbers};
use spikestream::spec::Phase;

/// The gradients of weights and biases of every layer.
fn gradients(model: &SpikingNet, loss: Tensor<1>) -> Vec<Vec<f32>> {
    let grads = loss.backward();
    let of = |layer: &crate::network::Linear| {
        let (weight, bias) = layer.values();
        [to_vec(weight.grad(&grads).unwrap()), to_vec(bias.grad(&grads).unwrap())]
    };
    model.dense().flat_map(|l| of(l.connection.linear())).collect()
}

#[test]
fn the_gradient_is_that_of_the_leaky_filter_times_the_slope() {
    for theta in [1.0_f32, 0.5, 3.0] {
        let setting = Setting { thresholds: vec![theta], ..Setting::new(&[1, 1], 2) };
        for device in devices() {
            let model = setting.init(&device);
            let net = setting.net(&model);
            let x = Tensor::ones([2, 1, 1], &device); // spikes at both steps
            let pass = model.run(x.into(), Record::Sums).unwrap();
            let found = gradients(&model, pass.spike_counts.sum());

            // U(1) = drive, and U(2) follows the leak; the slopes are taken at both.
            let threshold = f64::from(net.spec.layers[0].threshold << 4);
            let weight = i32::from(net.layers[0].weights[0]) << 4;
            let drive = f64::from(weight + net.layers[0].biases[0]);
            let slope =
                |u: f64| 1.0 / (1.0 + (std::f64::consts::PI * (u / threshold - 1.0)).powi(2));
            let v = drive - if drive > threshold { threshold } else { 0.0 };
            let second = v - (v / 16.0).floor() + drive;
            let expected = slope(drive) + slope(second) * (1.0 + 15.0 / 16.0);
            // A float of theta is a whole threshold.
            let expected = expected / f64::from(theta);
            for found in found {
                let found = f64::from(found[0]);
                assert!((found - expected).abs() < 1e-5 * expected, "{found} for {expected}");
            }
        }
    }
}

/// A run of the only layer whose input is one tensor of all steps, or one a step.
fn layer(setting: &Setting, model: &SpikingNet, signal: Signal, out: Output) -> Tensor<3> {
    let layer = model.dense().next().unwrap();
    let parts = (layer.connection.linear(), layer.cell.membrane());
    match run(&setting.integers(), 0, parts, signal, out).unwrap() {
        Produced::Spikes(spikes) => spikes.frames(),
        Produced::Totals(t) => Tensor::stack(vec![t.counts, t.membranes, t.last], 0),
        Produced::All(spikes, membranes) => {
            Tensor::cat(vec![spikes.frames(), membranes.frames()], 0)
        }
    }
}

#[test]
fn all_steps_at_once_have_the_outputs_and_gradients_of_one_at_a_time() {
    let batch = 9;
    for (length, phase, reset, leak) in [
        (16, Phase::Restart, Reset::Subtract, 4),
        (16, Phase::Restart, Reset::Zero, 2),
        (5, Phase::RunOn, Reset::Subtract, 0),
        (6, Phase::RunOn, Reset::Zero, 3),
    ] {
        // Few bits, so that membranes saturate now and then.
        let sc = ScConfig { length, phase, membrane_bits: 10, ..Default::default() };
        let setting = Setting { sc, reset, leak, ..Setting::new(&[64, 70], 8) };
        for device in devices() {
            let model = setting.init(&device);
            let x = setting.spikes(&images(batch), &device).autodiff().require_grad();
            let whole = || Signal::Whole { x: x.clone(), steps: setting.steps };
            for out in [Output::Spikes, Output::Totals, Output::All] {
                let outcome = |signal: Signal| {
                    let y = layer(&setting, &model, signal, out);
                    let weights = numbers(y.dims().iter().product(), [0.2, 1.0], 3);
                    // Membranes count in thresholds, as spikes do.
                    let weights = tensor(&weights, y.dims(), &y.device()).div_scalar(100.0);
                    let grads = (y.clone() * weights).sum().backward();
                    let (weight, bias) = model.dense().next().unwrap().connection.linear().values();
                    let grads = [
                        to_vec(weight.grad(&grads).unwrap()),
                        to_vec(bias.grad(&grads).unwrap()),
                        to_vec(x.grad(&grads).unwrap()),
                    ];
                    (to_vec(y), grads)
                };
                let (fused, stepwise) = (outcome(whole()), outcome(Signal::Each(whole().each())));
                assert_eq!(fused.0, stepwise.0, "{setting:?} {out:?}");
                for (a, b) in fused.1.iter().zip(&stepwise.1) {
                    assert!(b.iter().any(|g| *g != 0.0));
                    let error = distance(a, b);
                    assert!(error < 1e-5, "{setting:?} {out:?}: {error}");
                }
            }
        }
    }
}
