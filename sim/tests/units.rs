//! Each hardware unit in lock-step: its golden twin, the rust-hdl simulator and Verilator equal in
//! every one of 10,000 seeded cycles, corners included.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::collections::VecDeque;
use std::path::Path;

use rust_hdl::prelude::Block;
use spikestream::sc::dot::up_down;
use spikestream::sc::encoder::encode;
use spikestream::sc::generator::lfsr_next;
use spikestream::sc::lif::{self, State};
use spikestream::sc::network;
use spikestream::spec::{Generator, Neuron, Reset, example};
use spikestream_hw::crc::{Crc, checksum};
use spikestream_hw::dot::Dot;
use spikestream_hw::emit::verilog;
use spikestream_hw::encoder::Encoder;
use spikestream_hw::engine::Noise;
use spikestream_hw::generator::{Lfsr, Ruler, VanDerCorput};
use spikestream_hw::lif::Lif;
use spikestream_sim::build::{Builder, Source};
use spikestream_sim::dut::sign_extend;
use spikestream_sim::hdl::HdlDut;
use spikestream_sim::lockstep::{self, Twin, Unit};
use spikestream_sim::random::Random;

const CYCLES: usize = 10_000;

/// Makes the Verilog of `block` and compares all three on `rows`.
fn equal<B: Block + 'static>(
    unit: &Unit<'_>,
    clock: Option<&str>,
    text: &str,
    rows: &[u64],
    mut block: HdlDut<B>,
    twin: &mut dyn Twin,
) {
    let builder = Builder::locate(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    // The lint is for what is emitted for a board, and has its own test.
    let source = Source { verilog: text, top: unit.name, clock, waivers: None };
    lockstep::run(unit, rows, twin, &mut block, &source, &builder).unwrap();
}

/// The Verilog of a block, wired up first.
fn text<B: Block>(mut block: B, name: &str) -> String {
    block.connect_all();
    verilog(&block, name).unwrap()
}

/// Rows made by a function of a random source.
fn rows(seed: u64, mut row: impl FnMut(&mut Random, &mut Vec<u64>)) -> Vec<u64> {
    let mut random = Random::new(seed);
    let mut rows = Vec::new();
    for _ in 0..CYCLES {
        row(&mut random, &mut rows);
    }
    rows
}

fn unit<'a>(name: &'a str, inputs: &'a [&'a str], outputs: &'a [&'a str]) -> Unit<'a> {
    Unit { name, inputs, outputs, cycles: CYCLES, seed: 1 }
}

#[test]
fn ruler() {
    const BITS: u32 = 7;
    let unit = unit("ruler", &["k"], &["offset", "mute"]);
    let rows = rows(2, |random, rows| rows.push(random.below(1 << BITS)));
    let dut = HdlDut::combinational("ruler", Ruler::new(BITS))
        .unwrap()
        .input("k", |b| &mut b.k)
        .output("offset", |b| &b.offset)
        .output("mute", |b| &b.mute);
    let mut twin = |inputs: &[u64], outputs: &mut [u64]| {
        let k = inputs[0] as u32;
        let shown = |plane: &u32| Generator::Ruler.bit(BITS, 1 << plane, k);
        let plane = (0..BITS).find(shown);
        // Muted, the offset is the one past the planes.
        outputs[0] = plane.map_or(BITS, |plane| BITS - 1 - plane).into();
        outputs[1] = plane.is_none().into();
    };
    equal(&unit, None, &text(Ruler::new(BITS), "ruler"), &rows, dut, &mut twin);
}

#[test]
fn van_der_corput() {
    const STEPS: u32 = 16;
    let unit = unit("van_der_corput", &["turn"], &["value"]);
    let rows = rows(3, |random, rows| rows.push(random.below(STEPS.into())));
    let new = || VanDerCorput::new(STEPS);
    let dut = HdlDut::combinational("van_der_corput", new())
        .unwrap()
        .input("turn", |b| &mut b.turn)
        .output("value", |b| &b.value);
    let mut twin = |inputs: &[u64], outputs: &mut [u64]| {
        outputs[0] = Generator::VanDerCorput.threshold(STEPS, inputs[0] as u32).into();
    };
    equal(&unit, None, &text(new(), "van_der_corput"), &rows, dut, &mut twin);
}

#[test]
fn lfsr() {
    const SEED: u16 = 0xace1;
    let unit = unit("lfsr", &["restart", "advance"], &["state"]);
    let rows = rows(4, |random, rows| {
        rows.push(u64::from(random.below(500) == 0));
        rows.push(u64::from(random.below(4) != 0));
    });
    let new = || Lfsr::new(16, SEED);
    let dut = HdlDut::new("lfsr", new(), |b| &mut b.clock)
        .unwrap()
        .input("restart", |b| &mut b.restart)
        .input("advance", |b| &mut b.advance)
        .output("state", |b| &b.state);
    let mut state = 0;
    let mut twin = |inputs: &[u64], outputs: &mut [u64]| {
        outputs[0] = u64::from(state);
        state = match inputs {
            [1, _] => SEED,
            [_, 1] => lfsr_next(16, state),
            _ => state,
        };
    };
    equal(&unit, Some("clock"), &text(new(), "lfsr"), &rows, dut, &mut twin);
}

