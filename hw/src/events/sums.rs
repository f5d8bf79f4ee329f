//! The sums of all neurons, as many added to at once as there are lanes.
//!
//! ```text
//!  address, lane  +-Sums-+ 24  current   a neuron's dot product
//!  weights   128  |      | 24  negative  what negative weights take off it
//!  write, zero    |      | 1   ready     they are a neuron's
//!  chain, first   |      +------------>
//!  take, late     |      |
//!  +------------->+------+
//! ```
//!
//! Each cycle a word of sums is read and the sum behind it made: plus the weights, or with `chain` plus what the cycle
//! before made, from 0 with `first`. With `zero` it is 0 instead. `write` puts it back. `take` gives the sum of one
//! lane as it was read. Behind a weight lies its delay, where synapses have one: a lane whose delay is not `late` adds 0.
//! `negative` is there where neurons have a second synapse, and 0 otherwise.
//!
//! # Timing
//! `weights` follows the address by one cycle, as from a memory; all that is asked for comes with the address.
//! `current` and `ready` follow it by two cycles. A sum that was written must not be read again within two cycles. The
//! golden twin is `hardware::events`.

mod text;

use crate::prim::{index_bits, word};
use rust_hdl::prelude::*;

/// The sizes of the sums.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Neurons a word.
    pub lanes: usize,
    /// Bits of a weight, with its sign.
    pub weight_bits: usize,
    /// Bits of a delay; 0 where synapses have none.
    pub delay_bits: usize,
    /// Bits of a sum, with its sign.
    pub width: usize,
    /// Words.
    pub depth: usize,
    /// Whether the negative part is kept as well.
    pub second: bool,
}

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Sums {
    /// Which word.
    pub address: Signal<In, Bits<16>>,
    /// Which of its neurons is taken.
    pub lane: Signal<In, Bits<8>>,
    /// A weight for each lane, two's complement, and its delay, the first the lowest.
    pub weights: Signal<In, Bits<128>>,
    /// Put the sum back.
    pub write: Signal<In, Bit>,
    /// It is 0.
    pub zero: Signal<In, Bit>,
    /// Add what the cycle before made.
    pub chain: Signal<In, Bit>,
    /// But begin.
    pub first: Signal<In, Bit>,
    /// Give the lane's sum.
    pub take: Signal<In, Bit>,
    /// The delay of the weights that are added.
    pub late: Signal<In, Bits<4>>,
    /// That sum, two's complement.
    pub current: Signal<Out, Bits<24>>,
    /// Its negative part, without its sign.
    pub negative: Signal<Out, Bits<24>>,
    /// They are a neuron's.
    pub ready: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _sizes: Sizes,
    _memory: Vec<Vec<Sum>>,
    _read: Vec<Sum>,
    _sum: Vec<Sum>,
    _asked: Asked,
    _writing: Option<usize>,
}

/// A neuron's sum, and its negative part.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    all: i32,
    negative: i32,
}

/// What was asked for with an address.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    address: usize,
    lane: usize,
    write: bool,
    zero: bool,
    chain: bool,
    first: bool,
    take: bool,
    late: u128,
}

impl Sums {
    /// Sums of these sizes, all of them 0.
    pub fn new(sizes: Sizes) -> Self {
        assert!(sizes.width <= 24 && sizes.lanes * sizes.lane_bits() <= 128);
        let zeros = vec![Sum::default(); sizes.lanes];
        Self {
            address: Signal::default(),
            lane: Signal::default(),
            weights: Signal::default(),
            write: Signal::default(),
            zero: Signal::default(),
            chain: Signal::default(),
            first: Signal::default(),
            take: Signal::default(),
            late: Signal::default(),
            current: Signal::default(),
            negative: Signal::default(),
            ready: Signal::default(),
            clock: Signal::default(),
            _memory: vec![zeros.clone(); sizes.words()],
            _read: zeros.clone(),
            _sum: zeros,
            _asked: Asked::default(),
            _writing: None,
            _sizes: sizes,
        }
    }

    /// What the cycle makes of the word that was read.
    fn next(&self) -> Vec<Sum> {
        let weights = self.weights.val().to_u128();
        let Sizes { weight_bits: bits, delay_bits, .. } = self._sizes;
        let lanes = self._read.iter().zip(&self._sum).enumerate();
        let sum = |(lane, (read, before)): (usize, (&Sum, &Sum))| {
            let Asked { zero, chain, first, late, .. } = self._asked;
            let own = weights >> (lane * self._sizes.lane_bits());
            let raw = own as i32 & ((1 << bits) - 1);
            let delay = own >> bits & ((1 << delay_bits) - 1);
            let is_late = delay_bits > 0 && delay != late;
            let weight = if is_late { 0 } else { (raw << (32 - bits)) >> (32 - bits) };
            let (all, negative) = match (zero, chain, first) {
                (true, ..) => return Sum::default(),
                (_, true, true) => (0, 0),
                (_, true, false) => (before.all, before.negative),
                _ => (weight, (-weight).max(0)),
            };
            Sum { all: read.all + all, negative: read.negative + negative }
        };
        lanes.map(sum).collect()
    }

    fn asked(&self) -> Asked {
        Asked {
            address: self.address.val().index() & ((1 << index_bits(self._memory.len())) - 1),
            lane: self.lane.val().index(),
            write: self.write.val(),
            zero: self.zero.val(),
            chain: self.chain.val(),
            first: self.first.val(),
            take: self.take.val(),
            late: self.late.val().to_u128(),
        }
    }
}

impl Logic for Sums {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let asked = self.asked();
            let nothing = || vec![Sum::default(); self._sizes.lanes];
            let read = self._memory.get(asked.address).cloned().unwrap_or_else(nothing);
            if let Some(word) = self._writing.and_then(|address| self._memory.get_mut(address)) {
                word.clone_from(&self._sum);
            }
            self._writing = self._asked.write.then_some(self._asked.address);
            let taken = self._read.get(self._asked.lane).copied().unwrap_or_default();
            self.current.next = word(taken.all as u128);
            self.negative.next = word(taken.negative as u128);
            self.ready.next = self._asked.take;
            self._sum = self.next();
            self._read = read;
            self._asked = asked;
        }
    }

    fn connect(&mut self) {
        self.current.connect();
        self.negative.connect();
        self.ready.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(self._sizes.verilog())
    }
}
