//! Whole engines far from the shipped network's shape: every neuron at every step in the rust-hdl
//! simulator and under Verilator, for each kind of neuron, schedule and number of lanes.

use spikestream::hardware::{On, ensure_buildable_on};
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::random::Random;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, Reset, arbitrary_in_hardware, example, example_of};
use spikestream::spec::{with_every_kind, with_relays};
use spikestream_hw::emit::Options;
use spikestream_sim::dut::Dut;
use spikestream_sim::verify::{Bench, Built, EngineBench, engine_source, hdl_engine};

use crate::units::builder;

/// Images of a network.
const IMAGES: u64 = 5;

/// An engine as if for a board of a slow clock.
pub(crate) fn options(on: On) -> Options {
    Options {
        clock_hz: 1_000_000,
        baud: 100_000,
        lanes: on.lanes,
        schedule: on.schedule,
        loaded: None,
        multipliers: on.multipliers,
        shortcuts: on.shortcuts,
        led_active_low: false,
        button_active_low: false,
    }
}

fn check(net: &Net, lanes: usize, schedule: Schedule) {
    net.check().unwrap();
    let built = Built::emit(net, &options(On::of(schedule, lanes))).unwrap();
    equal(net, &built, "rust-hdl", hdl_engine(net, &built).unwrap());
    let model = Box::new(builder().model(&engine_source(&built.verilog), false).unwrap());
    equal(net, &built, "verilator", model);
}

fn equal(net: &Net, built: &Built, simulator: &str, dut: Box<dyn Dut>) {
    let mut bench = EngineBench::new(net, built, simulator, dut).unwrap();
    for seed in 0..IMAGES {
        let mut random = Random::new(seed);
        let image: Vec<u8> = (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8).collect();
        let checked = bench.check(seed as usize, &image).unwrap();
        assert_eq!(checked.first.map(|first| first.to_string()), None, "image {seed}");
        let neurons: usize = net.spec.populations().iter().sum();
        assert!(checked.compared as usize > 3 * neurons * net.spec.time.steps as usize);
    }
}

#[test]
fn noisy_resting_neurons_on_the_stream() {
    let mut net = example(&[40, 19, 5]);
    let neuron = &mut net.spec.neuron;
    (neuron.reset, neuron.refractory) = (Reset::Zero, 2);
    (neuron.noise_bits, neuron.noise_seed) = (5, 0xace1);
    check(&net, 32, Schedule::Stream);
}

/// Results follow each other in every cycle, so every address must be the right cycle's.
#[test]
fn one_word_a_neuron() {
    let mut net = example(&[10, 9, 6]);
    (net.spec.stream.bits, net.spec.stream.length) = (1, 2);
    net.layers.iter_mut().flat_map(|layer| &mut layer.weights).for_each(|q| *q = q.signum());
    net.spec.layers.iter_mut().for_each(|layer| layer.threshold = 2);
    let neuron = &mut net.spec.neuron;
    (neuron.membrane_bits, neuron.fraction_bits, neuron.leak, neuron.noise_bits) = (10, 3, 1, 8);
    check(&net, 64, Schedule::Planes);
}

#[test]
fn a_hundred_and_twenty_eight_lanes() {
    let mut net = example(&[130, 5, 2]);
    net.spec.time.steps = 4;
    check(&net, 128, Schedule::Planes);
}

#[test]
fn one_layer_one_step_long_streams() {
    let mut net = example(&[16, 3]);
    net.spec.time.steps = 1;
    (net.spec.stream.bits, net.spec.stream.length) = (7, 128);
    net.layers[0].weights.iter_mut().for_each(|q| *q *= 8);
    (net.spec.neuron.leak, net.spec.neuron.fraction_bits) = (0, 0);
    check(&net, 16, Schedule::Stream);
}

/// One output, and one neuron in all: no memory may be left without an address.
#[test]
fn one_class_and_one_neuron() {
    check(&example(&[8, 5, 1]), 16, Schedule::Planes);
    let mut net = example(&[9, 1]);
    net.spec.neuron.refractory = 1;
    check(&net, 16, Schedule::Stream);
}