#[test]
fn encoder() {
    let mut spec = example(&[1, 1]).spec;
    spec.time.steps = 32;
    let unit = unit("encoder", &["pixel", "turn"], &["spike"]);
    let rows = rows(5, |random, rows| {
        rows.push(random.corner_value(8));
        rows.push(random.below(32));
    });
    let dut = HdlDut::combinational("encoder", Encoder::new(32))
        .unwrap()
        .input("pixel", |b| &mut b.pixel)
        .input("turn", |b| &mut b.turn)
        .output("spike", |b| &b.spike);
    let mut words = Vec::new();
    let mut twin = |inputs: &[u64], outputs: &mut [u64]| {
        encode(&spec, &[inputs[0] as u8], inputs[1] as u32, &mut words);
        outputs[0] = words[0];
    };
    equal(&unit, None, &text(Encoder::new(32), "encoder"), &rows, dut, &mut twin);
}

#[test]
fn noise() {
    let unit = unit("noise", &["restart", "advance"], &["value"]);
    let rows = rows(6, |random, rows| {
        rows.push(u64::from(random.below(300) == 0));
        rows.push(random.below(2));
    });
    let new = || Noise::new(5, 0xace1);
    let dut = HdlDut::new("noise", new(), |b| &mut b.clock)
        .unwrap()
        .input("restart", |b| &mut b.restart)
        .input("advance", |b| &mut b.advance)
        .output("value", |b| &b.value);
    // Until the first restart the register is 0 and stays so.
    let mut golden: Option<network::Noise> = None;
    let mut twin = |inputs: &[u64], outputs: &mut [u64]| {
        let value = golden.clone().map_or(0, |mut present| present.draw());
        outputs[0] = u64::from(value as u8);
        if inputs[0] == 1 {
            golden = Some(network::Noise::new(5, 0xace1));
        } else if let (1, Some(present)) = (inputs[1], &mut golden) {
            present.draw();
        }
    };
    equal(&unit, Some("clock"), &text(new(), "noise"), &rows, dut, &mut twin);
}

#[test]
fn crc() {
    let unit = unit("crc16", &["crc", "data"], &["crc_next"]);
    // A sequence that starts over now and then, so that the software's whole checksum applies.
    let mut message = Vec::new();
    let rows = rows(7, |random, rows| {
        if random.below(40) == 0 {
            message.clear();
        }
        let byte = random.corner_value(8) as u8;
        rows.extend([u64::from(checksum(&message)), byte.into()]);
        message.push(byte);
    });
    let dut = HdlDut::combinational("crc16", Crc::default())
        .unwrap()
        .input("crc", |b| &mut b.crc)
        .input("data", |b| &mut b.data)
        .output("crc_next", |b| &b.crc_next);
    let mut sent: Vec<u8> = Vec::new();
    let mut twin = |inputs: &[u64], outputs: &mut [u64]| {
        if inputs[0] != u64::from(checksum(&sent)) {
            sent.clear();
        }
        sent.push(inputs[1] as u8);
        outputs[0] = checksum(&sent).into();
    };
    equal(&unit, None, &text(Crc::default(), "crc16"), &rows, dut, &mut twin);
}

/// Words of `words` lanes: spikes, stream bits and signs at their corners, and the flags.
fn dot_rows(random: &mut Random, rows: &mut Vec<u64>) {
    rows.extend((0..3).map(|_| random.corner_value(64)));
    rows.push(u64::from(random.below(8) != 0)); // enable
    rows.push(u64::from(random.below(12) == 0)); // first
    rows.push(u64::from(random.below(6) == 0)); // double
    rows.push(u64::from(random.below(16) == 0)); // mute
    rows.push(u64::from(random.below(12) == 0)); // last
}

#[test]
fn dot() {
    const WIDTH: u32 = 12;
    let inputs = ["spikes", "weights", "signs", "enable", "first", "double", "mute", "last"];
    let unit = unit("dot", &inputs, &["total", "ready"]);
    let new = || Dot::<64>::new(WIDTH as usize);
    let dut = HdlDut::new("dot", new(), |b| &mut b.clock)
        .unwrap()
        .input("spikes", |b| &mut b.spikes)
        .input("weights", |b| &mut b.weights)
        .input("signs", |b| &mut b.signs)
        .input("enable", |b| &mut b.enable)
        .input("first", |b| &mut b.first)
        .input("double", |b| &mut b.double)
        .input("mute", |b| &mut b.mute)
        .input("last", |b| &mut b.last)
        .output("total", |b| &b.total)
        .output("ready", |b| &b.ready);
    // Words on their way through the three stages before the counter.
    let mut waiting: VecDeque<Vec<u64>> = vec![vec![0; 8]; 3].into();
    let (mut total, mut ready) = (0_i64, 0);
    let mut twin = |inputs: &[u64], outputs: &mut [u64]| {
        outputs.copy_from_slice(&[total as u64 & 0xff_ffff, ready]);
        waiting.push_back(inputs.to_vec());
        let word = waiting.pop_front().unwrap();
        let [spikes, weights, signs, enable, first, double, mute, last] = word[..] else {
            unreachable!("eight inputs")
        };
        if enable == 1 {
            let count = if mute == 1 { 0 } else { up_down(&[spikes], &[weights], &[signs]) };
            let before = if first == 1 { 0 } else { total << double };
            // A total out of range wraps; a network's never is.
            total = sign_extend((before + i64::from(count)) as u64, WIDTH);
        }
        ready = enable & last;
    };
    let rows = rows(8, dot_rows);
    equal(&unit, Some("clock"), &text(new(), "dot"), &rows, dut, &mut twin);
}

