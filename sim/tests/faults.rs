//! Planted faults are caught by each level that can see them, at every neuron and through the pins.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream::hardware::Shortcuts;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, Reset, example};
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::build::Builder;
use spikestream_sim::fault::{Fault, replace_once};
use spikestream_sim::verify::{
    Bench, Built, Checked, EngineBench, PinBench, engine_source, hdl_engine, top_source,
};

const OPTIONS: Options = Options {
    clock_hz: 1_000_000,
    baud: 100_000,
    lanes: 16,
    schedule: Schedule::Planes,
    loaded: None,
    multipliers: Multipliers::NONE,
    shortcuts: Shortcuts::NONE,
    led_active_low: true,
    button_active_low: true,
};

fn net() -> Net {
    let mut net = example(&[20, 12, 4]);
    // Whole numbers, so that membranes meet the threshold exactly now and then.
    net.spec.neuron.fraction_bits = 0;
    net.spec.neuron.reset = Reset::Zero;
    net
}

fn built(net: &Net) -> Built {
    Built::emit(net, &OPTIONS).unwrap()
}

fn builder() -> Builder {
    Builder::locate(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

/// Images with pixels of every brightness.
fn images() -> Vec<Vec<u8>> {
    let pixel = |image: usize| move |i: usize| ((i * 37 + image * 101) % 256) as u8;
    (0..8).map(|image| (0..20).map(pixel(image)).collect()).collect()
}

fn check(bench: &mut dyn Bench) -> Vec<Checked> {
    let check = |(index, image): (usize, &Vec<u8>)| bench.check(index, image).unwrap();
    images().iter().enumerate().map(check).collect()
}

fn mismatches(checked: &[Checked]) -> u64 {
    checked.iter().map(|c| c.mismatched).sum()
}

/// The engine and the whole top of a text, against the golden model of the sound network.
fn rtl(verilog: &str) -> [Vec<Checked>; 2] {
    let (net, builder) = (net(), builder());
    let built = built(&net);
    let engine = Box::new(builder.model(&engine_source(verilog), false).unwrap());
    let mut engine = EngineBench::new(&net, &built, "verilator", engine).unwrap();
    let top = Box::new(builder.model(&top_source(verilog, "top"), false).unwrap());
    let mut top = PinBench::new(&net, &built, "top", top).unwrap();
    [check(&mut engine), check(&mut top)]
}

fn caught_by_rtl(fault: Fault, first: &str) {
    let planted = fault.plant(&built(&net()).verilog).unwrap();
    let [engine, top] = rtl(&planted);
    let found = engine.iter().find_map(|c| c.first.as_ref()).unwrap();
    assert!(found.place.is_some(), "{found}");
    assert_eq!(found.port, first, "{found}");
    assert!(mismatches(&top) > 0, "the pins do not show {fault:?}");
}

#[test]
fn the_sound_design_has_no_mismatch() {
    let [engine, top] = rtl(&built(&net()).verilog);
    assert_eq!((mismatches(&engine), mismatches(&top)), (0, 0));
    // 16 steps of 16 neurons with 3 values each; 4 counts, 4 membranes, the class, the cycles.
    assert_eq!(engine[0].compared, 16 * 16 * 3 + 10);
    assert_eq!(top[0].compared, 10);
}

#[test]
fn rtl_catches_a_weight_bit() {
    // The highest plane of the first neuron, the last input of the first chunk.
    caught_by_rtl(Fault::WeightBit { word: 0, bit: 15 }, "current");
}

#[test]
fn rtl_catches_a_skipped_leak() {
    caught_by_rtl(Fault::SkippedLeak, "membrane");
}

#[test]
fn rtl_catches_firing_at_the_threshold() {
    caught_by_rtl(Fault::FiresAtThreshold, "membrane");
}

/// The first value that the engine and the top through its pins show to differ, with a text changed.
fn shown(text: &str, by: &str) -> [Option<String>; 2] {
    let planted = replace_once(&built(&net()).verilog, text, by).unwrap();
    let first = |checked: &[Checked]| checked.iter().find_map(|c| c.first.as_ref()).cloned();
    rtl(&planted).map(|checked| first(&checked).map(|first| first.port))
}

#[test]
fn rtl_catches_a_spike_that_is_shown_wrong() {
    let [engine, _] = shown("seen_fired = neurons_fired;", "seen_fired = !neurons_fired;");
    assert_eq!(engine.as_deref(), Some("spike"));
}

#[test]
fn rtl_catches_a_wrong_class() {
    let both = shown("winner = leader_q;", "winner = leader_q ^ 8'd1;");
    assert_eq!(both, ["class", "class"].map(|port| Some(port.to_owned())));
}

#[test]
fn rtl_catches_a_wrong_number_of_cycles() {
    let both = shown(" cycles = elapsed_q;", " cycles = elapsed_q + 32'd1;");
    assert_eq!(both, ["busy cycles", "busy cycles"].map(|port| Some(port.to_owned())));
}

#[test]
fn a_board_of_another_network_is_refused_by_its_identity() {
    let (net, mut other) = (net(), net());
    other.layers[0].biases[0] ^= 1;
    let sound = built(&net);
    let model = builder().model(&top_source(&built(&other).verilog, "top"), false).unwrap();
    let error = PinBench::new(&net, &sound, "top", Box::new(model)).err().unwrap();
    assert_eq!(error.code(), "sim::uart::reply");
    assert!(error.to_string().contains("it identifies itself as"), "{error}");
}

/// The engine of a faulty network in the rust-hdl simulator, against the sound golden model.
fn hdl(change: impl Fn(&mut Net)) -> Vec<Checked> {
    let sound = net();
    let built = built(&sound);
    let mut faulty = sound.clone();
    change(&mut faulty);
    let engine = hdl_engine(&faulty, &built).unwrap();
    check(&mut EngineBench::new(&sound, &built, "rust-hdl", engine).unwrap())
}

#[test]
fn hdl_catches_each_fault() {
    assert_eq!(mismatches(&hdl(|_| ())), 0);
    let weight = hdl(|net| net.layers[0].weights[15] ^= 1);
    assert_eq!(weight.iter().find_map(|c| c.first.as_ref()).unwrap().port, "current");
    let leak = hdl(|net| net.spec.neuron.leak = 0);
    assert_eq!(leak.iter().find_map(|c| c.first.as_ref()).unwrap().port, "membrane");
    // With reset to zero and whole numbers, `>=` is `>` with a threshold one lower.
    let threshold = hdl(|net| net.spec.layers[0].threshold -= 1);
    assert!(mismatches(&threshold) > 0);
}
