//! Neurons of equations in a network: one that ships, in its own units, and a file of one's own.

use super::*;
use crate::EquationsConfig;
use spikestream::spec::Layer as IntLayer;

/// A leaky neuron in mV whose threshold tires, as nobody ships it.
const OWN: &str = "method = \"euler\"\ndt = 0.5\nthreshold = \"v > level\"\nrefractory = 1\n\
                   [states]\nv = { initial = -60, range = [-100, 20] }\n\
                   level = { initial = -50, range = [-60, 0] }\n\
                   [parameters]\ntau = 8\n[equations]\n\"dv/dt\" = \"(I - v - 60) / tau\"\n\
                   \"dlevel/dt\" = \"(-50 - level) / 16\"\n\
                   [reset]\nv = \"-70\"\nlevel = \"level + 4\"\n[input]\nrange = [-60, 60]\n";

fn adaptive() -> EquationsConfig {
    let parameters = [("tau".to_owned(), 2.0)].into();
    EquationsConfig { scale: 2.0, parameters, ..EquationsConfig::named("adaptive-threshold") }
}

fn izhikevich() -> EquationsConfig {
    EquationsConfig {
        state_bits: Some(16),
        state_fraction: Some(8),
        scale: 25.0,
        margin: 20.0,
        ..EquationsConfig::named("izhikevich-regular")
    }
}

fn own() -> EquationsConfig {
    EquationsConfig {
        text: Some(OWN.into()),
        state_bits: Some(18),
        state_fraction: Some(8),
        scale: 60.0,
        margin: 10.0,
        ..Default::default()
    }
}

fn all() -> [EquationsConfig; 3] {
    [adaptive(), izhikevich(), own()]
}

fn hidden(config: &EquationsConfig, steps: usize) -> Setting {
    with(&[CellConfig::Equations(config.clone()), leaky()], steps)
}

#[test]
fn neurons_of_equations_are_exact_in_a_hidden_layer() {
    let images = images(30);
    for config in all() {
        let setting = hidden(&config, 64);
        for device in devices() {
            let model = setting.init(&device);
            let (net, _) = model.to_net(&setting.sc, "test", 64).unwrap();
            let cell = net.spec.cell(0).unwrap();
            assert_eq!(cell.equations.is_some(), config.text.is_some());
            assert_eq!(Some(cell.bits), config.state_bits.or(Some(16)));
            let golden = Golden::new(&net, Schedule::Planes);
            let outcomes = setting.answers(&model, &images, &device);
            for (outcome, pixels) in outcomes.iter().zip(&images) {
                assert_eq!(*outcome, golden.infer(pixels), "{config:?}");
            }
            let other = outcomes.iter().any(|outcome| *outcome != outcomes[0]);
            assert!(other, "the hidden layer says nothing: {config:?}");
        }
    }
}

#[test]
fn neurons_of_equations_are_exact_as_the_output_and_between_each_other() {
    let images = images(20);
    let cells = all().map(CellConfig::Equations);
    let setting = with(&cells, 32);
    assert_eq!(setting.spec().neurons.len(), 3);
    for device in devices() {
        let model = setting.init(&device);
        let (net, _) = model.to_net(&setting.sc, "test", 32).unwrap();
        let golden = Golden::new(&net, Schedule::Planes);
        let outcomes = setting.answers(&model, &images, &device);
        for (outcome, pixels) in outcomes.iter().zip(&images) {
            assert_eq!(*outcome, golden.infer(pixels));
        }
    }
}

/// What a layer of floats with a scale becomes.
fn rounded(scale: f32, weights: &[f32], bias: f32) -> (i32, IntLayer) {
    let config = EquationsConfig { scale, ..izhikevich() };
    let cells = [CellConfig::Equations(config)];
    let setting = Setting { cells: cells.to_vec(), ..Setting::new(&[weights.len(), 1], 4) };
    let map = |_: usize, mut layer: Dense| {
        layer.connection =
            layer.connection.map_linear(|l: Linear| l.with_rows(weights, Some(&[bias])));
        layer
    };
    let model = setting.init(&Device::flex()).map_dense(map);
    let (net, _) = model.to_net(&setting.sc, "test", 4).unwrap();
    (net.spec.layers[0].threshold, net.layers[0].clone())
}

