//! The files are what the code makes, and the networks in them have every option.

use super::*;
use spikestream::hardware::{On, ensure_buildable_on};
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::{Generator, Net, Phase, Reset};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn nets() -> Vec<Net> {
    cases().map(Case::net).collect()
}

/// Whoever changes a number of the contract changes a file: `cargo xtask vectors` writes them anew.
#[test]
fn the_files_are_what_the_code_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FOLDER);
    let made = files();
    let found: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let names: BTreeSet<String> = made.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(found, names);
    for (name, text) in &made {
        assert!(*text == std::fs::read_to_string(folder.join(name)).unwrap(), "{name} is another");
    }
    let bytes: usize = made.iter().map(|(_, text)| text.len()).sum();
    assert!(bytes < 300_000, "{bytes} bytes");
}

#[test]
fn every_network_is_one_and_every_board_can_carry_its_own() {
    for (case, net) in cases().zip(nets()) {
        net.check().unwrap();
        for &(lanes, schedule) in case.boards {
            ensure_buildable_on(&net.spec, On::of(schedule, lanes)).unwrap();
        }
        let is_taken = ensure_buildable_on(&net.spec, On::planes(128)).is_ok();
        assert_eq!(is_taken, !case.boards.is_empty(), "{}", case.name);
    }
}

/// The values that some number has in the networks.
fn values<T: Ord>(number: impl Fn(&Net) -> T) -> BTreeSet<T> {
    nets().iter().map(number).collect()
}

#[test]
fn together_they_have_every_option() {
    for generator in spikestream::spec::Generator::ALL {
        let encodes = |n: &Net| n.spec.encoder.generator == generator;
        assert!(values(encodes).contains(&true), "{generator:?} encodes");
        let whole = |n: &Net| n.spec.stream.generator == generator && n.spec.stream.is_full();
        let cut = |n: &Net| n.spec.stream.generator == generator && !n.spec.stream.is_full();
        assert!(values(cut).contains(&true), "{generator:?} is cut short");
        let matters_whole = [Generator::Ruler, Generator::Lfsr, Generator::Sobol];
        assert!(values(whole).contains(&true) || !matters_whole.contains(&generator));
    }
    for phase in [Phase::Restart, Phase::RunOn] {
        assert!(
            values(|n| n.spec.stream.phase == phase && !n.spec.stream.is_full()).contains(&true)
        );
    }
    for reset in [Reset::Subtract, Reset::Zero] {
        assert!(values(|n| n.spec.neuron.reset == reset).contains(&true));
    }
    assert!(values(|n| n.spec.time.steps).is_superset(&[1, 2, 256].into()));
    assert!(values(|n| n.spec.stream.bits).is_superset(&[1, 7].into()));
    assert!(values(|n| n.spec.stream.length).is_superset(&[1, 128].into()));
    assert!(values(|n| n.spec.neuron.membrane_bits).is_superset(&[8, 16, 24].into()));
    assert!(values(|n| n.spec.neuron.fraction_bits).is_superset(&[0, 8].into()));
    assert!(values(|n| n.spec.neuron.leak).is_superset(&[0, 1, 15].into()));
    assert!(values(|n| n.spec.neuron.refractory).is_superset(&[0, 1, 15].into()));
    assert!(values(|n| n.spec.neuron.noise_bits).is_superset(&[0, 8].into()));
    let every: BTreeSet<String> = [
        "given",
        "number",
        "add",
        "subtract",
        "multiply",
        "scale",
        "floor",
        "rest",
        "look-up",
        "saturate",
        "count-down",
        "known",
        "is-positive",
        "not",
        "both",
        "select",
    ]
    .map(String::from)
    .into();
    let operations = |n: &Net| -> BTreeSet<String> {
        let steps = n.spec.neurons.values().map(|cell| cell.step().unwrap().listing());
        let lines = steps.flat_map(|text| text.lines().map(String::from).collect::<Vec<_>>());
        lines
            .filter_map(|line| Some(line.strip_prefix('%')?.split(' ').nth(2)?.to_owned()))
            .collect()
    };
    let seen: BTreeSet<String> = nets().iter().flat_map(operations).collect();
    assert_eq!(seen, every);
    assert!(values(|n| n.layers.len()).is_superset(&[1, 2, 3, 8].into()));
    assert!(values(|n| n.spec.classes()).is_superset(&[1, 256].into()));
    let boards: Vec<_> = cases().flat_map(|case| case.boards).copied().collect();
    let lanes = |events: bool| {
        let of = boards.iter().filter(move |(_, s)| (*s == Schedule::Events) == events);
        of.map(|(lanes, _)| *lanes).collect::<BTreeSet<usize>>()
    };
    assert_eq!(lanes(false), spikestream::hardware::LANES.into());
    assert!(lanes(true).is_superset(&[4, 8, 12].into()));
}

/// What is seen of the networks in their images.
#[derive(Default)]
struct Seen {
    /// Whether a neuron of a layer has spiked, or has not.
    fired: BTreeSet<(&'static str, usize, bool)>,
    /// Membranes at an end: their bits, and whether it is the lower one.
    ends: BTreeSet<(u32, bool)>,
    /// A membrane at its threshold, which is no spike.
    at_threshold: bool,
    /// What rests of a neuron's rest while its inputs are not silent.
    rests: BTreeSet<u32>,
}

impl Seen {
    fn look(&mut self, case: &Case, net: &Net) {
        let n = &net.spec.neuron;
        let end = 1 << (n.membrane_bits - 1);
        for (_, pixels) in case.images(net) {
            let mut rests = BTreeMap::new();
            Golden::new(net, Schedule::Planes).infer_observed(&pixels, |update| {
                let rest = rests.entry((update.layer, update.neuron)).or_insert(0_u32);
                if update.current != 0 {
                    self.rests.insert(*rest);
                }
                *rest = if update.fired { n.refractory } else { rest.saturating_sub(1) };
                self.fired.insert((case.name, update.layer, update.fired));
                if [-end, end - 1].contains(&update.membrane) {
                    self.ends.insert((n.membrane_bits, update.membrane < 0));
                }
                let is_lif = net.spec.cell(update.layer).is_none();
                let threshold = net.spec.layers[update.layer].threshold << n.fraction_bits;
                self.at_threshold |= is_lif && !update.fired && update.membrane == threshold;
            });
        }
    }
}

/// A limit that no value reaches shows nothing.
#[test]
fn what_a_network_is_there_for_happens_in_it() {
    let mut seen = Seen::default();
    let mut missing = Vec::new();
    for (case, net) in cases().zip(nets()) {
        seen.look(case, &net);
        let expected = (0..net.layers.len()).filter(|l| net.spec.layers[*l].threshold != 0);
        let expected = expected.flat_map(|l| [(case.name, l, true), (case.name, l, false)]);
        missing.extend(expected.filter(|expected| !seen.fired.contains(expected)));
    }
    // Its threshold is the upper end of its membranes.
    assert_eq!(missing, [("saturation", 1, true)], "network, layer, whether it spikes");
    assert!(seen.ends.is_superset(&[(8, false), (8, true), (24, true)].into()), "{:?}", seen.ends);
    assert!(seen.at_threshold, "no membrane stops at its threshold");
    assert!(seen.rests.is_superset(&[1, 2].into()), "{:?}", seen.rests);
}
