//! The gradient of named neurons: that of the float cells, of the real-valued step, and some worked out by hand.

use super::*;

/// The output of the only layer, and the gradients of weights, biases and inputs.
fn layer(
    integers: &Integers,
    model: &SpikingNet,
    float: bool,
    (x, out): (&Tensor<3>, Output),
) -> (Vec<f32>, Vec<Vec<f32>>) {
    let layer = model.dense().next().unwrap();
    let signal = Signal::Whole { x: x.clone(), steps: x.dims()[0] };
    let parts = (layer.connection.linear(), layer.cell.membrane());
    let produced = match float {
        true => layer.forward(signal, out),
        false => run(integers, 0, parts, signal, out).unwrap(),
    };
    let y = match produced {
        Produced::Spikes(spikes) => spikes.frames(),
        Produced::Totals(t) => Tensor::stack(vec![t.counts, t.membranes, t.last], 0),
        Produced::All(spikes, membranes) => {
            Tensor::cat(vec![spikes.frames(), membranes.frames()], 0)
        }
    };
    let factors = numbers(y.dims().iter().product(), [0.2, 1.0], 3);
    let mut factors = tensor(&factors, y.dims(), &y.device());
    // In words a membrane has 2^f of what it has in float.
    let frames = y.dims()[0];
    let membranes = match out {
        Output::Spikes => frames,
        Output::Totals => 1,
        Output::All => frames / 2,
    };
    if !float && membranes < frames {
        let one = (integers.spec.cell(0).unwrap().fraction as f32).exp2();
        let of = |begin: usize, count| factors.clone().narrow(0, begin, count);
        let scaled = of(membranes, frames - membranes).div_scalar(one);
        factors = Tensor::cat(vec![of(0, membranes), scaled], 0);
    }
    let grads = (y.clone() * factors).sum().backward();
    let (weight, bias) = layer.connection.linear().values();
    let of_x = to_vec(x.grad(&grads).unwrap());
    let grads = [to_vec(weight.grad(&grads).unwrap()), to_vec(bias.grad(&grads).unwrap())];
    (to_vec(y), grads.into_iter().chain([of_x]).collect())
}

/// Weights and biases that a layer in integers has without rounding, so that its neurons get in float what they get
/// in words.
fn whole(setting: &Setting, device: &Device) -> SpikingNet {
    let model = setting.init(device);
    let map = |_: usize, mut layer: Dense| {
        let linear = layer.connection.linear();
        let [inputs, outputs] = linear.dims();
        let mut steps = numbers(inputs * outputs, [-3.4, 5.4], 5);
        steps[0] = 15.0; // of the largest weight the scale follows: sixteen steps are a threshold
        let rows: Vec<f32> = steps.iter().map(|w| w.round() / 16.0).collect();
        let biases: Vec<f32> = (0..outputs).map(|j| (j as f32 - 8.0) / 128.0).collect();
        layer.connection = layer.connection.map_linear(|l| l.with_rows(&rows, Some(&biases)));
        layer
    };
    model.map_dense(map)
}

/// A hidden layer of a cell, in words as fine as there are.
fn fine(cell: &CellConfig, steps: usize) -> Setting {
    let sc = ScConfig { state_bits: 24, state_fraction: 20, ..Default::default() };
    let cells = vec![cell.clone(), leaky()];
    Setting { sc, cells, ..Setting::new(&[12, 17, 3], steps) }
}

/// Its contract, in which tables are as fine as there are too.
fn fine_integers(setting: &Setting) -> Integers {
    let mut spec = setting.spec();
    spec.neurons.values_mut().for_each(|cell| cell.table_bits = 12);
    Integers::new(spec, setting.all_cells()).unwrap()
}

/// The float cell's gradient is nearly that of the integers, where constants are the same and words and tables fine.
#[test]
fn gradients_are_those_of_the_float_cells() {
    let steps = 8;
    for (cell, reset) in
        cells().into_iter().flat_map(|c| [(c.clone(), Reset::Subtract), (c, Reset::Zero)])
    {
        let setting = fine(&cell.clone().with_reset(reset), steps);
        let integers = fine_integers(&setting);
        for device in devices() {
            let model = whole(&setting, &device);
            let x = spikes(steps * 9 * 12, 0.3, 11);
            let x = || tensor(&x, [steps, 9, 12], &device).autodiff().require_grad();
            for out in [Output::Spikes, Output::Totals, Output::All] {
                let (y, found) = layer(&integers, &model, false, (&x(), out));
                let (real, expected) = layer(&integers, &model, true, (&x(), out));
                let counts = 9 * 17 * if out == Output::Totals { 1 } else { steps };
                assert!(y[..counts] == real[..counts], "{cell:?}"); // equal would print them all
                assert!(y[..counts].iter().sum::<f32>() > 40.0, "{cell:?}");
                for (found, expected) in found.iter().zip(&expected) {
                    let error = distance(found, expected);
                    assert!(error < 1e-3, "{cell:?} {out:?}: {error}");
                }
            }
        }
    }
}

