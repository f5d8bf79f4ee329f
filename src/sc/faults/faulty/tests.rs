//! A net with faults is the golden model where there are none, and else the net that its memory has become.

use super::*;
use crate::data;
use crate::sc::faults::engines::ENGINES;
use crate::sc::faults::kinds::KINDS;
use crate::sc::network::{Golden, Schedule};
use crate::spec::{Phase, example, with_every_kind};

fn image(n: usize, seed: usize) -> Vec<u8> {
    (0..n).map(|i| ((i * 37 + seed * 101) % 256) as u8).collect()
}

/// Every value of an image.
fn seen(net: &Net, setting: Setting, at: usize) -> (Vec<Update>, Outcome) {
    let mut all = Vec::new();
    let faulty = Faulty::new(net, setting).unwrap();
    let outcome = faulty.infer_observed(at, &image(net.spec.inputs(), 3), |u| all.push(u));
    (all, outcome)
}

fn golden(net: &Net) -> (Vec<Update>, Outcome) {
    let mut all = Vec::new();
    let outcome = Golden::new(net, Schedule::Planes)
        .infer_observed(&image(net.spec.inputs(), 3), |u| all.push(u));
    (all, outcome)
}

fn setting(engine: &str, kind: &str, rate: f64) -> Setting {
    Setting::named(engine, kind, rate, 1).unwrap()
}

#[test]
fn without_a_hit_every_value_is_the_golden_model_s() {
    let mut net = example(&[70, 33, 9]);
    (net.spec.neuron.noise_bits, net.spec.neuron.refractory) = (4, 1);
    for (engine, kind) in ENGINES.iter().flat_map(|engine| KINDS.map(|kind| (*engine, kind))) {
        let setting = Setting { engine, kind, rate: 0.0, seed: 1, lanes: 32 };
        assert_eq!(seen(&net, setting, 0), golden(&net), "{} {}", engine.name(), kind.name());
    }
}

/// What is the same net to the golden model, whose planes know nothing of faults.
#[test]
fn flipped_weights_are_the_net_that_has_them() {
    let net = example(&[70, 33, 9]);
    for engine in ["stream", "planes"] {
        let setting = setting(engine, "weights", 0.02);
        let faulty = Faulty::new(&net, setting).unwrap();
        let mut flipped = net.clone();
        for (layer, of) in flipped.layers.iter_mut().enumerate() {
            of.weights = faulty.weights(layer).into_iter().map(|q| q as i8).collect();
        }
        let changed = |layer: usize| {
            let pairs = net.layers[layer].weights.iter().zip(&flipped.layers[layer].weights);
            pairs.filter(|(a, b)| a != b).count() as u64
        };
        let changed = changed(0) + changed(1);
        assert!(changed > 200 && changed <= faulty.hit(), "{changed} of {}", faulty.hit());
        assert_ne!(seen(&net, setting, 0), golden(&net));
        assert_eq!(seen(&net, setting, 0), golden(&flipped));
        // For good: another image has the same.
        assert_eq!(seen(&net, setting, 1), seen(&net, setting, 0));
    }
}

#[test]
fn every_kind_strikes_and_follows_from_its_seed() {
    let net = example(&[70, 33, 9]);
    for (engine, kind) in ENGINES.iter().flat_map(|engine| KINDS.map(|kind| (*engine, kind))) {
        let setting = Setting { engine, kind, rate: 0.5, seed: 1, lanes: 16 };
        let told = format!("{} {}", engine.name(), kind.name());
        assert_ne!(seen(&net, setting, 0), golden(&net), "{told}");
        assert_eq!(seen(&net, setting, 0), seen(&net, setting, 0), "{told}");
        assert_ne!(seen(&net, setting, 0), seen(&net, Setting { seed: 2, ..setting }, 0), "{told}");
        let passes = ["products", "membranes"].contains(&kind.name());
        assert_eq!(seen(&net, setting, 0) != seen(&net, setting, 1), passes, "{told}");
    }
}

/// Cores share the images; what comes of them is the same.
#[test]
fn a_tally_is_that_of_its_images_one_by_one() {
    let mut net = example(&[64, 12, 10]);
    net.spec.provenance.data = "digits".into();
    let test = data::digits().test;
    let test = Split { images: test.images[..30].to_vec(), labels: test.labels[..30].to_vec() };
    let setting = setting("binary", "products", 0.01);
    let faulty = Faulty::new(&net, setting).unwrap();
    let tally = faulty.right(&test).unwrap();
    let class = |at: usize| faulty.infer_observed(at, &test.images[at], |_| ()).class;
    let right = (0..30).filter(|at| class(*at) == usize::from(test.labels[*at])).count();
    assert_eq!(tally.right, right as u64);
    // 30 images, 16 steps, five bits of 888 products.
    let bits = f64::from(30 * 16 * 5 * (64 * 12 + 12 * 10));
    assert!((tally.hit as f64 - 0.01 * bits).abs() < 5.0 * (0.01 * bits).sqrt(), "{tally:?}");
}

#[test]
fn nets_that_no_engine_here_has_are_refused() {
    let told = |net: &Net| Faulty::new(net, setting("planes", "weights", 0.1)).unwrap_err().code();
    assert_eq!(told(&with_every_kind()), "spikestream::sc::layer");
    let mut net = example(&[5, 3]);
    (net.spec.stream.length, net.spec.stream.phase) = (4, Phase::Restart);
    assert_eq!(told(&net), "spikestream::sc::part");
}