/// A step of a weight is `1 / Theta` in the unit of the equations, whatever the scale.
#[test]
fn a_scale_says_how_large_an_input_a_weight_is() {
    let (theta, layer) = rounded(10.0, &[0.5, -0.25, 0.1], 0.125);
    // An input of 5 is 10 steps of half a unit; a bias of 1.25 is 320 words of a 256th.
    assert_eq!((theta, layer.weights, layer.biases), (2, vec![10, -5, 2], vec![320]));
    let (theta, layer) = rounded(1.0, &[5.0, -2.5, 1.0], 1.25);
    assert_eq!((theta, layer.weights, layer.biases), (2, vec![10, -5, 2], vec![320]));
    // No step is above 1, so weights end at 15.
    let (theta, layer) = rounded(100.0, &[0.5, -0.25, 0.01], 0.0);
    assert_eq!((theta, layer.weights), (1, vec![15, -15, 1]));
    // Nor below a word.
    let (theta, layer) = rounded(1e-3, &[1.0, -1.0, 0.0], 0.0);
    assert_eq!((theta, layer.weights), (256, vec![0, 0, 0]));
}

/// A weight's gradient is that of the input that it is: a scale of 2 doubles it, at weights that are half. A spike's is
/// the less the wider the margin; of this neuron no gradient passes two spikes.
#[test]
fn gradients_follow_the_scale_and_the_margin() {
    let device = Device::flex();
    let gradients = |scale: f32, margin: f32| {
        let surrogate = Surrogate::StraightThrough;
        let config = EquationsConfig { scale, margin, surrogate, ..EquationsConfig::named("if") };
        let setting = hidden(&config, 8);
        let halve = |index: usize, mut layer: Dense| {
            let by = if index == 0 { scale } else { 1.0 };
            let (rows, bias) = layer.connection.linear().to_rows();
            let rows: Vec<f32> = rows.iter().map(|w| 8.0 * w / by).collect();
            let bias = bias.map(|bias| bias.iter().map(|b| 8.0 * b / by).collect::<Vec<_>>());
            layer.connection =
                layer.connection.map_linear(|l: Linear| l.with_rows(&rows, bias.as_deref()));
            layer
        };
        let model = setting.init(&device).map_dense(halve);
        let spikes = setting.spikes(&images(10), &device);
        let pass = model.run(spikes.into(), crate::Record::Sums).unwrap();
        let grads = pass.spike_counts.sum().backward();
        let weight = model.dense().next().unwrap().connection.linear().values().0;
        to_vec(weight.grad(&grads).unwrap())
    };
    let (one, two, wide) = (gradients(1.0, 1.0), gradients(2.0, 1.0), gradients(1.0, 4.0));
    assert!(one.iter().any(|g| *g != 0.0));
    let doubled: Vec<f32> = one.iter().map(|g| 2.0 * g).collect();
    assert!(distance(&two, &doubled) < 1e-5, "{two:?} for {doubled:?}");
    let quarter: Vec<f32> = one.iter().map(|g| 0.25 * g).collect();
    assert!(distance(&wide, &quarter) < 1e-5, "{wide:?} for {quarter:?}");
}

#[test]
fn there_is_no_float_form() {
    for config in all() {
        let cell = CellConfig::Equations(config);
        assert!(cell.has_integers() && !cell.has_float());
        let error = cell.init(3, 0, &Device::flex()).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::no-float");
        assert!(error.remedy().contains("[sc]"));
        let setting = with(&[cell, leaky()], 4);
        let config = crate::SpikingNetConfig { sc: None, ..setting.config() };
        let error = config.init(1, &Device::flex()).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::no-float");
    }
}