const LIF_INPUTS: [&str; 8] =
    ["current", "membrane", "bias", "noise", "threshold", "refractory", "fresh", "enable"];

/// Golden twin of the LIF unit: `sc::lif::step` behind three stages.
struct LifTwin {
    neuron: Neuron,
    current_bits: u32,
    waiting: VecDeque<Vec<u64>>,
    shown: [u64; 4],
}

impl Twin for LifTwin {
    fn cycle(&mut self, inputs: &[u64], outputs: &mut [u64]) {
        outputs.copy_from_slice(&self.shown);
        self.waiting.push_back(inputs.to_vec());
        let row = self.waiting.pop_front().unwrap();
        let [current, membrane, bias, noise, _, refractory, fresh, enable] = row[..] else {
            unreachable!("eight inputs")
        };
        let width = self.neuron.membrane_bits;
        let signed = |value: u64, bits: u32| sign_extend(value, bits) as i32;
        let mut state = State::default();
        if fresh == 0 {
            state = State { membrane: signed(membrane, width), refractory: refractory as u32 };
        }
        let drive = (signed(current, self.current_bits) << self.neuron.fraction_bits)
            + signed(bias, width)
            + signed(noise, 8);
        // The threshold is a layer's and is read in the last stage.
        let fired = lif::step(&self.neuron, inputs[4] as i32, &mut state, drive);
        let membrane = u64::from(state.membrane as u16);
        self.shown = [membrane, state.refractory.into(), fired.into(), enable];
    }
}

fn lif(name: &str, neuron: &Neuron) {
    const CURRENT_BITS: u32 = 12;
    let unit = unit(name, &LIF_INPUTS, &["membrane_next", "refractory_next", "fired", "ready"]);
    let new = || Lif::new(neuron, CURRENT_BITS as usize);
    let dut = HdlDut::new(name, new(), |b| &mut b.clock)
        .unwrap()
        .input("current", |b| &mut b.current)
        .input("membrane", |b| &mut b.membrane)
        .input("bias", |b| &mut b.bias)
        .input("noise", |b| &mut b.noise)
        .input("threshold", |b| &mut b.threshold)
        .input("refractory", |b| &mut b.refractory)
        .input("fresh", |b| &mut b.fresh)
        .input("enable", |b| &mut b.enable)
        .output("membrane_next", |b| &b.membrane_next)
        .output("refractory_next", |b| &b.refractory_next)
        .output("fired", |b| &b.fired)
        .output("ready", |b| &b.ready);
    let width = neuron.membrane_bits;
    let signed =
        |value: u64, bits: u32, to: u32| sign_extend(value, bits) as u64 & (u64::MAX >> (64 - to));
    let rows = rows(9, |random, rows| {
        rows.push(signed(random.corner_value(CURRENT_BITS), CURRENT_BITS, 24));
        rows.push(signed(random.corner_value(width), width, 16));
        rows.push(signed(random.corner_value(width), width, 16));
        rows.push(random.corner_value(8));
        // Positive, the largest and the smallest included.
        rows.push(random.corner_value(width - 1).max(1));
        rows.push(random.below(u64::from(neuron.refractory) + 1));
        rows.push(u64::from(random.below(16) == 0));
        rows.push(random.below(2));
    });
    let mut twin = LifTwin {
        neuron: neuron.clone(),
        current_bits: CURRENT_BITS,
        waiting: vec![vec![0; 8]; 2].into(),
        shown: [0; 4],
    };
    equal(&unit, Some("clock"), &text(new(), name), &rows, dut, &mut twin);
}

#[test]
fn lif_of_the_shipped_kind() {
    lif("lif", &example(&[1, 1]).spec.neuron);
}

#[test]
fn lif_with_zero_reset_and_refractory_period() {
    let neuron = Neuron {
        membrane_bits: 10,
        fraction_bits: 0,
        leak: 0,
        reset: Reset::Zero,
        refractory: 3,
        ..example(&[1, 1]).spec.neuron
    };
    lif("lif_zero", &neuron);
}

#[test]
fn lif_with_a_fast_leak_and_refractory_period() {
    let base = example(&[1, 1]).spec.neuron;
    lif("lif_fast", &Neuron { membrane_bits: 12, leak: 1, refractory: 15, ..base });
}