/// `V' = V + I`: two steps without a spike, and with one at the first, worked out by hand.
#[test]
fn integrating_neurons_have_the_gradient_of_the_sum() {
    let setting = Setting {
        cells: vec![CellConfig::If(IfConfig::default()), leaky()],
        ..Setting::new(&[1, 1, 1], 2)
    };
    let slope = |x: f32| 1.0 / (1.0 + (std::f32::consts::PI * x).powi(2)); // of the arc tangent
    for device in devices() {
        for bias in [0.0, 0.5] {
            let model = setting.init(&device);
            let model = model.map_dense(|_, mut layer| {
                let map = |l: Linear| l.with_rows(&[0.75], Some(&[bias]));
                layer.connection = layer.connection.map_linear(map);
                layer
            });
            let x = Tensor::<3>::ones([2, 1, 1], &device).autodiff().require_grad();
            let part = model.dense().next().unwrap();
            let parts = (part.connection.linear(), part.cell.membrane());
            let integers = setting.integers();
            let signal = Signal::Whole { x, steps: 2 };
            let spikes = match run(&integers, 0, parts, signal, Output::Spikes).unwrap() {
                Produced::Spikes(spikes) => spikes.frames(),
                other => panic!("{other:?}"),
            };
            let drive = 0.75 + bias; // 12 of 16 steps
            let fired = f32::from(drive > 1.0);
            let second = drive - fired + drive;
            assert_eq!(to_vec(spikes.clone()), [fired, f32::from(second > 1.0)]);
            // The second membrane has both drives, whether or not the first was reset.
            let expected = slope(drive - 1.0) + 2.0 * slope(second - 1.0);
            let grads = spikes.sum().backward();
            let (weight, bias) = part.connection.linear().values();
            for found in
                [to_vec(weight.grad(&grads).unwrap())[0], to_vec(bias.grad(&grads).unwrap())[0]]
            {
                assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
            }
        }
    }
}

/// Far from any spike, the gradient of the membranes is how they change when the inputs of the real-valued step do.
#[test]
fn gradients_without_spikes_are_differences_of_the_real_step() {
    let (steps, tiny) = (4, 1e-4);
    for config in cells() {
        // Of a slope that ends before they are near a threshold.
        let setting = fine(&config.clone().with_surrogate(Surrogate::Rectangular(0.1)), steps);
        let cell = fine_integers(&setting).spec.cell(0).unwrap().clone();
        let inputs: Vec<f64> =
            numbers(steps, [-0.15, 0.2], 9).iter().map(|x| f64::from(*x)).collect();
        assert!(inputs[0] * inputs[1] < 0.0, "one of each sign: {inputs:?}");
        let sum = |inputs: &[f64]| real_membranes(&cell, inputs);
        let tape = Arc::new(Tape::new(&cell, 1.0).unwrap());
        let one = (setting.sc.state_fraction as f32).exp2();
        let device = Device::flex();
        let word = |x: f64| (x as f32 * one).round();
        // Two synapses take what is above 0 and what is below it.
        let two = cell.step().unwrap().inhibition().is_some();
        let words: Vec<f32> = match two {
            false => inputs.iter().map(|x| word(*x)).collect(),
            true => inputs.iter().flat_map(|x| [word(x.max(0.0)), word((-x).max(0.0))]).collect(),
        };
        let drive = tensor(&words, [words.len(), 1, 1], &device).autodiff().require_grad();
        let model = setting.init(&device);
        let neurons = Named::new(&tape, &leaky(), model.dense().next().unwrap().cell.membrane(), 1);
        let Produced::All(spikes, membranes) = neurons.run(drive.clone(), Output::All).unwrap()
        else {
            panic!("all was asked for")
        };
        assert_eq!(to_vec(spikes.sum()), [0.0], "{config:?}");
        let grads = membranes.sum().sum().backward();
        let found = to_vec(drive.grad(&grads).unwrap());
        for (t, input) in inputs.iter().enumerate() {
            let found = match (two, *input > 0.0) {
                (false, _) => found[t],
                (true, true) => found[2 * t],
                (true, false) => -found[2 * t + 1],
            };
            let mut moved = [inputs.clone(), inputs.clone()];
            moved[0][t] -= tiny;
            moved[1][t] += tiny;
            let expected = (sum(&moved[1]) - sum(&moved[0])) / (2.0 * tiny);
            let error = (f64::from(found) - expected).abs() / expected.abs();
            assert!(error < 1e-3, "{config:?} at {t}: {found} for {expected}");
        }
    }
}

