//! What happens to spikes: packed into words, and counted into a class (`sc::network::classify`).

use std::collections::VecDeque;

use spikestream::random::Random;
use spikestream::sc::network::classify;
use spikestream::spec::example;
use spikestream_hw::engine::{Collect, Readout};
use spikestream_sim::dut::sign_extend;

use super::{CYCLES, Case, check, clocked, seed_of};

#[test]
fn spikes_are_packed_and_counted() {
    check(cases());
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        collect::<16>("collect_16", 5),
        collect::<64>("collect_64", 3),
        collect::<128>("collect_128", 1),
        readout("readout_10", 10, 4),
        readout("readout_4", 4, 16),
        readout("readout_1", 1, 1),
    ]
}

/// A word is the last `P` spikes, the oldest in the lowest lane.
fn collect<const P: usize>(name: &str, words: usize) -> Case {
    let mut last = VecDeque::from(vec![0_u64; P]);
    let (mut pending, mut full, mut address) = (0, false, 0_usize);
    let twin = move |row: &[u64], out: &mut [u64]| {
        let &[spike, push, flush, restart] = row else { panic!("four inputs") };
        let write = full || (flush == 1 && pending > 0);
        out.fill(0);
        last.iter().enumerate().for_each(|(lane, spike)| out[lane / 64] |= spike << (lane % 64));
        out[P.div_ceil(64)..].copy_from_slice(&[address as u64, u64::from(write)]);
        full = false;
        if push == 1 {
            last.rotate_left(1);
            last[P - 1] = spike;
            pending = (pending + 1) % P;
            full = pending == 0;
        }
        pending *= usize::from(flush == 0 && restart == 0);
        address = (address + usize::from(write)) % words.next_power_of_two().max(2);
        address *= usize::from(restart == 0);
    };
    clocked(name, Collect::<P>::new(words), |b| &mut b.clock)
        .input("spike", |b| &mut b.spike)
        .input("push", |b| &mut b.push)
        .input("flush", |b| &mut b.flush)
        .input("restart", |b| &mut b.restart)
        .output("word", |b| &b.word)
        .output("address", |b| &b.address)
        .output("write", |b| &b.write)
        .random(
            |random, row| {
                // A flush comes after the last spike and not with it.
                row[1] = u64::from(random.below(8) != 0);
                row[2] = u64::from(row[1] == 0 && random.below(4) == 0);
                row[3] &= u64::from(random.below(64) == 0);
            },
            twin,
        )
}

/// Whole images, each step's neurons with gaps between, the counts read out afterwards.
fn readout(name: &str, classes: usize, steps: u32) -> Case {
    let mut spec = example(&[1, classes]).spec;
    spec.time.steps = steps;
    let twin = Counting { counts: vec![0; classes], ..Counting::default() };
    clocked(name, Readout::new(&spec, false), |b| &mut b.clock)
        .input("restart", |b| &mut b.restart)
        .input("update", |b| &mut b.update)
        .input("fired", |b| &mut b.fired)
        .input("membrane", |b| &mut b.membrane)
        .input("fresh", |b| &mut b.fresh)
        .input("busy", |b| &mut b.busy)
        .input("result_addr", |b| &mut b.result_addr)
        .output("count", |b| &b.count)
        .output("winner", |b| &b.winner)
        .rows(images(name, classes as u64, steps), twin)
}

fn images(name: &str, classes: u64, steps: u32) -> Vec<u64> {
    let mut random = Random::new(seed_of(name));
    let mut rows: Vec<[u64; 7]> = Vec::new();
    while rows.len() < CYCLES {
        for step in 0..steps {
            let mut row = |random: &mut Random, restart: bool, update: bool, busy: bool| {
                // Membranes are often equal, so that ties are as common as anything.
                let near = [0, 1, 0xffff, 0x7fff, 0x8000][random.below(5) as usize];
                let membrane = [near, random.next_u64() & 0xffff][random.below(2) as usize];
                let [restart, update, busy, fresh] =
                    [restart, update, busy, step == 0].map(u64::from);
                let (fired, address) = (random.below(2), random.below(classes));
                rows.push([restart, update, fired, membrane, fresh, busy, address]);
            };
            // An image starts from idle; then pixels are encoded for a while.
            row(&mut random, true, false, step > 0);
            row(&mut random, false, false, true);
            for _ in 0..classes {
                while random.below(3) == 0 {
                    row(&mut random, false, false, true);
                }
                row(&mut random, false, true, true);
            }
        }
        for _ in 0..2 * classes {
            rows.push([0, 0, random.below(2), 0, 0, 0, random.below(classes)]);
        }
    }
    rows.concat()
}

#[derive(Default)]
struct Counting {
    counts: Vec<u32>,
    membranes: Vec<i32>,
    read: u32,
    winner: usize,
    /// The one of a cycle before, which is seen.
    shown: usize,
}

impl spikestream_sim::lockstep::Twin for Counting {
    fn cycle(&mut self, row: &[u64], out: &mut [u64]) {
        let &[restart, update, fired, membrane, fresh, busy, address] = row else {
            panic!("seven")
        };
        out.copy_from_slice(&[self.read.into(), self.shown as u64]);
        self.shown = self.winner;
        let neuron = self.membranes.len();
        let next = if restart == 1 { 0 } else { neuron + update as usize };
        let address = if busy == 1 { next } else { address as usize };
        let address = address % self.counts.len().next_power_of_two().max(2);
        self.read = self.counts.get(address).copied().unwrap_or(0);
        if update == 1 {
            let before = if fresh == 1 { 0 } else { self.counts[neuron] };
            self.counts[neuron] = before + fired as u32;
            self.membranes.push(sign_extend(membrane, 16) as i32);
            self.winner = classify(&self.counts[..=neuron], &self.membranes);
        }
        if restart == 1 {
            self.membranes.clear();
        }
    }
}
