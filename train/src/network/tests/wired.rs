//! Layers of any connections in float, each against what gives the same by another way.

use super::*;
use crate::network::{Block, Dense, Population, to_vec as plain};
use crate::testing::{distance, numbers};
use crate::{
    AlphaConfig, Cell, CellConfig, ConvConfig, DelayConfig, LayerConfig, LifConfig,
    RecurrentLifConfig, SpikingNet, SpikingNetConfig,
};
use spikestream::layer::kinds::{
    Conv, Delay, Described, Pattern, Pool, Recurrent, Reduce, Skip, Volume,
};
use spikestream::spec::ConnectionSpec;

const STEPS: usize = 6;
const BATCH: usize = 5;

fn first(of: Described) -> LayerConfig {
    LayerConfig { neurons: 0, first: Some(of), ..Default::default() }
}

fn flat(neurons: usize, cell: &CellConfig) -> LayerConfig {
    LayerConfig { neurons, cell: cell.clone(), ..Default::default() }
}

fn own(pattern: Pattern) -> ConnectionSpec {
    ConnectionSpec::of(&Recurrent { pattern })
}

/// A network with all weights and biases from a seed, strong enough to fire.
fn strong(config: &SpikingNetConfig, device: &Device) -> SpikingNet {
    let net = config.init(1, device).unwrap();
    let net = net.map_populations(|index, layer| {
        let rows: Vec<usize> = layer.wires().iter().map(|wire| wire.rows().len()).collect();
        let weights = |at: usize| (Some(weights(index, at, rows[at])), None);
        let bias = layer.bias().map(|bias| vec![0.1; bias.len()]);
        layer.with(weights, bias, |cell| cell)
    });
    net.map_dense(|index, mut dense| {
        dense.connection = dense.connection.map_linear(|linear| {
            let [inputs, outputs] = linear.dims();
            linear.with_rows(&weights(index, 0, inputs * outputs), Some(&vec![0.1; outputs]))
        });
        dense
    })
}

fn weights(layer: usize, connection: usize, count: usize) -> Vec<f32> {
    numbers(count, [-0.4, 0.7], (layer * 7 + connection) as u64)
}

/// Spikes of every layer, membranes of the last, and the weights' gradients of the sum of both.
fn outcome(net: &SpikingNet, x: &Tensor<3>) -> (Vec<Vec<f32>>, Vec<f32>, Vec<Vec<f32>>) {
    let pass = net.run(x.clone().into(), Record::All).unwrap();
    let grads = (pass.spike_counts.sum() + pass.membrane_acc.clone().sum()).backward();
    let spikes = pass.layers.iter().map(|layer| plain(layer.spikes.clone())).collect();
    let of = |weight: Tensor<2>| plain(weight.grad(&grads).unwrap());
    let dense = net.dense().map(|dense: &Dense| of(dense.connection.linear().values().0));
    let wires = net.populations().flat_map(|(_, layer): (_, &Population)| layer.wires());
    let found = dense.chain(wires.map(|wire| of(wire.values().0))).collect();
    (spikes, plain(pass.membrane_acc), found)
}

/// Holds two networks to each other; says whether all layers fired.
fn alike(net: &SpikingNet, other: &SpikingNet, x: &Tensor<3>) -> bool {
    let (own, other) = (outcome(net, x), outcome(other, x));
    assert_eq!(own.0, other.0, "spikes");
    assert!(distance(&own.1, &other.1) < 1e-4, "membranes");
    assert_eq!(own.2.len(), other.2.len());
    for (own, other) in own.2.iter().zip(&other.2) {
        assert!(distance(own, other) < 1e-4, "{own:?} for {other:?}");
    }
    own.0.iter().all(|layer| layer.contains(&1.0))
}

/// Of each cell, those with two currents a neuron or weights of their own among them.
#[test]
fn one_dense_connection_beside_nothing_is_a_dense_layer() {
    let mut silent = Vec::new();
    for cell in CellConfig::all() {
        for device in devices() {
            let device = device.clone().autodiff();
            let layers = vec![flat(9, &cell), flat(4, &cell)];
            let dense = SpikingNetConfig::flat(7, layers.clone());
            let spec = crate::ScConfig::default().shapes(dense.input, &layers).unwrap();
            let wired = dense.wired(spec, 1, &device).unwrap();
            let wired = wired.map_populations(|index, layer| {
                let count = layer.wires()[0].rows().len();
                let bias = Some(vec![0.1; layer.bias().unwrap().len()]);
                layer.with(|_| (Some(weights(index, 0, count)), None), bias, |cell| cell)
            });
            let x = input([STEPS, BATCH, 7], &device.clone().inner());
            check(&wired, BATCH, &[9, 4], &device.clone().inner());
            if !alike(&strong(&dense, &device), &wired, &x) {
                silent.push(cell.name());
            }
        }
    }
    assert!(silent.len() <= 2 * devices().len(), "{silent:?} never fire");
}

