//! The work of an image, counted in the emitted Verilog under Verilator, is what the core says it is: cycles, words of
//! weights, additions, spikes, number by number, on every schedule.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::collections::BTreeMap;
use std::path::Path;

use spikestream::hardware::shape::Shape;
use spikestream::hardware::work::{Work, Works};
use spikestream::hardware::{On, Shortcuts};
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::{Net, example};
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::build::Builder;
use spikestream_sim::dut::Dut;
use spikestream_sim::verify::{Built, Driver, Observed, engine_source};
use wellen::SignalValueRef::BitVec;
use wellen::simple;

/// Layers of one, two and four groups, so that sums have bins and banks, and chunks that are not full.
fn net() -> Net {
    example(&[20, 25, 10, 3])
}

fn image(seed: usize) -> Vec<u8> {
    (0..20).map(|i| ((i * 37 + seed * 101) % 256) as u8).collect()
}

/// Signals of an engine, cycle by cycle.
struct Cycles {
    signals: BTreeMap<String, BTreeMap<u64, u64>>,
    count: u64,
}

impl Cycles {
    /// The outermost signals of these names.
    fn read(path: &Path, names: &[&str], count: u64) -> Self {
        let mut waves = simple::read(path).unwrap();
        let signals = names.iter().map(|name| ((*name).to_owned(), changes(&mut waves, name)));
        Self { signals: signals.collect(), count }
    }

    /// What these signals are in each cycle, while the clock is low.
    fn rows<const N: usize>(&self, names: [&str; N]) -> impl Iterator<Item = [u64; N]> {
        let signals = names.map(|name| &self.signals[name]);
        (0..self.count).map(move |cycle| {
            let at = |of: &BTreeMap<u64, u64>| of.range(..=2 * cycle).next_back().map(|(_, v)| *v);
            signals.map(|of| at(of).unwrap_or_default())
        })
    }
}

fn changes(waves: &mut simple::Waveform, name: &str) -> BTreeMap<u64, u64> {
    let hierarchy = waves.hierarchy();
    let named = hierarchy.all_vars().filter(|var| hierarchy[*var].name(hierarchy) == name);
    let outermost = named.min_by_key(|var| hierarchy[*var].full_name(hierarchy).len());
    let signal = hierarchy[outermost.unwrap_or_else(|| panic!("no signal {name}"))].signal_ref();
    waves.load_signals(&[signal]);
    let times = waves.time_table();
    let value = |(time, value): (u32, _)| match value {
        BitVec(bits) => {
            let text = bits.bit_string().replace(['x', 'X'], "0");
            (times[time as usize], u64::from_str_radix(&text, 2).unwrap())
        }
        other => panic!("{name} is {other:?}"),
    };
    waves.get_signal(signal).unwrap().iter_changes().map(value).collect()
}

/// An image through the engine: what it showed, and signals of it.
fn run(on: On, image: &[u8], names: &[&str]) -> (Observed, Cycles) {
    let options = Options {
        clock_hz: 12_000_000,
        baud: 1_000_000,
        lanes: on.lanes,
        schedule: on.schedule,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low: true,
        button_active_low: true,
    };
    let net = net();
    let built = Built::emit(&net, &options).unwrap();
    let folder = format!("work-{}", on.schedule.name());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let builder = Builder::locate(&folder.join("models")).unwrap();
    let mut engine = builder.model(&engine_source(&built.verilog), true).unwrap();
    let trace = folder.join("image.vcd");
    let end = built.max_cycles();
    engine.trace(&trace, 0, end).unwrap();
    let driver = Driver::new(&engine).unwrap();
    let seen = driver.infer(&mut engine, &net, image, end).unwrap();
    let rest = (end + 1).saturating_sub(engine.cycle());
    engine.run(rest).unwrap();
    (seen, Cycles::read(&trace, names, end))
}

fn expected(on: On, image: &[u8]) -> Work {
    let net = net();
    Works::of(&net, on).infer(&Golden::new(&net, Schedule::Planes), image).1
}

/// Spikes of each layer, as the engine shows them.
fn spikes(seen: &Observed) -> Vec<u64> {
    let fired = |layer| {
        seen.updates.iter().filter(|(_, update)| update.layer == layer && update.fired).count()
    };
    (0..3).map(|layer| fired(layer) as u64).collect()
}

/// A word of planes and one of signs go into each cycle of the dot product, where spikes meet ones.
fn walked(schedule: Schedule) {
    let on = On::of(schedule, 16);
    let names =
        ["dot_enable", "dot_mute", "dot_spikes", "dot_weights", "encoding_q", "encoder_spike"];
    let (seen, cycles) = run(on, &image(1), &names);
    let (mut words, mut ones, mut inputs) = (0, 0, 0);
    for [enable, mute, spikes, weights, encoding, spike] in cycles.rows(names) {
        words += 2 * enable;
        ones += enable * (1 - mute) * u64::from((spikes & weights).count_ones());
        inputs += encoding * spike;
    }
    let counted = Work {
        cycles: seen.cycles,
        weight_words: words,
        additions: ones,
        input_spikes: inputs,
        spikes: spikes(&seen),
    };
    assert!(counted.spikes.iter().all(|count| *count > 0) && ones > 0, "{counted:?}");
    assert_eq!(counted, expected(on, &image(1)), "{schedule:?}");
    assert_ne!(counted, expected(on, &image(2)), "of another image");
}

#[test]
fn planes_are_walked_as_often_as_the_core_says() {
    walked(Schedule::Planes);
}

#[test]
fn streams_are_walked_as_often_as_the_core_says() {
    walked(Schedule::Stream);
}

/// A row's word is added where a sum is written that is neither 0 nor one of those that are joined; of these all but
/// the first are added.
#[test]
fn events_read_and_add_as_often_as_the_core_says() {
    let on = On::of(Schedule::Events, 8);
    let names = ["sums_write", "sums_zero", "sums_chain", "sums_first", "sums_address"];
    let (seen, cycles) = run(on, &image(1), &names);
    let walk = Shape::of(&net().spec, on.schedule).events(on.lanes);
    let neurons = |address: u64| -> u64 {
        let region = walk.regions.iter().rfind(|region| region.base <= address as usize).unwrap();
        let group = (address as usize - region.base) / region.stride();
        (region.outputs - group * on.lanes).min(on.lanes) as u64
    };
    let (mut words, mut additions) = (0, 0);
    for [write, zero, chain, first, address] in cycles.rows(names) {
        if write * (1 - zero) == 1 {
            words += 1 - chain;
            additions += (1 - chain * first) * neurons(address);
        }
    }
    let inputs = expected(on, &image(1)).input_spikes; // the engine has levels instead
    let counted = Work {
        cycles: seen.cycles,
        weight_words: words,
        additions,
        input_spikes: inputs,
        spikes: spikes(&seen),
    };
    assert!(counted.spikes.iter().all(|count| *count > 0) && words > 0, "{counted:?}");
    assert_eq!(counted, expected(on, &image(1)));
    assert_ne!(counted, expected(on, &image(2)), "of another image");
}
