//! The dot product: every cycle against `sc::dot::up_down`, every neuron against
//! `sc::dot::Streams`, on both schedules.

use std::collections::{HashMap, VecDeque};

use spikestream::random::Random;
use spikestream::sc::dot::{Streams, up_down};
use spikestream::sc::network::Schedule;
use spikestream::spec::{Generator, Stream};
use spikestream_hw::dot::Dot;
use spikestream_sim::dut::sign_extend;

use super::{CYCLES, Case, check, clocked, seed_of};

/// B of the neurons.
const BITS: u32 = 4;

/// Cycles from a word to its total.
const DEPTH: usize = 4;

#[test]
fn dot_products_are_their_twins() {
    check(cases());
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case::<16>("dot_16", 11, false),
        case::<64>("dot_64", 13, false),
        case::<128>("dot_128", 24, false),
        case::<16>("dot_16_negative", 8, true),
        case::<64>("dot_64_negative", 10, true),
        case::<128>("dot_128_negative", 24, true),
    ]
}

/// A dot product, with its negative part where neurons have a second synapse.
fn case<const P: usize>(name: &str, width: u32, second: bool) -> Case {
    let mut stimulus = Stimulus::new(seed_of(name), P);
    while stimulus.cycles < CYCLES / 2 {
        stimulus.noise();
    }
    while stimulus.cycles < 2 * CYCLES {
        stimulus.neuron();
    }
    let twin = Twin {
        width,
        words: P.div_ceil(64),
        before: vec![vec![0; 3 * P.div_ceil(64) + 5]; DEPTH].into(),
        total: 0,
        second,
        negative: 0,
        cycle: 0,
        neurons: stimulus.neurons,
    };
    clocked(name, Dot::<P>::new(width as usize, second), |b| &mut b.clock)
        .input("spikes", |b| &mut b.spikes)
        .input("weights", |b| &mut b.weights)
        .input("signs", |b| &mut b.signs)
        .input("enable", |b| &mut b.enable)
        .input("first", |b| &mut b.first)
        .input("double", |b| &mut b.double)
        .input("mute", |b| &mut b.mute)
        .input("last", |b| &mut b.last)
        .output("total", |b| &b.total)
        .output("negative", |b| &b.negative)
        .output("ready", |b| &b.ready)
        .rows(stimulus.rows, twin)
}

/// A row's flags, in the order of the ports.
#[derive(Clone, Copy, Default)]
struct Flags {
    enable: bool,
    first: bool,
    double: bool,
    mute: bool,
    last: bool,
}

/// Rows, and what the golden model says of the neurons in them.
struct Stimulus {
    random: Random,
    lanes: usize,
    rows: Vec<u64>,
    cycles: usize,
    /// C and its negative part by the cycle of the neuron's last word.
    neurons: HashMap<usize, [i32; 2]>,
}

impl Stimulus {
    fn new(seed: u64, lanes: usize) -> Self {
        let (rows, neurons) = (Vec::new(), HashMap::new());
        Self { random: Random::new(seed), lanes, rows, cycles: 0, neurons }
    }

    fn push(&mut self, operands: [u128; 3], flags: Flags) {
        for operand in operands {
            self.rows.push(operand as u64);
            if self.lanes > 64 {
                self.rows.push((operand >> 64) as u64);
            }
        }
        let Flags { enable, first, double, mute, last } = flags;
        self.rows.extend([enable, first, double, mute, last].map(u64::from));
        self.cycles += 1;
    }

    fn word(&mut self) -> u128 {
        let ones = u128::MAX >> (128 - self.lanes);
        match self.random.below(8) {
            0 => ones, // all lanes at once, the counter's end
            1 => 0,
            _ => {
                (u128::from(self.random.next_u64()) << 64 | u128::from(self.random.next_u64()))
                    & ones
            }
        }
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.random.below(n) == 0
    }

    /// A cycle of anything.
    fn noise(&mut self) {
        let operands = [self.word(), self.word(), self.word()];
        let flags = Flags {
            enable: !self.one_in(4),
            first: self.one_in(8),
            double: self.one_in(8),
            mute: self.one_in(8),
            last: self.one_in(8),
        };
        self.push(operands, flags);
    }

    /// A cycle that holds no word.
    fn gap(&mut self) {
        let operands = [self.word(), self.word(), self.word()];
        self.push(operands, Flags { first: true, double: true, last: true, ..Flags::default() });
    }