/// Weights from a layer's spikes to its next step are those of the recurrent cell.
#[test]
fn a_recurrence_is_the_recurrent_cell() {
    let lif = CellConfig::Lif(LifConfig::default());
    let cell = CellConfig::RecurrentLif(RecurrentLifConfig::default());
    for device in devices() {
        let device = device.clone().autodiff();
        let heard = LayerConfig { connections: vec![own(Pattern::AllToAll)], ..flat(8, &lif) };
        let wired = strong(&SpikingNetConfig::flat(7, vec![heard, flat(4, &lif)]), &device);
        let with = SpikingNetConfig::flat(7, vec![flat(8, &cell), flat(4, &lif)]);
        let with = strong(&with, &device).map_dense(|index, mut dense| {
            if index == 0 {
                let Cell::RecurrentLif(cell) = dense.cell else { panic!("it is recurrent") };
                dense.cell = Cell::RecurrentLif(cell.with_weight(weights(0, 1, 64)));
            }
            dense
        });
        let x = input([STEPS, BATCH, 7], &device.clone().inner());
        let (own, other) = (outcome(&wired, &x), outcome(&with, &x));
        assert_eq!(own.0, other.0);
        // The recurrent weights' gradient is the cell's own there.
        let shared = [&own.2[0], &own.2[2]];
        for (own, other) in shared.into_iter().zip(&other.2) {
            assert!(distance(own, other) < 1e-4, "{own:?} for {other:?}");
        }
        assert!(own.2[1].iter().any(|grad| *grad != 0.0));
    }
}

/// Delays of whole steps are those of the layer whose delays are learnt between steps.
#[test]
fn delays_of_whole_steps_are_the_delay_layer_s() {
    let lif = CellConfig::Lif(LifConfig::default());
    for device in devices() {
        let device = device.clone().autodiff();
        let first = Some(Described::of(&Delay { longest: 3 }));
        let wired = SpikingNetConfig::flat(7, vec![LayerConfig { first, ..flat(4, &lif) }]);
        let late: Vec<f32> = (0..28).map(|at| (at % 4) as f32).collect();
        let wired = strong(&wired, &device).map_populations(|_, layer| {
            layer.with(|_| (None, Some(late.clone())), None, |cell| cell)
        });
        let delay = Some(DelayConfig { longest: 3, ..Default::default() });
        let dense = SpikingNetConfig::flat(7, vec![LayerConfig { delay, ..flat(4, &lif) }]);
        let dense = strong(&dense, &device).map_dense(|_, mut dense| {
            let crate::network::Connection::Delay(delay) = dense.connection else { panic!() };
            let turned = crate::network::transposed(&late, 4, 7);
            dense.connection = crate::network::Connection::Delay(delay.with_delays(turned));
            dense
        });
        assert!(alike(&wired, &dense, &input([STEPS, BATCH, 7], &device.clone().inner())));
    }
}