/// The sum of the membranes of the real-valued step over these inputs.
fn real_membranes(cell: &Cell, inputs: &[f64]) -> f64 {
    let equations = cell.equations().unwrap();
    let states = equations.states.iter().map(|state| state.initial).collect();
    let mut kept = Kept { states, resting: 0 };
    let step = |input: &f64| {
        assert!(!equations.step(&mut kept, *input).unwrap(), "fired");
        kept.states[0]
    };
    inputs.iter().map(step).sum()
}

/// Of two synapses that decay by shares of their own, also with weights that are 0 in integers.
#[test]
fn the_sign_of_the_float_says_which_synapse_a_weight_drives() {
    let alpha = AlphaConfig {
        alpha_exc: 0.5,
        alpha_inh: 0.25,
        beta: 0.75,
        surrogate: Surrogate::StraightThrough,
        ..Default::default()
    };
    let cells = vec![CellConfig::Alpha(alpha), leaky()];
    let setting = Setting { cells, ..Setting::new(&[2, 1, 1], 4) };
    for device in devices() {
        let gradient = |small: f32, float: bool| {
            let rows = |_: usize, mut layer: Dense| {
                let [inputs, _] = layer.connection.linear().dims();
                let rows = &[0.1, small][..inputs];
                layer.connection = layer.connection.map_linear(|l| l.with_rows(rows, Some(&[0.0])));
                layer
            };
            let model = setting.init(&device).map_dense(rows);
            assert_eq!(setting.net(&model).layers[0].weights, [13, 0]);
            let x = Tensor::<3>::ones([4, 1, 2], &device).autodiff().require_grad();
            let (_, grads) = layer(&setting.integers(), &model, float, (&x, Output::Totals));
            grads[0].clone()
        };
        let [up, none, down] = [0.002, 0.0, -0.002].map(|small| gradient(small, false));
        assert!(distance(&down, &gradient(-0.002, true)) < 1e-5, "{down:?}");
        assert!(distance(&up, &gradient(0.002, true)) < 1e-5, "{up:?}");
        assert_eq!(up, none);
        assert!(up[0] == up[1] && down[0] == up[0] && down[1] < 0.9 * up[1], "{up:?} {down:?}");
    }
}

/// While it rests, a neuron cannot fire, and takes no gradient for it.
#[test]
fn a_neuron_at_rest_has_no_gradient() {
    let device = Device::flex();
    let mut cell = Cell::new("if", Format { bits: 16, fraction: 12 });
    cell.refractory = Some(2);
    let model = fine(&leaky(), 1).init(&device);
    let drive =
        tensor(&[5000.0, 600.0, 700.0, 800.0], [4, 1, 1], &device).autodiff().require_grad();
    let tape = Arc::new(Tape::new(&cell, 1.0).unwrap());
    let neurons = Named::new(&tape, &leaky(), model.dense().next().unwrap().cell.membrane(), 1);
    let Produced::Spikes(spikes) = neurons.run(drive.clone(), Output::Spikes).unwrap() else {
        panic!("spikes were asked for")
    };
    let spikes = spikes.frames();
    assert_eq!(to_vec(spikes.clone()), [1.0, 0.0, 0.0, 0.0]);
    let grads = spikes.sum().backward();
    let found = to_vec(drive.grad(&grads).unwrap());
    let slope = |x: f32| 1.0 / (1.0 + (std::f32::consts::PI * (x / 4096.0 - 1.0)).powi(2)) / 4096.0;
    // The second and third are no input; the first is in the first membrane and in the last.
    let last = slope(5000.0 - 4096.0 + 800.0);
    let expected = [slope(5000.0) + last, 0.0, 0.0, last];
    assert!(distance(&found, &expected) < 1e-5, "{found:?} for {expected:?}");
}
