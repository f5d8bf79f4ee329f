//! Composed nets against the golden model and against each other.

use super::*;
use crate::data;
use crate::sc::lab::accumulations::ACCUMULATIONS;
use crate::sc::lab::codings::CODINGS;
use crate::sc::lab::generators::Pair;
use crate::sc::network::{Golden, Schedule};
use crate::spec::example;
use std::path::Path;

fn shipped(name: &str) -> Net {
    Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nets").join(name)).unwrap()
}

fn setting(names: [&str; 4], length: usize) -> Setting {
    let [coding, generators, accumulation, heard] = names;
    Setting::named(coding, generators, accumulation, heard, length).unwrap()
}

/// The engine's own setting: every class is that of the golden model, with every exact generator.
#[test]
fn sign_and_magnitude_on_spikes_is_the_golden_model() {
    let test = data::digits().test;
    for name in ["digits", "digits-tiny"] {
        let net = shipped(name);
        let golden = Golden::new(&net, Schedule::Planes);
        let exactly = Composed::exactly(&net, Heard::Spikes).unwrap();
        for pair in ["ruler", "van-der-corput", "sobol", "counter", "lfsr"] {
            let names = ["sign-magnitude", pair, "exact", "spikes"];
            let composed = Composed::new(&net, &setting(names, 64)).unwrap();
            for image in &test.images {
                let class = golden.infer(image).class;
                let classes = (composed.class(image), exactly.class(image));
                assert_eq!(classes, (class, class), "{pair}");
            }
        }
    }
}

/// Noise is drawn as the contract has it.
#[test]
fn noise_and_rests_are_those_of_the_golden_model() {
    let mut net = example(&[70, 65, 9]);
    (net.spec.neuron.noise_bits, net.spec.neuron.refractory) = (6, 1);
    let golden = Golden::new(&net, Schedule::Planes);
    let composed =
        Composed::new(&net, &setting(["sign-magnitude", "ruler", "exact", "spikes"], 16)).unwrap();
    let mut random = crate::random::Random::new(2);
    let mut classes = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let image: Vec<u8> = (0..70).map(|_| random.below(256) as u8).collect();
        let class = golden.infer(&image).class;
        assert_eq!(composed.class(&image), class);
        classes.insert(class);
    }
    assert!(classes.len() > 2, "{classes:?}");
}

/// What the page's coding comes to, what brings it back, and what one sequence for both operands does.
#[test]
fn the_digits_collapse_as_on_the_page_and_come_back() {
    let (net, test) = (shipped("digits"), data::digits().test);
    let right =
        |names, length| Composed::new(&net, &setting(names, length)).unwrap().right(&test).unwrap();
    let exact = Composed::exactly(&net, Heard::Streams).unwrap().right(&test).unwrap();
    assert!(exact >= 350, "{exact}");
    for pair in ["page-lfsr", "random", "van-der-corput/counter"] {
        let page = right(["unipolar-page", pair, "exact", "streams"], 1024);
        assert!((18..=72).contains(&page), "{pair}: {page} of 360");
    }
    for coding in ["unipolar", "bipolar", "sign-magnitude"] {
        let good = right([coding, "van-der-corput/counter", "exact", "streams"], 1024);
        assert!(good >= 346, "{coding}: {good} of 360");
        let shared = right([coding, "counter", "exact", "streams"], 1024);
        assert!(shared < good, "{coding}: {shared} and {good}");
    }
    let sum = right(["sign-magnitude", "random", "exact", "streams"], 1024);
    let or = right(["sign-magnitude", "random", "or", "streams"], 1024);
    let mux = right(["sign-magnitude", "random", "mux", "streams"], 1024);
    assert!(or < sum && mux < sum, "{or}, {mux} and {sum}");
}

/// Every setting that makes sense runs, and gives a class for each image.
#[test]
fn every_setting_runs() {
    let net = shipped("digits-tiny");
    let test = data::digits().test;
    let few = Split { images: test.images[..8].to_vec(), labels: test.labels[..8].to_vec() };
    let mut run = 0;
    for coding in CODINGS {
        for generators in Pair::all() {
            for accumulation in ACCUMULATIONS {
                for heard in [Heard::Streams, Heard::Spikes] {
                    let setting = Setting { coding, generators, accumulation, heard, length: 16 };
                    if setting.check().is_ok() {
                        assert!(Composed::new(&net, &setting).unwrap().right(&few).unwrap() <= 8);
                        run += 1;
                    }
                }
            }
        }
    }
    assert_eq!(run, 9 * 2 * (4 * 3 - 2));
}

#[test]
fn what_is_not_composed_is_refused_by_name() {
    let setting = setting(["sign-magnitude", "ruler", "exact", "spikes"], 16);
    for (name, what) in [
        ("mnist-conv-sc", "layer 0 is of kind conv"),
        ("digits-recurrent", "layer 0 hears further connections"),
        ("digits-delay", "layer 1 is of kind delay"),
    ] {
        let error = Composed::new(&shipped(name), &setting).unwrap_err();
        assert_eq!(error.code(), "spikestream::sc::layer");
        assert!(error.to_string().starts_with(what), "{error}");
    }
    let net = shipped("digits");
    let split = Split { images: vec![vec![0; 3]], labels: vec![0] };
    let error = Composed::new(&net, &setting).unwrap().right(&split).unwrap_err();
    assert_eq!(error.code(), "spikestream::net::shape");
}
