//! The convolutional network.

use super::*;
use crate::{
    CellConfig, ConvConfig, LayerConfig, LifConfig, Neurons, SpikingNet, SpikingNetConfig,
};
use spikestream::layer::kinds::Volume;

fn of(shape: [usize; 3], blocks: &[ConvConfig], widths: &[usize]) -> SpikingNetConfig {
    let layer = |&neurons: &usize| LayerConfig { neurons, ..Default::default() };
    let [channels, height, width] = shape;
    SpikingNetConfig {
        input: Volume { channels, height, width },
        blocks: blocks.to_vec(),
        layers: widths.iter().map(layer).collect(),
        sc: None,
    }
}

fn net(shape: [usize; 3], blocks: &[ConvConfig], device: &Device) -> SpikingNet {
    of(shape, blocks, &[6, 3]).init(1, device).unwrap()
}

fn block(channels: usize, kernel: usize, padding: usize, pool: usize) -> ConvConfig {
    ConvConfig { channels, kernel, padding, pool, ..Default::default() }
}

#[test]
fn any_image_kernel_padding_and_pool_fits() {
    for (shape, blocks) in [
        ([1, 8, 8], vec![block(3, 3, 0, 2)]),
        ([3, 9, 7], vec![block(2, 3, 1, 2), block(4, 2, 0, 1)]),
        ([2, 5, 11], vec![block(3, 4, 2, 3)]),
        ([1, 1, 1], vec![block(1, 1, 0, 1)]),
        ([1, 4, 6], vec![]),
    ] {
        for device in devices() {
            let net = net(shape, &blocks, &device.clone().autodiff());
            let mut widths: Vec<usize> = net.blocks().map(|b| b.cell().neurons()).collect();
            let [mut height, mut width] = [shape[1], shape[2]];
            for (block, neurons) in blocks.iter().zip(&widths) {
                [height, width] = [height, width].map(|n| n + 2 * block.padding + 1 - block.kernel);
                assert_eq!(*neurons, block.channels * height * width);
                [height, width] = [height / block.pool, width / block.pool];
            }
            widths.extend([6, 3]);
            assert_eq!(net.inputs(), shape.iter().product::<usize>());
            check(&net, 2, &widths, &device);
        }
    }
}

/// One block written out: convolution, leak, spike, reset, and the average of each square.
#[test]
fn a_block_is_convolution_neurons_and_average() {
    let (steps, [channels, height, width], pool) = (4, [2, 6, 5], 2);
    for device in devices() {
        let net = net([channels, height, width], &[block(3, 3, 1, pool)], &device);
        let (weight, bias) = net.blocks().next().unwrap().params();
        let (weight, bias) = (to_vec(weight.val()), to_vec(bias.val()));
        let x = input([steps, 1, channels * height * width], &device);
        let pass = net.run(x.clone().into(), Record::All).unwrap();
        let (x, found) = (to_vec(x), to_vec(pass.layers[0].membranes.clone().unwrap()));
        let neurons = 3 * height * width;
        let mut membranes = vec![0.0_f32; neurons];
        for t in 0..steps {
            for (k, v) in membranes.iter_mut().enumerate() {
                let (out, row, column) = (k / (height * width), k / width % height, k % width);
                let mut sum = bias[out];
                for (c, i, j) in (0..channels)
                    .flat_map(|c| (0..3).flat_map(move |i| (0..3).map(move |j| (c, i, j))))
                {
                    let (r, s) = ((row + i).wrapping_sub(1), (column + j).wrapping_sub(1));
                    if r < height && s < width {
                        sum += weight[((out * channels + c) * 3 + i) * 3 + j]
                            * x[((t * channels + c) * height + r) * width + s];
                    }
                }
                *v = 0.9 * *v + sum;
                if *v > 1.0 {
                    *v -= 1.0;
                }
                assert!((found[t * neurons + k] - *v).abs() < 1e-5, "step {t}, neuron {k}");
            }
        }
    }
}

#[test]
fn the_page_s_network_has_its_parameters() {
    let mut config = SpikingNetConfig::conv(Volume { channels: 1, height: 28, width: 28 }, 10);
    let lif = LifConfig { learn_beta: true, learn_threshold: true, ..Default::default() };
    for block in &mut config.blocks {
        block.cell = CellConfig::Lif(lif.clone());
    }
    for layer in &mut config.layers {
        layer.cell = CellConfig::Lif(lif.clone());
    }
    let summary = config.init(1, &Device::flex()).unwrap().summary();
    assert_eq!(summary.parameters, 184_594);
    assert_eq!(summary.layers.iter().map(|l| l.parameters).sum::<usize>(), 184_594);
    assert!(summary.layers[0].connection.starts_with("conv 5x5 1 -> 32"));
}

#[test]
fn a_seed_gives_the_same_kernels_on_every_backend() {
    let kernels = |device: &Device| {
        let net = net([1, 8, 8], &[block(3, 3, 0, 2)], device);
        to_vec(net.blocks().next().unwrap().params().0.val())
    };
    for device in devices() {
        assert_eq!(kernels(&device), kernels(&Device::flex()));
    }
}

#[test]
fn what_cannot_be_is_refused() {
    check_refusals(&net([1, 5, 6], &[block(2, 3, 0, 2)], &Device::flex()));
    let refused = |shape, bad: ConvConfig, field: &str| {
        let error = of(shape, &[bad], &[128]).init(1, &Device::flex()).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option");
        assert!(error.to_string().contains(field), "{error} says nothing of {field}");
    };
    refused([1, 8, 5], block(2, 6, 0, 1), "blocks[0].kernel");
    refused([1, 8, 5], block(2, 0, 0, 1), "blocks[0].kernel");
    refused([1, 8, 5], block(2, 3, 0, 4), "blocks[0].pool");
    refused([1, 8, 5], block(2, 3, 0, 0), "blocks[0].pool");
    refused([1, 8, 5], block(0, 3, 0, 1), "blocks[0].channels");
    for shape in [[0, 8, 8], [1, 0, 8], [1, 8, 0]] {
        refused(shape, block(2, 3, 2, 1), "blocks[0].input");
    }
    for cell in [&CellConfig::all()[7], &CellConfig::all()[9]] {
        let cell = (*cell).clone();
        refused([1, 8, 8], ConvConfig { cell, ..block(2, 3, 0, 1) }, "blocks[0].cell");
    }
}
