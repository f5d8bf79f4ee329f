//! One layer in integers: its weights in every window of the stream, then its neurons.

use super::dynamics::Integer;
use super::stepwise::Stepwise;
use crate::cell::Membrane;
use crate::fused::{Inputs, Output, Run, run as fused};
use crate::network::{Linear, Produced, Signal, transposed};
use crate::surrogate::{Surrogate, carry};
use burn::tensor::{Tensor, TensorData};
use spikestream::Error;
use spikestream::export::{self, FloatLayer, IntLayer};
use spikestream::spec::{NetSpec, Reset};

/// Runs layer `index` on spikes.
///
/// # Errors
/// Parameters that cannot be exported.
pub(crate) fn run(
    spec: &NetSpec,
    index: usize,
    (linear, membrane): (&Linear, &Membrane),
    signal: Signal,
    out: Output,
) -> Result<Produced, Error> {
    let steps = signal.steps();
    let theta = membrane.fixed_threshold();
    let int = export::layer(spec, index, &folded(linear, theta))?;
    let parts = Parts::new(spec, linear, theta, &int, steps);
    let surrogate = membrane.surrogate();
    let rules = Rules { reset: spec.neuron.reset, surrogate, threshold: parts.threshold };
    let dynamics = Integer::new(&spec.neuron, parts.threshold);
    let Signal::Whole { x, .. } = signal else {
        return Ok(stepwise(&parts, dynamics, rules, signal.each(), out));
    };
    let device = x.device();
    let device = if x.is_autodiff() { device.inner() } else { device };
    let neurons = int.layer.biases.len();
    let params = Tensor::full([2, neurons], parts.threshold, &device); // there is no beta
    let inputs = match parts.weights.as_slice() {
        [weight] => Inputs { x, weights: Some((weight.clone(), parts.bias.clone())), params },
        _ => Inputs { x: parts.drives(x, steps), weights: None, params },
    };
    let run = Run { steps, reset: rules.reset, surrogate, output: out };
    match fused(&dynamics, run, inputs) {
        Ok(x) => Ok(Produced::of(x, steps, out)),
        Err(Inputs { x, weights: Some(_), .. }) => {
            let each = Signal::Whole { x, steps }.each();
            Ok(stepwise(&parts, dynamics, rules, each, out))
        }
        Err(Inputs { x, weights: None, .. }) => {
            let mut neurons = Stepwise::new(dynamics, rules.threshold, rules.reset, surrogate);
            let drives = Signal::Whole { x, steps }.each().into_iter();
            Ok(collect(drives.map(|drive| neurons.step(drive)), out))
        }
    }
}

/// A layer's parameters as floats, for [`export`].
pub(crate) fn float(linear: &Linear) -> FloatLayer {
    let [inputs, outputs] = linear.dims();
    let (weights, biases) = linear.to_rows();
    FloatLayer { inputs, weights, biases: biases.unwrap_or_else(|| vec![0.0; outputs]) }
}

/// The same in units of the threshold.
fn folded(linear: &Linear, theta: f32) -> FloatLayer {
    let mut layer = float(linear);
    if theta != 1.0 {
        let numbers = layer.weights.iter_mut().chain(&mut layer.biases);
        numbers.for_each(|w| *w /= theta);
    }
    layer
}

/// How neurons fire.
#[derive(Clone, Copy)]
struct Rules {
    reset: Reset,
    surrogate: Surrogate,
    /// `Theta << F`.
    threshold: f32,
}

/// The parameters in membrane units, with the gradient of the float ones.
struct Parts {
    /// `[inputs, neurons]`, one a window of the stream, in the order of the steps.
    weights: Vec<Tensor<2>>,
    /// `[neurons]`.
    bias: Tensor<1>,
    /// `Theta << F`.
    threshold: f32,
}

impl Parts {
    fn new(spec: &NetSpec, linear: &Linear, theta: f32, int: &IntLayer, steps: usize) -> Self {
        let unit = (1 << spec.neuron.fraction_bits) as f32;
        let threshold = int.threshold as f32 * unit;
        let [inputs, outputs] = linear.dims();
        let (weight, bias) = linear.values();
        let device = weight.device();
        let device = if weight.is_autodiff() { device.inner() } else { device };
        // A weight of theta drives a whole threshold, in every window on average.
        let gain = threshold / theta;
        let windows = steps.min(spec.stream.phases());
        let weights = (0..windows).map(|step| {
            let ones = spec.stream.window(step as u32);
            let value = |q: &i8| {
                let ones = ones[usize::from(q.unsigned_abs())] as f32 * unit;
                if *q < 0 { -ones } else { ones }
            };
            let rows: Vec<f32> = int.layer.weights.iter().map(value).collect();
            let data = TensorData::new(transposed(&rows, outputs, inputs), [inputs, outputs]);
            through(Tensor::<2>::from_data(data, &device), weight.clone(), gain)
        });
        let weights = weights.collect();
        let values: Vec<f32> = int.layer.biases.iter().map(|b| *b as f32).collect();
        let value = Tensor::<1>::from_data(TensorData::new(values, [outputs]), &device);
        Self { weights, bias: through(value, bias, gain), threshold }
    }

    /// The drives of all steps when weights change with the step: one product a window.
    fn drives(&self, x: Tensor<3>, steps: usize) -> Tensor<3> {
        let x = Signal::Whole { x, steps }.frames();
        let windows = self.weights.len();
        let [_, batch, inputs] = x.dims();
        // Steps and windows are both powers of two, so the windows repeat a whole number of times.
        let rounds = steps / windows;
        let x = x.reshape([rounds, windows, batch, inputs]);
        let drive = |(window, weight): (usize, &Tensor<2>)| {
            let rows = x.clone().narrow(1, window, 1).reshape([rounds * batch, inputs]);
            let rows = rows.matmul(weight.clone()) + self.bias.clone().unsqueeze::<2>();
            let neurons = rows.dims()[1];
            rows.reshape([rounds, 1, batch, neurons])
        };
        let drives = Tensor::cat(self.weights.iter().enumerate().map(drive).collect(), 1);
        let neurons = drives.dims()[3];
        drives.reshape([steps, batch, neurons])
    }
}

/// A value with the gradient of `gain` times the float behind it.
fn through<const D: usize>(value: Tensor<D>, float: Tensor<D>, gain: f32) -> Tensor<D> {
    if float.is_autodiff() { carry(value, float.mul_scalar(gain)) } else { value }
}

/// Runs the layer step by step.
fn stepwise(
    parts: &Parts,
    dynamics: Integer,
    rules: Rules,
    spikes: Vec<Tensor<2>>,
    out: Output,
) -> Produced {
    let mut neurons = Stepwise::new(dynamics, rules.threshold, rules.reset, rules.surrogate);
    let bias = parts.bias.clone().unsqueeze::<2>();
    let steps = spikes.into_iter().enumerate().map(|(step, x)| {
        let weight = parts.weights[step % parts.weights.len()].clone();
        neurons.step(x.matmul(weight) + bias.clone())
    });
    collect(steps, out)
}

fn collect(steps: impl Iterator<Item = (Tensor<2>, Tensor<2>)>, out: Output) -> Produced {
    let (spikes, membranes) = steps.unzip();
    Produced::from_steps(spikes, membranes, out)
}
