//! The stochastic neuron against `neuron::lif::step`.

use std::collections::VecDeque;

use spikestream::neuron::arithmetic::{Arithmetic, Integers};
use spikestream::neuron::lif::{self, State};
use spikestream::random::Random;
use spikestream::spec::{Neuron, Reset, example};
use spikestream_hw::neuron::Lif;
use spikestream_sim::dut::sign_extend;

use super::{CYCLES, Case, check, clocked, seed_of};

/// Cycles for which a layer's threshold stands.
const LAYER: usize = 24;

/// Those at their end in which no neuron comes in, at least the cycles that one takes.
const EMPTY: usize = 6;

#[test]
fn neurons_are_their_twins() {
    check(cases());
}

pub(super) fn cases() -> Vec<Case> {
    let neuron = |membrane_bits, fraction_bits, leak, reset, refractory| Neuron {
        membrane_bits,
        fraction_bits,
        leak,
        reset,
        refractory,
        ..example(&[1, 1]).spec.neuron
    };
    vec![
        case("lif_16", neuron(16, 4, 4, Reset::Subtract, 0), 13),
        case("lif_16_zero", neuron(16, 0, 0, Reset::Zero, 2), 24),
        // As wide as the membrane, as in the shipped network: the sum needs two bits more than either.
        case("lif_16_fits", neuron(16, 4, 4, Reset::Subtract, 0), 12),
        case("lif_16_fits_no_leak", neuron(16, 4, 0, Reset::Subtract, 0), 12),
        case("lif_10", neuron(10, 4, 4, Reset::Zero, 0), 12),
        case("lif_10_rest", neuron(10, 2, 1, Reset::Subtract, 15), 9),
        case("lif_8", neuron(8, 8, 15, Reset::Subtract, 3), 20),
        case("lif_15_no_leak", neuron(15, 1, 0, Reset::Subtract, 1), 15),
    ]
}

/// A neuron whose dot products have so many bits.
pub(crate) fn case(name: &str, neuron: Neuron, current_bits: usize) -> Case {
    let rows = rows(&neuron, current_bits as u32, seed_of(name));
    let lif = Lif::new(&neuron, current_bits);
    let before = vec![[0; 8]; lif.latency()].into();
    clocked(name, lif, |b| &mut b.clock)
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
        .output("ready", |b| &b.ready)
        .rows(rows, Twin { neuron, current_bits: current_bits as u32, before })
}

/// Currents small and at their ends, sums at the threshold and beside it, both saturations.
fn rows(neuron: &Neuron, current_bits: u32, seed: u64) -> Vec<u64> {
    let w = neuron.membrane_bits;
    let mut random = Random::new(seed);
    let mut rows = Vec::new();
    let mut threshold = 0;
    for cycle in 0..CYCLES {
        if cycle % LAYER == 0 {
            // A threshold is positive and fits the membrane, as `NetSpec::check` sees to.
            threshold = random.corner_value(w - 1).max(1);
        }
        let current = random.corner_value(current_bits);
        // Half of the currents are small, so that not every membrane saturates.
        let small = sign_extend(current, current_bits) >> (random.below(2) * u64::from(w / 2));
        let current = small as u64 & (u64::MAX >> (64 - 24));
        let [membrane, mut bias] = [random.corner_value(16), random.corner_value(16)];
        let noise = random.corner_value(8);
        if random.below(4) == 0 {
            let leaked = Integers.decay(&sign_extend(membrane, w), neuron.leak);
            let drive = sign_extend(current, 24) << neuron.fraction_bits;
            let beside = threshold as i64 + random.below(3) as i64 - 1;
            bias = (beside - leaked - drive - sign_extend(noise, 8)) as u64 & 0xffff;
        }
        let resting = if random.below(2) == 0 { 0 } else { random.below(16) };
        let [fresh, enable] = [random.below(8) == 0, random.below(8) != 0].map(u64::from);
        if cycle % LAYER >= LAYER - EMPTY {
            rows.extend([0, 0, 0, 0, threshold, 0, 1, 0]);
            continue;
        }
        rows.extend([current, membrane, bias, noise, threshold, resting, fresh, enable]);
    }
    rows
}

/// The outputs are those of the neuron that came in a latency ago.
struct Twin {
    neuron: Neuron,
    current_bits: u32,
    before: VecDeque<[u64; 8]>,
}

impl spikestream_sim::lockstep::Twin for Twin {
    fn cycle(&mut self, row: &[u64], out: &mut [u64]) {
        let w = self.neuron.membrane_bits;
        let [current, membrane, bias, noise, threshold, refractory, fresh, enable] = self.before[0];
        // A neuron that never rests ignores its count: nothing keeps one.
        let refractory = if self.neuron.refractory == 0 { 0 } else { refractory as u32 };
        let mut state = match fresh {
            1 => State::default(),
            _ => State { membrane: sign_extend(membrane, w) as i32, refractory },
        };
        let current = sign_extend(current, self.current_bits) << self.neuron.fraction_bits;
        let drive = current + sign_extend(bias, w) + sign_extend(noise, 8);
        let fired = lif::step(&self.neuron, threshold as i32, &mut state, drive);
        out[0] = state.membrane as u64 & 0xffff;
        out[1..].copy_from_slice(&[state.refractory.into(), fired.into(), enable]);
        self.before.rotate_left(1);
        if let Some(last) = self.before.back_mut() {
            last.copy_from_slice(row);
        }
    }
}
