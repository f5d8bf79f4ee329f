//! Nets that lose nothing on the way to integers, nets that lose some, and nets that have no way.

use super::*;
use crate::cell::Cell;
use crate::network::{Dense, Network, to_vec};
use crate::{
    AlifConfig, AlphaConfig, CellConfig, ConvConfig, DelayConfig, IfConfig, Input, LayerConfig,
    LifConfig, Record, SpikingNetConfig, SynapticConfig, device, generator_encode,
};
use burn::tensor::{Tensor, TensorData};
use spikestream::data;
use spikestream::layer::kinds::Volume;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::{Phase, Reset};

/// The spike counts of a net on images as the hardware encodes them, image by image.
fn counts(net: &SpikingNet, images: &[Vec<u8>], sc: &ScConfig, steps: usize) -> Vec<Vec<u32>> {
    let x: Vec<f32> = images.iter().flatten().map(|p| f32::from(*p) / 255.0).collect();
    let x = TensorData::new(x, [images.len(), images[0].len()]);
    let x = Tensor::<2>::from_data(x, &device());
    let x = generator_encode(&x, steps, sc.encoder).unwrap();
    let pass = net.run(Input::Steps(x), Record::Sums).unwrap();
    let counts = to_vec(pass.spike_counts);
    counts.chunks(net.outputs()).map(|row| row.iter().map(|n| *n as u32).collect()).collect()
}

/// The same of the golden model.
fn golden(net: &Net, images: &[Vec<u8>]) -> Vec<Vec<u32>> {
    let golden = Golden::new(net, Schedule::Planes);
    images.iter().map(|image| golden.infer(image).counts).collect()
}

/// A net of these layers with the weights and biases that a function of layer, neuron and input
/// gives, the bias as the input after the last.
fn net(config: &SpikingNetConfig, number: impl Fn(usize, usize, usize) -> f32) -> SpikingNet {
    let net = config.init(1, &device()).unwrap();
    let change = |index: usize, layer: Dense| {
        let [inputs, outputs] = layer.connection.linear().dims();
        let rows: Vec<f32> = (0..outputs)
            .flat_map(|j| (0..inputs).map(move |i| (j, i)))
            .map(|(j, i)| number(index, j, i))
            .collect();
        let biases: Vec<f32> = (0..outputs).map(|j| number(index, j, inputs)).collect();
        let connection = layer.connection.clone();
        let connection = connection.map_linear(|l| l.with_rows(&rows, Some(&biases)));
        Dense { connection, ..layer }
    };
    net.map_dense(change)
}

/// An integer of -15..=15, another in every place, 15 in the first.
fn integer(layer: usize, neuron: usize, input: usize) -> i32 {
    if (neuron, input) == (0, 0) {
        return 15;
    }
    let hash =
        (layer as u32 * 64 + neuron as u32 * 1009 + input as u32).wrapping_mul(2_654_435_769);
    ((hash >> 16) as i32 % 31 - 12).min(15)
}

fn images() -> Vec<Vec<u8>> {
    data::digits().test.images[..40].to_vec()
}

#[test]
fn a_net_that_was_trained_in_integers_gives_just_those() {
    for (length, phase) in [(0, Phase::Restart), (4, Phase::Restart), (6, Phase::RunOn)] {
        let sc = ScConfig { length, phase, ..Default::default() };
        let cell = LifConfig { beta: 0.875, threshold: 2.0, ..Default::default() };
        let mut config = SpikingNetConfig::of(64, &[20, 10], &CellConfig::Lif(cell));
        config.sc = Some(sc.clone());
        let net = net(&config, |l, j, i| integer(l, j, i) as f32 * 0.0371);
        let (exported, _) = net.to_net(&sc, "aware", 16).unwrap();
        assert_eq!((exported.spec.neuron.leak, exported.spec.time.steps), (3, 16));
        let expected = counts(&net, &images(), &sc, 16);
        assert!(expected.iter().flatten().sum::<u32>() > 100);
        assert_eq!(golden(&exported, &images()), expected, "L = {length}, {phase:?}");
        let other = ScConfig { bits: 3, ..sc };
        let error = net.to_net(&other, "aware", 16).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::no-integers");
    }
}