/// A convolution and the pool behind it are a block, whose units lie channel by channel.
#[test]
fn a_convolution_and_an_average_are_a_block() {
    let volume = Volume { channels: 1, height: 9, width: 8 };
    let conv = Conv { padding: [1, 1], ..Conv::new(3, [3, 3]) };
    let pool = Pool { kernel: [2, 2], stride: None, reduce: Reduce::Average };
    let lif = CellConfig::default();
    let layers = vec![first(Described::of(&conv)), first(Described::of(&pool)), flat(4, &lif)];
    let wired = SpikingNetConfig { input: volume, ..SpikingNetConfig::flat(1, layers) };
    let block = ConvConfig { channels: 3, kernel: 3, padding: 1, pool: 2, ..Default::default() };
    let with = SpikingNetConfig {
        input: volume,
        blocks: vec![block],
        ..SpikingNetConfig::flat(1, vec![flat(4, &lif)])
    };
    for device in devices() {
        let device = device.clone().autodiff();
        let wired = strong(&wired, &device);
        let with = strong(&with, &device).map_blocks(|block: Block| {
            let cell = block.cell().clone();
            block.with(weights(0, 0, 27), vec![0.1; 3], cell)
        });
        let with = with.map_dense(|_, mut dense| {
            // From place by place to channel by channel: 4 x 4 places of 3 channels.
            let row = |row: &[f32]| {
                let at = |unit: usize| row[unit % 16 * 3 + unit / 16];
                (0..48).map(at).collect::<Vec<f32>>()
            };
            let rows: Vec<f32> = weights(2, 0, 4 * 48).chunks(48).flat_map(row).collect();
            let bias = [0.1; 4];
            dense.connection = dense.connection.map_linear(|l| l.with_rows(&rows, Some(&bias)));
            dense
        });
        let x = input([STEPS, BATCH, 72], &device.clone().inner());
        let (own, other) = (outcome(&wired, &x), outcome(&with, &x));
        assert!(own.0.iter().all(|layer| layer.contains(&1.0)), "a layer never fires");
        assert_eq!(own.0[1], other.0[1]);
        assert!(distance(&own.1, &other.1) < 1e-4);
        let kernels = |net: &SpikingNet| {
            let counts = net.run(x.clone().into(), Record::Sums).unwrap().spike_counts;
            (net.clone(), counts.sum().backward())
        };
        let ((wired, own), (with, other)) = (kernels(&wired), kernels(&with));
        let (_, layer) = wired.populations().next().unwrap();
        let own = plain(layer.wires()[0].values().0.grad(&own).unwrap());
        let block = with.blocks().next().unwrap().params().0.val();
        let other = plain(block.grad(&other).unwrap());
        let turned = crate::network::transposed(&other, 3, 9);
        assert!(distance(&own, &turned) < 1e-4, "{own:?} for {turned:?}");
    }
}

/// Strides, groups, pools, skips and recurrences of one layer, of neurons with one current or two.
#[test]
fn layers_of_every_kind_run_together_in_float() {
    let alpha = CellConfig::Alpha(AlphaConfig::default());
    let conv = Conv { stride: [2, 2], padding: [1, 1], ..Conv::new(4, [3, 3]) };
    let same = Conv { padding: [1, 1], groups: 2, ..Conv::new(4, [3, 3]) };
    let max = Pool { kernel: [2, 2], stride: Some([1, 1]), reduce: Reduce::Max };
    let skip = ConnectionSpec { of: Described::of(&Skip {}), from: Some(0) };
    let layers = vec![
        LayerConfig { connections: vec![own(Pattern::OneToOne)], ..first(Described::of(&conv)) },
        LayerConfig { connections: vec![skip], ..first(Described::of(&same)) },
        first(Described::of(&max)),
        LayerConfig { connections: vec![own(Pattern::AllToAll)], ..flat(6, &alpha) },
        flat(3, &CellConfig::default()),
    ];
    let input = Volume { channels: 1, height: 8, width: 8 };
    let config = SpikingNetConfig { input, ..SpikingNetConfig::flat(1, layers) };
    for device in devices() {
        let net = strong(&config, &device.clone().autodiff());
        check(&net, 3, &[64, 64, 6, 3], &device);
        let x = super::input([STEPS, BATCH, 64], &device);
        let (spikes, _, grads) = outcome(&net, &x);
        assert!(spikes[..3].iter().all(|layer| layer.contains(&1.0)), "a layer never fires");
        assert!(grads.iter().all(|of| of.iter().any(|grad| *grad != 0.0)), "{grads:?}");
        let text = net.summary().to_string();
        assert!(text.contains("conv + recurrent -> 4 x 4 x 4"), "{text}");
        check_refusals(&net);
    }
}

#[test]
fn blocks_and_delays_in_float_stand_beside_dense_layers_alone() {
    let lif = CellConfig::default();
    let heard = LayerConfig { connections: vec![own(Pattern::AllToAll)], ..flat(8, &lif) };
    let late = LayerConfig { delay: Some(DelayConfig::default()), ..flat(4, &lif) };
    let delayed = SpikingNetConfig::flat(7, vec![heard.clone(), late]);
    let input = Volume { channels: 1, height: 8, width: 8 };
    let blocks = vec![ConvConfig { channels: 2, kernel: 3, ..Default::default() }];
    let blocked = SpikingNetConfig { input, blocks, ..SpikingNetConfig::flat(7, vec![heard]) };
    for config in [delayed, blocked] {
        let error = config.init(1, &Device::flex()).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option");
        assert!(error.to_string().contains("connections beside blocks, `delay`"), "{error}");
    }
}
