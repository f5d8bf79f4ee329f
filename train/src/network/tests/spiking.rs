//! The fully connected network.

use super::*;
use crate::{
    CellConfig, DelayConfig, LayerConfig, LifConfig, SpikingNet, SpikingNetConfig, Surrogate,
};

fn all_parameters(net: &SpikingNet) -> Vec<u32> {
    let floats = net.to_floats();
    let numbers = floats.iter().flat_map(|l| l.weights.iter().chain(&l.biases));
    numbers.map(|w| w.to_bits()).collect()
}

#[test]
fn every_cell_runs_in_a_network_and_its_recordings_add_up() {
    for cell in CellConfig::all() {
        let config = SpikingNetConfig::of(7, &[9, 4], &cell);
        for device in devices() {
            check(&config.init(1, &device).unwrap(), 5, &[9, 4], &device);
            check(&config.init(1, &device.clone().autodiff()).unwrap(), 1, &[9, 4], &device);
        }
    }
}

#[test]
fn layers_of_different_cells_with_delays_and_recurrence_run_together() {
    let layer = |neurons, cell| LayerConfig { neurons, cell, ..Default::default() };
    let all = CellConfig::all();
    let delay = Some(DelayConfig { longest: 3, begin: 1.5, learn: true });
    let layers = vec![
        LayerConfig { delay: delay.clone(), ..layer(8, all[9].clone()) },
        LayerConfig { bias: false, ..layer(6, all[7].clone()) },
        LayerConfig { delay, ..layer(5, all[0].clone()) },
        layer(3, all[9].clone()),
    ];
    let config = SpikingNetConfig::flat(7, layers);
    for device in devices() {
        let net = config.init(1, &device.clone().autodiff()).unwrap();
        check(&net, 4, &[8, 6, 5, 3], &device);
        let summary = net.summary();
        let parameters: Vec<usize> = summary.layers.iter().map(|l| l.parameters).collect();
        // Weights, biases, delays, recurrent weights; of the alpha cell a weight a synapse, no bias.
        assert_eq!(parameters, [7 * 8 + 8 + 7 * 8 + 64, 8 * 6, 6 * 5 + 5 + 6 * 5, 15 + 3 + 9]);
    }
}

#[test]
fn images_of_a_batch_do_not_touch_each_other() {
    let delay = Some(DelayConfig::default());
    for cell in CellConfig::all() {
        let mut config = SpikingNetConfig::of(7, &[9, 4], &cell);
        config.layers[1].delay = delay.clone();
        for device in devices() {
            let net = config.init(1, &device).unwrap();
            let x = input([6, 5, 7], &device);
            let all = net.run(x.clone().into(), Record::Sums).unwrap();
            for image in 0..5 {
                let one = net.run(x.clone().narrow(1, image, 1).into(), Record::Sums).unwrap();
                let counts = all.spike_counts.clone().narrow(0, image, 1);
                assert_eq!(to_vec(one.spike_counts), to_vec(counts), "{}", cell.name());
            }
        }
    }
}

#[test]
fn a_seed_gives_the_same_parameters_on_every_backend() {
    let config = SpikingNetConfig::new(7, 9, 4, 2);
    let bits = |seed, device: &Device| all_parameters(&config.init(seed, device).unwrap());
    let first = bits(1, &Device::flex());
    for device in devices() {
        assert_eq!(bits(1, &device), first);
        assert_eq!(bits(1, &device.clone().autodiff()), first);
        assert_ne!(bits(2, &device), first);
    }
}

#[test]
fn the_summary_counts_what_the_formula_gives() {
    let mut config = SpikingNetConfig::new(64, 128, 10, 2);
    let weights = 64 * 128 + 128 + 128 * 128 + 128 + 1280 + 10;
    let net = config.init(1, &Device::flex()).unwrap();
    assert_eq!(net.summary().parameters, weights);
    for layer in &mut config.layers {
        let cell = LifConfig { learn_beta: true, learn_threshold: true, ..Default::default() };
        layer.cell = CellConfig::Lif(cell);
    }
    let summary = config.init(1, &Device::flex()).unwrap().summary();
    assert_eq!(summary.parameters, weights + 6);
    assert_eq!(summary.layers.iter().map(|l| l.parameters).sum::<usize>(), weights + 6);
    let text = summary.to_string();
    assert!(text.contains("linear 64 -> 128") && text.contains(&(weights + 6).to_string()));
}

#[test]
fn every_parameter_gets_a_gradient() {
    let cell = LifConfig { learn_beta: true, learn_threshold: true, ..Default::default() };
    let config = SpikingNetConfig::of(7, &[9, 4], &CellConfig::Lif(cell))
        .with_surrogate(Surrogate::Sigmoid(2.0));
    for device in devices() {
        let net = config.init(1, &device.clone().autodiff()).unwrap();
        let (counts, membranes) = net.forward(input([6, 5, 7], &device)).unwrap();
        let grads = (counts.sum() + membranes.sum()).backward();
        for layer in net.dense() {
            let (weight, bias) = layer.connection.linear().values();
            let weight = to_vec(weight.grad(&grads).unwrap());
            let bias = to_vec(bias.grad(&grads).unwrap());
            let (beta, threshold) = layer.cell.membrane().constants();
            let constants = [beta, threshold].map(|c| c.raw().unwrap().val().grad(&grads).unwrap());
            for grad in [weight, bias].into_iter().chain(constants.map(to_vec)) {
                assert!(grad.iter().all(|g| g.is_finite()) && grad.iter().any(|g| *g != 0.0));
            }
        }
    }
}

#[test]
fn what_cannot_be_run_is_refused() {
    check_refusals(&SpikingNetConfig::new(7, 9, 4, 1).init(1, &Device::flex()).unwrap());
    for (inputs, widths) in [(0, vec![3]), (3, vec![0]), (3, vec![4, 0, 2]), (3, vec![])] {
        let config = SpikingNetConfig::of(inputs, &widths, &CellConfig::default());
        let error = config.init(1, &Device::flex()).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option", "{inputs} {widths:?}");
    }
}
