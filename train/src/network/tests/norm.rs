//! Batch normalisation: what it makes of currents, what it keeps of batches, and layers that have it folded in.

use super::*;
use crate::network::{Dense, Norm};
use crate::testing::{distance, numbers};
use crate::{
    AlphaConfig, CellConfig, ConvConfig, FloatWeights, LayerConfig, ScConfig, SpikingNet,
    SpikingNetConfig,
};
use burn::module::Module;
use spikestream::layer::kinds::Volume;

const SHAPE: [usize; 3] = [6, 3, 5];

fn currents(seed: u64, device: &Device) -> Tensor<3> {
    tensor(&numbers(SHAPE.iter().product(), [-1.0, 3.0], seed), SHAPE, device)
}

/// The numbers of each channel.
fn by_channel(x: &[f32]) -> Vec<Vec<f32>> {
    let [_, channels, places] = SHAPE;
    let of = |channel| {
        let rows = x.chunks(channels * places);
        rows.flat_map(|row| row[channel * places..][..places].to_vec()).collect()
    };
    (0..channels).map(of).collect()
}

fn mean(x: &[f32]) -> f32 {
    x.iter().sum::<f32>() / x.len() as f32
}

fn variance(x: &[f32]) -> f32 {
    let mean = mean(x);
    x.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / x.len() as f32
}

#[test]
fn currents_of_a_batch_have_the_mean_and_the_variance_that_are_learnt() {
    for device in devices() {
        let norm = Norm::new(3, &device.clone().autodiff());
        let scales = [Some(vec![2.0, 0.5, 1.0]), Some(vec![0.0, 1.0, -1.0]), None, None];
        let norm = norm.with(scales);
        let x = currents(5, &device.clone().autodiff()).require_grad();
        let (found, batch) = norm.run(x.clone());
        for ((channel, scale), shift) in
            by_channel(&to_vec(found.clone())).iter().zip([2.0, 0.5, 1.0]).zip([0.0, 1.0, -1.0])
        {
            assert!((mean(channel) - shift).abs() < 1e-5, "{channel:?}");
            assert!((variance(channel).sqrt() - scale).abs() < 1e-4, "{channel:?}");
        }
        // The result is the same whatever is added to a channel, and nearly so whatever it is multiplied by.
        let weights = tensor(&numbers(SHAPE.iter().product(), [-1.0, 1.0], 6), SHAPE, &device);
        let grads = (found * weights).sum().backward();
        let slopes = by_channel(&to_vec(x.grad(&grads).unwrap()));
        for (slopes, x) in slopes.iter().zip(by_channel(&to_vec(x.clone().inner()))) {
            let along: f32 = slopes.iter().zip(&x).map(|(slope, x)| slope * x).sum();
            let sum = slopes.iter().sum::<f32>();
            assert!(sum.abs() < 1e-4 && along.abs() < 1e-3, "{sum} {along}");
            assert!(slopes.iter().any(|slope| slope.abs() > 1e-2));
        }
        let moved = norm.after(&batch.unwrap());
        let [_, _, means, variances] = moved.numbers();
        for (channel, own) in by_channel(&to_vec(x.inner())).iter().enumerate() {
            let sample = own.len() as f32 / (own.len() - 1) as f32;
            assert!((means[channel] - 0.1 * mean(own)).abs() < 1e-5);
            let expected = 0.9 + 0.1 * sample * variance(own);
            assert!((variances[channel] - expected).abs() < 1e-5);
        }
    }
}

