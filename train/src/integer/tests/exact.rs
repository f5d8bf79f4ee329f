//! The forward pass of SC-aware training is the golden model's, value for value.

use super::*;
use crate::testing::devices;
use crate::{AlifConfig, AlphaConfig};
use spikestream::spec::{Generator, Phase};

/// Both resets on every backend.
fn each(setting: &Setting, mut check: impl FnMut(&Setting, &Device)) {
    for device in devices() {
        for reset in [Reset::Subtract, Reset::Zero] {
            check(&Setting { reset, ..setting.clone() }, &device);
        }
    }
}

#[test]
fn the_forward_pass_is_exact_at_the_corners_of_the_spec() {
    let images = images(360);
    for (membrane_bits, fraction_bits, leak, bits, steps) in
        [(8, 2, 4, 7, 16), (24, 8, 1, 7, 4), (12, 0, 0, 1, 32), (16, 4, 15, 4, 1), (9, 5, 3, 2, 8)]
    {
        let sc = ScConfig { bits, membrane_bits, fraction_bits, ..Default::default() };
        let setting = Setting { sc, leak, ..Setting::new(&[64, 20, 10], steps) };
        each(&setting, |setting, device| {
            setting.assert_golden(&setting.init(device), &images, device);
        });
    }
}

#[test]
fn streams_cut_short_are_exact_restarted_and_running_on() {
    let images = images(60);
    for (bits, length, steps) in [(4, 5, 16), (4, 8, 16), (3, 6, 2), (7, 1, 32), (2, 3, 1)] {
        for phase in [Phase::Restart, Phase::RunOn] {
            let sc = ScConfig { bits, length, phase, ..Default::default() };
            let setting = Setting { sc, ..Setting::new(&[64, 20, 10], steps) };
            each(&setting, |setting, device| {
                setting.assert_golden(&setting.init(device), &images, device);
            });
        }
    }
}

#[test]
fn every_generator_of_weights_and_inputs_is_exact() {
    let images = images(60);
    let all = Generator::ALL;
    for (generator, encoder) in all.into_iter().zip(all.into_iter().cycle().skip(2)) {
        for (length, phase) in [(16, Phase::Restart), (3, Phase::Restart), (5, Phase::RunOn)] {
            let sc = ScConfig { generator, encoder, length, phase, ..Default::default() };
            let setting = Setting { sc, ..Setting::new(&[64, 20, 10], 8) };
            each(&setting, |setting, device| {
                setting.assert_golden(&setting.init(device), &images, device);
            });
        }
    }
}

#[test]
fn thresholds_other_than_1_are_folded() {
    let images = images(100);
    let setting =
        Setting { thresholds: vec![0.37, 2.5, 0.8], ..Setting::new(&[64, 20, 15, 10], 16) };
    each(&setting, |setting, device| {
        let model = setting.init(device);
        setting.assert_golden(&model, &images, device);
        let fired = setting.answers(&model, &images, device).iter().any(|o| o.counts != [0; 10]);
        assert!(fired, "nothing fires");
    });
}

#[test]
fn nets_of_integrate_and_fire_neurons_are_exact() {
    let setting = Setting { leak: 0, ..Setting::new(&[64, 20, 10], 16) };
    for device in devices() {
        let mut config = setting.config();
        for layer in &mut config.layers {
            layer.cell = CellConfig::If(Default::default());
        }
        let model = config.init(7, &device.clone().autodiff()).unwrap();
        setting.assert_golden(&model, &images(60), &device);
    }
}

#[test]
fn sums_beyond_24_bits_lose_no_bit_of_the_bias() {
    // Six hundred of the largest weights up, then as many down: on the way the sum leaves the whole
    // numbers that f32 has, in the end it is the bias.
    let (half, steps) = (600, 4);
    let sc = ScConfig { bits: 7, membrane_bits: 24, fraction_bits: 8, ..Default::default() };
    let setting = Setting { sc, leak: 1, ..Setting::new(&[2 * half, 3], steps) };
    for device in devices() {
        let model = setting.init(&device);
        let rows: Vec<f32> =
            (0..3).flat_map(|_| (0..2 * half).map(|i| if i < half { 1.0 } else { -1.0 })).collect();
        let bias = [0.4, -0.3, 0.1235];
        let model = model.map_dense(|_, mut layer| {
            layer.connection = layer.connection.map_linear(|l| l.with_rows(&rows, Some(&bias)));
            layer
        });
        let net = setting.net(&model);
        assert!(net.layers[0].biases.iter().any(|b| b % 2 != 0), "an odd bias");
        let mut part = vec![255; 2 * half];
        part[1000..].fill(0);
        setting.assert_golden(&model, &[vec![255; 2 * half], part], &device);
    }
}

#[test]
fn recordings_add_up_and_membranes_fit_their_bits() {
    let sc = ScConfig { membrane_bits: 8, fraction_bits: 2, ..Default::default() };
    let setting = Setting { sc, ..Setting::new(&[64, 20, 10], 8) };
    for device in devices() {
        let model = setting.init(&device);
        let spikes = setting.spikes(&images(20), &device);
        let sums = model.run(spikes.clone().into(), Record::Sums).unwrap();
        let all = model.run(spikes.into(), Record::All).unwrap();
        assert_eq!(to_vec(all.spike_counts), to_vec(sums.spike_counts.clone()));
        assert_eq!(to_vec(all.membrane_acc), to_vec(sums.membrane_acc));
        let counts = all.layers[1].spikes.clone().sum_dim(0);
        assert_eq!(to_vec(counts), to_vec(sums.spike_counts));
        for layer in all.layers {
            let membranes = to_vec(layer.membranes.unwrap());
            assert!(membranes.iter().all(|m| (-128.0..128.0).contains(m)));
        }
    }
}

#[test]
fn steps_that_the_hardware_has_not_are_refused() {
    let setting = Setting::new(&[64, 10], 8);
    let model = setting.init(&Device::flex());
    for steps in [3, 512] {
        let x = Tensor::zeros([steps, 1, 64], &Device::flex());
        let error = model.run(x.into(), Record::Sums).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option", "T = {steps}");
    }
}

#[test]
fn networks_without_an_integer_form_are_refused() {
    let refused = |change: &dyn Fn(&mut SpikingNetConfig), says: &str| {
        let mut config = Setting::new(&[4, 3, 2], 4).config();
        change(&mut config);
        let error = config.init(1, &Device::flex()).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::no-integers", "{error}");
        assert!(error.to_string().contains(says) && !error.remedy().is_empty(), "{error}");
    };
    let lif = |c: LifConfig| CellConfig::Lif(c);
    let recurrent = CellConfig::RecurrentLif(Default::default());
    refused(&|c| c.layers[1].cell = recurrent.clone(), "layer 1, the weights from spike to spike");
    let at_once = AlifConfig { rho: 0.0, ..Default::default() };
    refused(&|c| c.layers[0].cell = CellConfig::Alif(at_once.clone()), "rho = 0");
    refused(&|c| c.layers[0].delay = Some(Default::default()), "delays");
    let learnt = LifConfig { beta: 0.9375, learn_threshold: true, ..Default::default() };
    refused(&|c| c.layers[0].cell = lif(learnt.clone()), "learns");
    let learnt = AlphaConfig { learn_beta: true, ..Default::default() };
    refused(&|c| c.layers[0].cell = CellConfig::Alpha(learnt.clone()), "learns");
}