#[test]
fn small_integers_and_no_leak_lose_nothing() {
    let sc = ScConfig::default();
    for threshold in [8.0, 13.0, 40.0] {
        let cell = CellConfig::If(IfConfig { threshold, ..Default::default() });
        let config = SpikingNetConfig::of(64, &[20, 10], &cell);
        let net = net(&config, |l, j, i| integer(l, j, i) as f32);
        let (exported, reports) = net.to_net(&sc, "exact", 16).unwrap();
        let expected: Vec<i8> =
            (0..20).flat_map(|j| (0..64).map(move |i| integer(0, j, i) as i8)).collect();
        assert_eq!(exported.layers[0].weights, expected);
        assert_eq!(exported.spec.layers[0].threshold, threshold as i32);
        assert_eq!(exported.layers[1].biases[3], integer(1, 3, 20) * 16);
        assert!(reports.iter().all(|report| report.max_error < 1e-7), "{reports:?}");
        let expected = counts(&net, &images(), &sc, 16);
        assert!(expected.iter().flatten().sum::<u32>() > 100);
        assert_eq!(golden(&exported, &images()), expected);
    }
}

/// A threshold a neuron: 1, 2 and 4, learnt, with weights in eighths of it.
#[test]
fn a_threshold_of_each_neuron_is_folded() {
    let sc = ScConfig::default();
    let cell =
        IfConfig { threshold: 1.0, learn_threshold: true, per_neuron: true, ..Default::default() };
    let config = SpikingNetConfig::of(64, &[12], &CellConfig::If(cell));
    let theta = |j: usize| (1 << (j % 3)) as f32;
    let number = |l, j, i| match i {
        64 => theta(j) / 128.0, // so that no membrane is at its threshold
        _ => theta(j) * integer(l, j, i) as f32 / 8.0,
    };
    let raw: Vec<f32> = (0..12).map(|j| theta(j).ln()).collect();
    let cell = |cell: Cell| {
        cell.map_membrane(|m| m.map_constants(|beta, theta| (beta, theta.with_raw(raw.clone()))))
    };
    let change = |_: usize, layer: Dense| Dense { cell: cell(layer.cell.clone()), ..layer };
    let net = net(&config, number).map_dense(change);
    let (exported, _) = net.to_net(&sc, "folded", 8).unwrap();
    assert_eq!(exported.spec.layers[0].threshold, 8);
    assert_eq!(exported.layers[0].biases, [1; 12]);
    let expected: Vec<i8> =
        (0..12).flat_map(|j| (0..64).map(move |i| integer(0, j, i) as i8)).collect();
    assert_eq!(exported.layers[0].weights, expected);
    let expected = counts(&net, &images(), &sc, 8);
    assert!(expected.iter().flatten().sum::<u32>() > 100);
    assert_eq!(golden(&exported, &images()), expected);
}