/// A network with normalisations that have seen some batches.
fn learnt(device: &Device) -> SpikingNet {
    let layer = |neurons, norm| LayerConfig { neurons, norm, ..Default::default() };
    let block = ConvConfig { channels: 3, kernel: 3, norm: true, ..Default::default() };
    let config = SpikingNetConfig {
        input: Volume { channels: 1, height: 8, width: 8 },
        blocks: vec![block],
        ..SpikingNetConfig::flat(1, vec![layer(7, true), layer(3, false)])
    };
    let net = config.init(1, &device.clone().autodiff()).unwrap();
    let mut net = net.map_dense(|index, mut dense| {
        if index == 2 {
            let rows = numbers(7 * 3, [-0.5, 1.5], 3);
            dense.connection = dense.connection.map_linear(|l| l.with_rows(&rows, None));
        }
        dense
    });
    for seed in 0..60 {
        let x = tensor(&spikes(4 * 5 * 64, 0.4, seed), [4, 5, 64], device);
        let pass = net.run(x.into(), Record::Sums).unwrap();
        net = net.after(&pass);
    }
    net
}

/// In evaluation a block takes its weights with the normalisation in them, and so does what ships.
#[test]
fn a_layer_with_it_folded_in_gives_the_same() {
    for device in devices() {
        let net = learnt(&device).valid();
        assert!(net.summary().to_string().contains("1 -> 3, normalised"), "{}", net.summary());
        let plain = SpikingNetConfig {
            blocks: vec![ConvConfig { norm: false, ..net.config().blocks[0].clone() }],
            ..SpikingNetConfig::flat(
                1,
                [7, 3].map(|neurons| LayerConfig { neurons, ..Default::default() }).to_vec(),
            )
        };
        let plain = SpikingNetConfig { input: net.config().input, ..plain };
        let (weights, biases) = net.blocks().next().unwrap().floats();
        let mut floats = net.dense().map(Dense::floats);
        let plain = plain.init(1, &device).unwrap().map_blocks(|block| {
            let cell = block.cell().clone();
            block.with(weights.clone(), biases.clone(), cell)
        });
        let plain = plain.map_dense(|_, mut dense| {
            let float = floats.next().unwrap();
            let bias = Some(&float.biases[..]);
            dense.connection = dense.connection.map_linear(|l| l.with_rows(&float.weights, bias));
            dense
        });
        let x = tensor(&spikes(6 * 5 * 64, 0.4, 99), [6, 5, 64], &device);
        for record in [Record::Sums, Record::All] {
            let [own, other] = [&net, &plain].map(|net| net.run(x.clone().into(), record).unwrap());
            assert!(to_vec(own.spike_counts.clone()).iter().any(|count| *count > 0.0));
            assert!(distance(&to_vec(own.membrane_acc), &to_vec(other.membrane_acc)) < 1e-4);
            assert_eq!(to_vec(own.spike_counts), to_vec(other.spike_counts));
        }
        let [own, other] =
            [&net, &plain].map(|net| net.to_net(&ScConfig::default(), "net", 8).unwrap().0);
        assert_eq!(own.layers, other.layers);
    }
}

#[test]
fn files_have_the_running_numbers() {
    let net = learnt(&Device::flex());
    let bytes = net.to_safetensors(&Default::default()).unwrap();
    let other = net.config().init(9, &Device::flex().autodiff()).unwrap();
    let read = other.clone().with_safetensors(&bytes).unwrap();
    assert_eq!(read.to_safetensors(&Default::default()).unwrap(), bytes);
    let numbers = |net: &SpikingNet| net.dense().next().unwrap().norm.as_ref().unwrap().numbers();
    assert_eq!(numbers(&read), numbers(&net));
    assert_ne!(numbers(&other), numbers(&net));
}

#[test]
fn it_is_refused_where_it_cannot_stand() {
    let layer = |cell| LayerConfig { neurons: 3, norm: true, cell, ..Default::default() };
    let alpha = CellConfig::Alpha(AlphaConfig::default());
    let two = SpikingNetConfig::flat(4, vec![layer(alpha)]);
    let one = SpikingNetConfig::flat(4, vec![layer(CellConfig::default())]);
    for config in [two, SpikingNetConfig { sc: Some(ScConfig::default()), ..one }] {
        let error = config.init(1, &Device::flex()).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option");
        assert!(error.to_string().contains("layers[0].norm"), "{error}");
    }
}
