//! What a spike reaches, word by word: the rows of weights to read, and the words of sums that they are added to.
//!
//! ```text
//!  walk, scanning  +-Reach-+ 16  row, word
//!  scanned    64   |       | 4   late
//!  listed     64   |       | 9   bin
//!  level, offered  |       | 1   adding, takes, ends, busy, left
//!  corner, group   |       |
//!  +-------------->+       +--------->
//! ```
//!
//! Where all links are dense, a spike's rows follow each other from the one that its entry names, the words of sums are those
//! that the walker counts, and the block is a few gates. Otherwise it walks the link's address program
//! (`hardware::events::Link`) with counters of its own.
//!
//! `offered` says that an entry is there, `takes` that it need not stay. `adding` says that `row` and `word` are one of a
//! spike's. `ends` is a spike's last cycle, `busy` says that one is there, and `left` that none is after this cycle.
//!
//! # Timing
//! Dense: combinational. Otherwise an entry is taken in one cycle and its first word follows in the next; the last word of a
//! spike can be followed at once by the first of the next. The golden twin is `Link::walk`.

mod program;
mod text;

use crate::prim::word;
use program::{At, Programs};
use rust_hdl::prelude::*;
use spikestream::hardware::events::Events;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Reach {
    /// Which walk: regions, then links.
    pub walk: Signal<In, Bits<5>>,
    /// The entry is the input's.
    pub scanning: Signal<In, Bit>,
    /// The entry of an input.
    pub scanned: Signal<In, Bits<64>>,
    /// The entry of a neuron.
    pub listed: Signal<In, Bits<64>>,
    /// The level of an input, less one.
    pub level: Signal<In, Bits<9>>,
    /// An entry is there.
    pub offered: Signal<In, Bit>,
    /// Nothing is added any more.
    pub clear: Signal<In, Bit>,
    /// The word that the walker counts.
    pub corner: Signal<In, Bits<16>>,
    /// The group that it counts.
    pub group: Signal<In, Bits<12>>,
    /// It is the last.
    pub group_end: Signal<In, Bit>,
    /// The row of weights.
    pub row: Signal<Out, Bits<16>>,
    /// The word of sums, without its slot and bank.
    pub word: Signal<Out, Bits<16>>,
    /// The delay that is walked.
    pub late: Signal<Out, Bits<4>>,
    /// The level of the input whose rows are added, less one.
    pub bin: Signal<Out, Bits<9>>,
    /// A row is added.
    pub adding: Signal<Out, Bit>,
    /// The entry is taken.
    pub takes: Signal<Out, Bit>,
    /// A spike's last cycle.
    pub ends: Signal<Out, Bit>,
    /// A spike is there.
    pub busy: Signal<Out, Bit>,
    /// None is there after this cycle.
    pub left: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _programs: Programs,
    _at: At,
}

impl Reach {
    /// What spikes reach on a walk.
    pub fn new(walk: &Events) -> Self {
        Self {
            walk: Signal::default(),
            scanning: Signal::default(),
            scanned: Signal::default(),
            listed: Signal::default(),
            level: Signal::default(),
            offered: Signal::default(),
            clear: Signal::default(),
            corner: Signal::default(),
            group: Signal::default(),
            group_end: Signal::default(),
            row: Signal::default(),
            word: Signal::default(),
            late: Signal::default(),
            bin: Signal::default(),
            adding: Signal::default(),
            takes: Signal::default(),
            ends: Signal::default(),
            busy: Signal::default(),
            left: Signal::default(),
            clock: Signal::default(),
            _programs: Programs::new(walk),
            _at: At::default(),
        }
    }

    fn entry(&self) -> u128 {
        let entry = if self.scanning.val() { self.scanned.val() } else { self.listed.val() };
        entry.to_u128()
    }

    fn dense(&mut self) {
        let (offered, last) = (self.offered.val(), self.group_end.val());
        let row = self.entry() + self.group.val().to_u128();
        self.row.next = word(row);
        self.word.next = self.corner.val();
        self.late.next = Bits::from(0);
        self.bin.next = self.level.val();
        self.adding.next = offered;
        self.takes.next = offered && last;
        self.ends.next = offered && last;
        self.busy.next = offered;
        self.left.next = !offered || last;
    }

    fn walked(&mut self) {
        let (at, offered) = (self._at, self.offered.val());
        let ends = at.full && self._programs.ends(&at);
        if self.clock.pos_edge() {
            let taken = offered && (!at.full || ends);
            self._at = self._programs.next(&at);
            if taken {
                let walk = self.walk.val().index();
                self._at = self._programs.begin(walk, self.scanning.val(), self.entry());
                self._at.level = self.level.val().index();
            }
            if self.clear.val() {
                self._at.full = false;
            }
        }
        let at = self._at;
        let ends = at.full && self._programs.ends(&at);
        self.row.next = word(at.row as u128);
        self.word.next = word(at.word as u128);
        self.late.next = word(at.late as u128);
        self.bin.next = word(at.level as u128);
        self.adding.next = at.full && !at.hollow && at.rest == 0;
        self.takes.next = offered && (!at.full || ends);
        self.ends.next = ends;
        self.busy.next = at.full || offered;
        self.left.next = (!at.full || ends) && !offered;
    }
}

impl Logic for Reach {
    fn update(&mut self) {
        if self._programs.is_dense() { self.dense() } else { self.walked() }
    }

    fn connect(&mut self) {
        self.row.connect();
        self.word.connect();
        self.late.connect();
        self.bin.connect();
        self.adding.connect();
        self.takes.connect();
        self.ends.connect();
        self.busy.connect();
        self.left.connect();
    }

    fn hdl(&self) -> Verilog {
        let programs = &self._programs;
        Verilog::Custom(if programs.is_dense() { programs.gates() } else { programs.counters() })
    }
}
