//! The number sequences and the encoder, against `sc::generator` and `sc::encoder`.

use spikestream::neuron;
use spikestream::sc::encoder::encode;
use spikestream::sc::generator::lfsr_next;
use spikestream::spec::{Generator, example};
use spikestream_hw::encoder::Encoder;
use spikestream_hw::generator::{Lfsr, Ruler, VanDerCorput};
use spikestream_hw::neuron::Noise;

use super::{Case, check, clocked, unclocked};

#[test]
fn generators_are_their_twins() {
    check(cases());
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend([1, 4, 7].map(ruler));
    cases.extend([1, 2, 16, 256].map(van_der_corput));
    cases.extend([1, 16, 256].map(encoder));
    cases.extend([(1, 1), (4, 9), (8, 0xff), (16, 1), (16, 0xace1)].map(lfsr));
    cases.extend([0, 1, 5, 8].map(|bits| noise(bits, Vec::new())));
    cases.extend([vec![3, 2, 4], vec![0, 5, 1, 1, 2]].map(|runs| noise(4, runs)));
    cases
}

/// The plane that stands at cycle `k` is the one bit of a weight that the golden stream shows.
fn ruler(bits: u32) -> Case {
    unclocked(&format!("ruler_{bits}"), Ruler::new(bits))
        .input("k", |b| &mut b.k)
        .output("offset", |b| &b.offset)
        .output("mute", |b| &b.mute)
        .random(
            move |_, row| row[0] %= 1 << bits,
            move |row: &[u64], out: &mut [u64]| {
                let shown = |&plane: &u32| Generator::Ruler.bit(bits, 1 << plane, row[0] as u32);
                match (0..bits).find(shown) {
                    Some(plane) => out.copy_from_slice(&[u64::from(bits - 1 - plane), 0]),
                    None => out.copy_from_slice(&[u64::from(bits), 1]),
                }
            },
        )
}

/// Steps past the last one wrap, as the sequencer's counter does.
fn van_der_corput(steps: u32) -> Case {
    unclocked(&format!("van_der_corput_{steps}"), VanDerCorput::new(steps))
        .input("turn", |b| &mut b.turn)
        .output("value", |b| &b.value)
        .random(
            |_, _| (),
            move |row: &[u64], out: &mut [u64]| {
                let step = row[0] as u32 % steps;
                out[0] = Generator::VanDerCorput.threshold(steps, step).into();
            },
        )
}

/// Pixels at the number itself and beside it, as often as any others.
fn encoder(steps: u32) -> Case {
    let mut spec = example(&[1, 1]).spec;
    spec.time.steps = steps;
    unclocked(&format!("encoder_{steps}"), Encoder::new(steps))
        .input("pixel", |b| &mut b.pixel)
        .input("turn", |b| &mut b.turn)
        .output("spike", |b| &b.spike)
        .random(
            move |random, row| {
                row[1] %= u64::from(steps);
                let number = Generator::VanDerCorput.threshold(steps, row[1] as u32);
                if random.below(2) == 0 {
                    row[0] =
                        u64::from(number.saturating_add(random.below(3) as u8).wrapping_sub(1));
                }
            },
            move |row: &[u64], out: &mut [u64]| {
                let mut words = Vec::new();
                encode(&spec, &[row[0] as u8], row[1] as u32, &mut words);
                out[0] = words[0];
            },
        )
}

fn lfsr((width, seed): (usize, u16)) -> Case {
    let mut state = 0;
    clocked(&format!("lfsr_{width}_{seed:x}"), Lfsr::new(width, seed), |b| &mut b.clock)
        .input("restart", |b| &mut b.restart)
        .input("advance", |b| &mut b.advance)
        .output("state", |b| &b.state)
        .random(
            |random, row| row[0] &= u64::from(random.below(50) == 0),
            move |row: &[u64], out: &mut [u64]| {
                out[0] = u64::from(state);
                state = match (row[0], row[1]) {
                    (1, _) => seed,
                    (_, 1) => lfsr_next(width as u32, state),
                    _ => state,
                };
            },
        )
}

/// Before the first restart the register holds 0, and so does the twin. Runs of neurons that draw and that do not take turns,
/// whose place is counted from power-up on; of no runs all draw.
fn noise(bits: u32, runs: Vec<usize>) -> Case {
    let seed = 0x5eed;
    let draws: Vec<bool> =
        runs.iter().enumerate().flat_map(|(at, &run)| vec![at % 2 == 0; run]).collect();
    let (mut twin, mut place) = (neuron::Noise::new(bits, 0), 0);
    let name = runs.iter().fold(format!("noise_{bits}"), |name, run| format!("{name}_{run}"));
    clocked(&name, Noise::in_runs(bits, seed, runs), |b| &mut b.clock)
        .input("restart", |b| &mut b.restart)
        .input("advance", |b| &mut b.advance)
        .output("value", |b| &b.value)
        .random(
            |random, row| row[0] &= u64::from(random.below(50) == 0),
            move |row: &[u64], out: &mut [u64]| {
                out[0] = u64::from(twin.clone().draw() as u8);
                if row[0] == 1 {
                    (twin, place) = (neuron::Noise::new(bits, seed), 0);
                } else if row[1] == 1 {
                    if draws.get(place).copied().unwrap_or(true) {
                        twin.draw();
                    }
                    place = (place + 1) % draws.len().max(1);
                }
            },
        )
}