/// Cells of other kinds keep their constants as parameters; with shares of a half, f32 and the words hold every
/// number of eight steps.
#[test]
fn other_cells_are_exported_by_name_and_lose_nothing_where_nothing_is_rounded() {
    let sc = ScConfig { state_bits: 24, state_fraction: 20, ..Default::default() };
    let synaptic = SynapticConfig { alpha: 0.5, beta: 0.5, threshold: 1.5, ..Default::default() };
    let alif = AlifConfig {
        beta: 0.5,
        rho: 0.5,
        adaptation: 0.125,
        learn_threshold: true, // one of the layer, which is still 1
        ..Default::default()
    };
    let alpha = AlphaConfig { alpha_exc: 0.5, alpha_inh: 0.25, beta: 0.5, ..Default::default() };
    let layer = |neurons, cell| LayerConfig { neurons, cell, ..Default::default() };
    let layers = vec![
        layer(20, CellConfig::Synaptic(synaptic)),
        layer(15, CellConfig::Alpha(alpha)),
        layer(10, CellConfig::Alif(alif.clone())),
    ];
    let config = SpikingNetConfig::flat(64, layers);
    let net = net(&config, |l, j, i| match (l, j, i) {
        (_, 0, 0) => 15.0 / 16.0, // of the largest the scale follows: a threshold of 16 steps
        _ => integer(l, j, i) as f32 / 16.0,
    });
    let (exported, reports) = net.to_net(&sc, "exact", 8).unwrap();
    let neurons = &exported.spec.neurons;
    assert_eq!(
        (neurons["synaptic"].parameters["theta"], neurons["alif"].parameters["step"]),
        (1.5, 0.25)
    );
    let shares = ["alpha_exc", "alpha_inh"].map(|name| neurons["alpha"].parameters[name]);
    assert_eq!(shares, [0.5, 0.25]);
    assert_eq!(
        exported.spec.layers.iter().map(|layer| layer.threshold).collect::<Vec<_>>(),
        [16; 3]
    );
    assert!(reports.iter().all(|report| report.max_error == 0.0), "{reports:?}");
    let expected = counts(&net, &images(), &sc, 8);
    assert!(expected.iter().flatten().sum::<u32>() > 100);
    assert_eq!(golden(&exported, &images()), expected);
    let split = data::Split { images: images(), labels: data::digits().test.labels[..40].to_vec() };
    let (_, report) = net.export(&sc, "exact", 8, &split, 0.125, None).unwrap();
    for layer in &report.layers {
        assert_eq!((layer.leak_wanted, layer.leak_got), ([0.5, 0.5], 0.5));
    }
    // A threshold of each neuron is no parameter.
    let cell = CellConfig::Alif(AlifConfig { per_neuron: true, ..alif });
    let config = SpikingNetConfig::of(4, &[2], &cell);
    let spread = |_: usize, layer: Dense| {
        let cell = layer.cell.clone().map_membrane(|m| {
            m.map_constants(|beta, theta| (beta, theta.with_raw(vec![0.0, 1.0])))
        });
        Dense { cell, ..layer }
    };
    let net = config.init(1, &device()).unwrap().map_dense(spread);
    let error = net.to_net(&sc, "net", 8).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-integers");
    assert!(error.to_string().contains("a threshold of each neuron"), "{error}");
}

#[test]
fn what_has_no_integer_form_is_refused() {
    let lif = |beta| LayerConfig {
        neurons: 3,
        cell: CellConfig::Lif(LifConfig { beta, ..Default::default() }),
        ..Default::default()
    };
    let of = |cell| LayerConfig { neurons: 3, cell, ..Default::default() };
    let clearing = LifConfig { reset: Reset::Zero, ..Default::default() };
    let delayed = LayerConfig { delay: Some(DelayConfig::default()), ..lif(0.9) };
    for (layers, what) in [
        (vec![of(CellConfig::RecurrentLif(Default::default()))], "layer 0, the weights from spike"),
        (vec![delayed], "layer 0 has delays"),
        (vec![lif(0.9), lif(0.5)], "layer 1 is nearest to 0.5, that of layer 0 to 0.875"),
        (vec![lif(0.9), of(CellConfig::Lif(clearing))], "layer 1 has another reset"),
    ] {
        let config = SpikingNetConfig::flat(4, layers);
        let net = config.init(1, &device()).unwrap();
        let error = net.to_net(&ScConfig::default(), "net", 16).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::no-integers");
        assert!(error.to_string().contains(what), "{error}");
        assert!(!error.remedy().is_empty());
    }
    let cell = LifConfig { learn_beta: true, per_neuron: true, ..Default::default() };
    let config = SpikingNetConfig::of(4, &[2], &CellConfig::Lif(cell));
    let spread = |_: usize, layer: Dense| {
        let cell = layer.cell.clone().map_membrane(|m| {
            m.map_constants(|beta, theta| (beta.with_raw(vec![0.0, 3.0_f32.ln()]), theta))
        });
        Dense { cell, ..layer }
    };
    let net = config.init(1, &device()).unwrap().map_dense(spread);
    let error = net.to_net(&ScConfig::default(), "net", 16).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-integers");
    assert!(error.to_string().contains("0.5 to 0.75"), "{error}");
    let config = SpikingNetConfig::of(4, &[2], &CellConfig::default());
    let net = config.init(1, &device()).unwrap();
    assert_eq!(
        net.to_net(&ScConfig::default(), "net", 25).unwrap_err().code(),
        "spikestream::net::range"
    );
}