/// Neurons of one to three words, narrow and wide, the last of a layer right before the first of another.
#[test]
fn layers_of_named_neurons() {
    let cell = |kind, bits, fraction| Some(Cell::new(kind, Format { bits, fraction }));
    let layers = [cell("adex", 16, 12), None, cell("alif", 12, 8), cell("exp-if", 16, 12)];
    let mut net = example_of(&[24, 13, 7, 9, 4], &layers);
    (net.spec.neuron.refractory, net.spec.neuron.noise_bits) = (3, 4);
    check(&net, 32, Schedule::Planes);
    let layers = [cell("alpha", 16, 12), cell("alpha", 16, 12), cell("alpha", 12, 8), None];
    let mut net = example_of(&[40, 17, 9, 6, 3], &layers);
    net.spec.neuron.noise_bits = 6;
    (net.spec.layers[1].noise_bits, net.spec.layers[3].noise_bits) = (Some(2), Some(0));
    check(&net, 32, Schedule::Planes);
    check(&net, 16, Schedule::Stream);
    let mut resting = Cell::new("synaptic", Format { bits: 14, fraction: 10 });
    resting.refractory = Some(2);
    check(&example_of(&[18, 6, 3], &[None, Some(resting)]), 16, Schedule::Stream);
}

/// A spike at a time: layers of one group of neurons, of two, of more; one step, and as many as there can be.
#[test]
fn events_of_narrow_and_wide_layers() {
    check(&example(&[24, 20, 5]), 8, Schedule::Events);
    check(&example(&[24, 33, 9, 3]), 4, Schedule::Events);
    check(&example(&[8, 5, 1]), 16, Schedule::Events);
    check(&example(&[9, 1]), 4, Schedule::Events);
    // More groups than a byte counts.
    check(&example(&[6, 1100, 3]), 4, Schedule::Events);
    let mut net = example(&[30, 25, 3]);
    net.spec.time.steps = 1;
    check(&net, 12, Schedule::Events);
    net.spec.time.steps = 256;
    check(&net, 24, Schedule::Events);
}

/// Every kind of connection, each linted on its own; `networks` has more.
#[test]
fn events_of_all_kinds_of_connections() {
    check(&with_every_kind(), 4, Schedule::Events);
    check(&with_every_kind(), 12, Schedule::Events);
    check(&with_relays(), 4, Schedule::Events);
    let mut nets = 0;
    for seed in 0..20 {
        let net = arbitrary_in_hardware(seed);
        if ensure_buildable_on(&net.spec, On::of(Schedule::Events, 8)).is_ok() {
            check(&net, 8, Schedule::Events);
            nets += 1;
        }
    }
    assert!(nets > 3, "{nets}");
}

/// Weights of one bit and of seven, noise, rest, and neurons of one to three words, one of them with a second synapse.
#[test]
fn events_of_all_kinds_of_neurons() {
    let mut net = example(&[40, 19, 5]);
    let neuron = &mut net.spec.neuron;
    (neuron.reset, neuron.refractory) = (Reset::Zero, 2);
    (neuron.noise_bits, neuron.noise_seed) = (5, 0xace1);
    (net.spec.stream.bits, net.spec.stream.length) = (7, 128);
    net.layers.iter_mut().flat_map(|layer| &mut layer.weights).for_each(|q| *q *= 8);
    check(&net, 16, Schedule::Events);
    let mut net = example(&[10, 9, 6]);
    (net.spec.stream.bits, net.spec.stream.length) = (1, 2);
    net.layers.iter_mut().flat_map(|layer| &mut layer.weights).for_each(|q| *q = q.signum());
    net.spec.layers.iter_mut().for_each(|layer| layer.threshold = 2);
    check(&net, 32, Schedule::Events);
    let cell = |kind, bits, fraction| Some(Cell::new(kind, Format { bits, fraction }));
    let layers = [cell("adex", 16, 12), None, cell("alif", 12, 8), cell("alpha", 16, 12)];
    let mut net = example_of(&[24, 13, 7, 9, 4], &layers);
    (net.spec.neuron.refractory, net.spec.neuron.noise_bits) = (3, 4);
    check(&net, 8, Schedule::Events);
}