    /// A neuron's words as the engine reads them, with gaps.
    fn neuron(&mut self) {
        let schedule = if self.one_in(2) { Schedule::Planes } else { Schedule::Stream };
        let inputs = 1 + self.random.below(3 * self.lanes as u64) as usize;
        let row: Vec<i8> = (0..inputs).map(|_| self.random.below(31) as i8 - 15).collect();
        let spikes: Vec<bool> = (0..inputs).map(|_| self.one_in(2)).collect();
        let passes = if schedule == Schedule::Stream { 1 << BITS } else { BITS };
        let chunks = inputs.div_ceil(self.lanes);
        for pass in 0..passes {
            for chunk in 0..chunks {
                while self.one_in(16) {
                    self.gap();
                }
                let lanes = |set: &dyn Fn(usize) -> bool| {
                    let start = chunk * self.lanes;
                    let inputs = start..inputs.min(start + self.lanes);
                    inputs.filter(|&i| set(i)).fold(0, |w, i| w | 1_u128 << (i - start))
                };
                let mute = schedule == Schedule::Stream && pass + 1 == passes;
                let weights = lanes(&|i| shown(schedule, row[i].unsigned_abs().into(), pass));
                let operands = [lanes(&|i| spikes[i]), weights, lanes(&|i| row[i] < 0)];
                // What stands in a muted cycle does not matter.
                let weights = if mute { self.word() } else { operands[1] };
                let flags = Flags {
                    enable: true,
                    first: pass == 0 && chunk == 0,
                    double: schedule == Schedule::Planes && pass > 0 && chunk == 0,
                    mute,
                    last: pass + 1 == passes && chunk + 1 == chunks,
                };
                self.push([operands[0], weights, operands[2]], flags);
            }
        }
        let packed: Vec<u64> = spikes.chunks(64).map(pack).collect();
        let stream = Stream::full(BITS, Generator::Ruler);
        let golden = Streams::generate(&stream, std::iter::once(row.as_slice()));
        let sums = [golden.dot(0, &packed, 0), golden.negative(0, &packed, 0)];
        self.neurons.insert(self.cycles - 1, sums);
    }
}

/// The bit of a weight in a pass: planes from the most significant, or the ruler's stream.
fn shown(schedule: Schedule, magnitude: u32, pass: u32) -> bool {
    match schedule {
        Schedule::Planes | Schedule::Events => magnitude >> (BITS - 1 - pass) & 1 == 1,
        Schedule::Stream => Generator::Ruler.bit(BITS, magnitude, pass),
    }
}

fn pack(bits: &[bool]) -> u64 {
    bits.iter().enumerate().fold(0, |word, (i, &bit)| word | u64::from(bit) << i)
}

struct Twin {
    width: u32,
    words: usize,
    /// The rows of the last cycles, which are still inside.
    before: VecDeque<Vec<u64>>,
    total: i64,
    /// Whether the negative part is asked for, and what it is.
    second: bool,
    negative: u64,
    cycle: usize,
    neurons: HashMap<usize, [i32; 2]>,
}

impl spikestream_sim::lockstep::Twin for Twin {
    fn cycle(&mut self, row: &[u64], out: &mut [u64]) {
        let w = self.words;
        let leaving = self.before.pop_front().unwrap();
        let [enable, first, double, mute, last] = leaving[3 * w..] else { panic!("five flags") };
        if enable == 1 {
            let (factor, counts) = ([1, 2, 0, 0][(2 * first + double) as usize], 1 - mute);
            let [spikes, bits, signs] = [0, 1, 2].map(|i| &leaving[i * w..(i + 1) * w]);
            let counted = up_down(spikes, bits, signs);
            let sum = factor * self.total + i64::from(counted) * counts as i64;
            self.total = sign_extend(sum as u64, self.width);
            let down = (0..w).map(|i| (spikes[i] & bits[i] & signs[i]).count_ones()).sum::<u32>();
            let sum = factor as u64 * self.negative + u64::from(down) * counts;
            self.negative = sum & ((1 << (self.width - 1)) - 1);
        }
        let ready = enable & last;
        let golden = self.cycle.checked_sub(DEPTH).and_then(|at| self.neurons.get(&at));
        if let Some(golden) = golden {
            let sums = golden.map(|sum| sign_extend(sum as u64, self.width));
            assert_eq!((ready, self.total), (1, sums[0]), "the stimulus is a neuron's");
            let bits = self.width - 1;
            assert_eq!(self.negative, golden[1] as u64 & ((1 << bits) - 1));
        }
        let negative = if self.second { self.negative } else { 0 };
        out.copy_from_slice(&[self.total as u64 & 0xff_ffff, negative, ready]);
        self.before.push_back(row.to_vec());
        self.cycle += 1;
    }
}