#[test]
fn the_report_says_what_was_wanted_and_what_came() {
    let config = SpikingNetConfig::of(64, &[20, 10], &CellConfig::default());
    let net = net(&config, |l, j, i| match (l, j) {
        (0, 7) => -1.0, // silent
        _ => integer(l, j, i) as f32 * 0.0371,
    });
    let split = data::Split { images: images(), labels: data::digits().test.labels[..40].to_vec() };
    let (exported, report) =
        net.export(&ScConfig::default(), "net", 16, &split, 0.125, None).unwrap();
    assert_eq!(report.layers[0].leak_wanted, [0.9, 0.9]);
    assert_eq!((report.layers[0].leak_got, exported.spec.neuron.leak), (0.875, 3));
    assert!(report.layers[0].activity.silent >= 1);
    assert!(report.layers[0].weights.max_error > 1e-3);
    assert_eq!(report.after, eval::evaluate(&exported, &split).unwrap().accuracy());
    let table = report.to_string();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[..3].iter().all(|line| line.len() == lines[0].len()), "{table}");
    assert!(lines[1].contains("0.9000  0.8750"), "{table}");
    assert!(lines[3].starts_with("accuracy 12.50 % in float, "), "{table}");
}

/// The page's export as the page writes it, and what makes it the layer again.
#[test]
fn unipolar_weights_and_their_correction_are_the_layers() {
    let net = SpikingNetConfig::new(64, 128, 10, 2).init(3, &device()).unwrap();
    let weights = net.to_sc_weights().unwrap();
    let shapes: Vec<[usize; 2]> = weights.iter().map(|w| [w.biases.len(), w.inputs]).collect();
    assert_eq!(shapes, [[128, 64], [128, 128], [10, 128]]);
    for (layer, unipolar) in net.dense().zip(&weights) {
        let smallest = unipolar.weights.iter().copied().fold(f32::INFINITY, f32::min);
        let largest = unipolar.weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        assert_eq!((smallest, largest), (0.0, 1.0));
        assert_eq!(unipolar.weights.len(), unipolar.inputs * unipolar.biases.len());
        let x: Vec<f32> = (0..unipolar.inputs).map(|i| (i % 2) as f32).collect();
        let (weight, bias) = layer.connection.linear().values();
        let input = TensorData::new(x.clone(), [1, x.len()]);
        let current = Tensor::<2>::from_data(input, &device()).matmul(weight) + bias.unsqueeze();
        for (a, b) in unipolar.forward(&x).unwrap().iter().zip(to_vec(current)) {
            assert!((a - f64::from(b)).abs() < 1e-5, "{a} for {b}");
        }
    }
}

