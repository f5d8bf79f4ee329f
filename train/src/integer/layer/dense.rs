//! A fully connected layer in integers: its weights in every window of the stream, then its neurons.

use super::{collect, driven, through};
use crate::cell::{Drive, Membrane};
use crate::fused::Output;
use crate::integer::Integers;
use crate::integer::lif::{self, Lif};
use crate::integer::neuron::named::{self, Named};
use crate::network::{Linear, Produced, Signal, excites, split, to_vec};
use burn::tensor::{Tensor, TensorData};
use spikestream::Error;
use spikestream::export::{self, FloatLayer, IntLayer};
use spikestream::spec::Stream;

/// Runs layer `index` on spikes.
///
/// # Errors
/// Parameters that cannot be exported; named neurons on a device that does not train them.
pub(crate) fn run(
    Integers { spec, cells, tapes }: &Integers,
    index: usize,
    (linear, membrane): (&Linear, &Membrane),
    signal: Signal,
    out: Output,
) -> Result<Produced, Error> {
    let steps = signal.steps();
    if let Some(tape) = &tapes[index] {
        let config = &cells[index];
        let int = export::layer(spec, index, &named::scaled(config, lying(linear)))?;
        let neurons = Named::new(tape, config, membrane, int.threshold);
        let scale = (neurons.unit(), neurons.gain());
        let parts = Parts::new(&spec.stream, linear, scale, &int, steps);
        let drives = match neurons.has_two_synapses() {
            false => parts.drives(signal),
            true => parts.drives_of_two(linear, signal),
        };
        return Ok(neurons.run(drives, out)?);
    }
    let int = export::layer(spec, index, &lif::in_thresholds(membrane, lying(linear)))?;
    let neurons = Lif::new(&spec.neuron, membrane, int.threshold);
    let scale = (neurons.unit(), neurons.gain());
    let parts = Parts::new(&spec.stream, linear, scale, &int, steps);
    let Signal::Whole { x, .. } = signal else {
        return Ok(stepwise(&parts, neurons, signal.each(), out));
    };
    let [weight] = parts.weights.as_slice() else {
        let x = parts.drives(Signal::Whole { x, steps });
        return Ok(driven(neurons, x, steps, out));
    };
    let drive = Drive { x, weights: Some((weight.clone(), parts.bias.clone())), window: None };
    match neurons.fused(drive, steps, out) {
        Ok(x) => Ok(Produced::of(x, steps, out)),
        Err(Drive { x, .. }) => {
            Ok(stepwise(&parts, neurons, Signal::Whole { x, steps }.each(), out))
        }
    }
}

/// A layer's parameters as floats, for [`export`].
pub(crate) fn float(linear: &Linear) -> FloatLayer {
    let [inputs, outputs] = linear.dims();
    let (weights, biases) = linear.to_rows();
    FloatLayer { inputs, weights, biases: biases.unwrap_or_else(|| vec![0.0; outputs]) }
}

/// The same with the weights as they lie in memory, input by input: a weight's integer does not depend on its place,
/// and to turn the matrix twice in each step takes longer than to export it.
fn lying(linear: &Linear) -> FloatLayer {
    let [inputs, _] = linear.dims();
    let (weight, bias) = linear.values();
    FloatLayer { inputs, weights: to_vec(weight), biases: to_vec(bias) }
}

/// The parameters in membrane units, with the gradient of the float ones.
struct Parts {
    /// `[inputs, neurons]`, one a window of the stream, in the order of the steps.
    weights: Vec<Tensor<2>>,
    /// `[neurons]`.
    bias: Tensor<1>,
}

impl Parts {
    /// Those of a layer, its integers as [`lying`] has them; `unit` is a step of a weight, `gain` a float weight of 1.
    fn new(
        stream: &Stream,
        linear: &Linear,
        (unit, gain): (f32, f32),
        int: &IntLayer,
        steps: usize,
    ) -> Self {
        let [inputs, outputs] = linear.dims();
        let (weight, bias) = linear.values();
        let device = weight.device();
        let device = if weight.is_autodiff() { device.inner() } else { device };
        // In every window on average.
        let windows = steps.min(stream.phases());
        let weights = (0..windows).map(|step| {
            let ones = stream.window(step as u32);
            let value = |q: &i8| {
                let ones = ones[usize::from(q.unsigned_abs())] as f32 * unit;
                if *q < 0 { -ones } else { ones }
            };
            let rows: Vec<f32> = int.layer.weights.iter().map(value).collect();
            let data = TensorData::new(rows, [inputs, outputs]);
            through(Tensor::<2>::from_data(data, &device), weight.clone(), gain)
        });
        let weights = weights.collect();
        let values: Vec<f32> = int.layer.biases.iter().map(|b| *b as f32).collect();
        let value = Tensor::<1>::from_data(TensorData::new(values, [outputs]), &device);
        Self { weights, bias: through(value, bias, gain) }
    }

    /// The drives of two synapses, `[2 T, batch, neurons]`, the second's of a step behind the first's. A weight drives
    /// one of them by the sign of its float, also where it is rounded to 0; the bias drives the first.
    fn drives_of_two(self, linear: &Linear, signal: Signal) -> Tensor<3> {
        let (weight, _) = linear.values();
        let excites = excites(&weight);
        let parts = self.weights.into_iter().map(|weight| split(weight, &excites));
        let (first, second): (Vec<_>, Vec<_>) =
            parts.map(|[first, second]| (first, second)).unzip();
        let none = self.bias.zeros_like();
        let each = [(first, self.bias), (second, none)]
            .map(|(weights, bias)| Self { weights, bias }.drives(signal.clone()));
        let [steps, batch, neurons] = each[0].dims();
        Tensor::stack::<4>(each.into(), 1).reshape([2 * steps, batch, neurons])
    }

    /// The drives of all steps, `[T, batch, neurons]`: one product a window.
    fn drives(&self, signal: Signal) -> Tensor<3> {
        let steps = signal.steps();
        let x = signal.frames();
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

/// Runs the layer step by step.
fn stepwise(parts: &Parts, neurons: Lif, spikes: Vec<Tensor<2>>, out: Output) -> Produced {
    let mut neurons = neurons.stepwise();
    let bias = parts.bias.clone().unsqueeze::<2>();
    let steps = spikes.into_iter().enumerate().map(|(step, x)| {
        let weight = parts.weights[step % parts.weights.len()].clone();
        neurons.step(x.matmul(weight) + bias.clone())
    });
    collect(steps, out)
}