/// A block becomes a convolution and a pool. The weights behind the pool are whole fourths but for one neuron, so that
/// no sum over an average is rounded.
#[test]
fn blocks_are_exported_and_lose_nothing_where_nothing_is_rounded() {
    let sc = ScConfig { fraction_bits: 8, membrane_bits: 24, ..Default::default() };
    let cell = CellConfig::Lif(LifConfig { beta: 0.5, ..Default::default() });
    let block =
        ConvConfig { channels: 3, kernel: 3, padding: 1, cell: cell.clone(), ..Default::default() };
    let layers = vec![LayerConfig { neurons: 10, cell, ..Default::default() }];
    let input = Volume { channels: 1, height: 8, width: 8 };
    let config = SpikingNetConfig { input, blocks: vec![block], layers, sc: None };
    let net = config.init(1, &device()).unwrap();
    let kernels: Vec<f32> = (0..27).map(|i| integer(0, i / 9, i % 9) as f32 / 16.0).collect();
    let net = net.map_blocks(|block| {
        let cell = block.cell().clone();
        block.with(kernels.clone(), vec![1.0 / 16.0; 3], cell)
    });
    let net = net.map_dense(|_, mut dense| {
        let number = |j: usize, i: usize| match (j, i) {
            (0, 0) => 15,
            (0, _) => 0,
            _ => integer(1, j, i) / 4 * 4,
        };
        let places = (0..10).flat_map(|j| (0..48).map(move |i| (j, i)));
        let rows: Vec<f32> = places.map(|(j, i)| number(j, i) as f32 / 16.0).collect();
        let bias = [0.0; 10];
        dense.connection = dense.connection.map_linear(|l| l.with_rows(&rows, Some(&bias)));
        dense
    });
    let (exported, reports) = net.to_net(&sc, "blocks", 8).unwrap();
    let kinds: Vec<&str> = exported.spec.layers.iter().map(|layer| layer.first.name()).collect();
    assert_eq!(kinds, ["conv", "pool", "dense"]);
    assert!(reports.iter().all(|report| report.max_error == 0.0), "{reports:?}");
    let (found, expected) = (golden(&exported, &images()), counts(&net, &images(), &sc, 8));
    assert!(expected.iter().flatten().sum::<u32>() > 100, "{expected:?}");
    let others = |counts: Vec<Vec<u32>>| -> Vec<Vec<u32>> {
        counts.into_iter().map(|row| row[1..].to_vec()).collect()
    };
    assert_eq!(others(found), others(expected));
    let split = data::Split { images: images(), labels: data::digits().test.labels[..40].to_vec() };
    let (_, report) = net.export(&sc, "blocks", 8, &split, 0.125, None).unwrap();
    assert_eq!(report.layers.len(), 3);
}

#[test]
fn blocks_that_no_chip_has_are_refused() {
    let of = |channels: usize, cell: CellConfig, pool: usize| {
        let input = Volume { channels, height: 8, width: 8 };
        let block = ConvConfig { channels: 2, kernel: 3, pool, cell, ..Default::default() };
        let blocks = vec![block];
        SpikingNetConfig { input, blocks, ..SpikingNetConfig::of(1, &[3], &CellConfig::default()) }
    };
    let learnt = LifConfig { learn_threshold: true, per_neuron: true, ..Default::default() };
    for (config, code, says) in [
        (of(2, CellConfig::default(), 2), "spikestream::train::no-integers", "2 channels"),
        (of(1, CellConfig::default(), 3), "spikestream::layer::value", "windows of 1, 2, 4"),
    ] {
        let error = config.init(1, &device()).unwrap().to_net(&ScConfig::default(), "net", 8);
        let error = error.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let told = format!("{error} {}", error.remedy());
        assert!(told.contains(says), "{told}");
    }
    let spread = of(1, CellConfig::Lif(learnt), 2).init(1, &device()).unwrap();
    let spread = spread.map_blocks(|block| {
        let [weight, bias] = [to_vec(block.params().0.val()), to_vec(block.params().1.val())];
        let cell = block.cell().clone().map_membrane(|membrane| {
            let raw = (0..72).map(|at| at as f32 / 72.0).collect();
            membrane.map_constants(|beta, theta| (beta, theta.with_raw(raw)))
        });
        block.with(weight, bias, cell)
    });
    let error = spread.to_net(&ScConfig::default(), "net", 8).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-integers");
    assert!(error.to_string().contains("a threshold of each neuron"), "{error}");
    let trained =
        SpikingNetConfig { sc: Some(ScConfig::default()), ..of(1, Default::default(), 2) };
    let error = trained.init(1, &device()).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-integers");
}
