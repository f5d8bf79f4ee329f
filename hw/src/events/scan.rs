//! The inputs that spike, one by one: each pixel's level, and the next of them while a row is being added.
//!
//! ```text
//!  enable, restart  +-Scan-+ 16  pixel_addr
//!  pixel         8  |      | 1   held, scanned
//!  page, taken      |      |     entry, level
//!  +--------------->+      +--------------->
//! ```
//!
//! `entry` is that of the input that is held ([`Entries`]), `level` at how many steps it spikes. `taken` lets it go.
//!
//! # Timing
//! `pixel` follows `pixel_addr` by one cycle. An input is held from two cycles after its pixel on, or when the one before
//! it is taken. `scanned` says that no input is left, but for the one that is held. The golden twin is `sc::encoder::level`.

use super::entries::Entries;
use crate::prim::Register;
use rust_hdl::prelude::*;
use spikestream::hardware::events::Events;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Scan {
    /// Go on.
    pub enable: Signal<In, Bit>,
    /// Begin an image.
    pub restart: Signal<In, Bit>,
    /// The self-test's.
    pub page: Signal<In, Bit>,
    /// The pixel that was read.
    pub pixel: Signal<In, Bits<8>>,
    /// The input that is held is no longer needed.
    pub taken: Signal<In, Bit>,
    /// The pixel to read.
    pub pixel_addr: Signal<Out, Bits<16>>,
    /// An input is held.
    pub held: Signal<Out, Bit>,
    /// No other is left.
    pub scanned: Signal<Out, Bit>,
    /// Its entry.
    pub entry: Signal<Out, Bits<64>>,
    /// Its level, less one.
    pub level: Signal<Out, Bits<9>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    place: Register<16>,
    count: Register<12>,
    next: Entries,
    fetched: DFF<Bit>,
    done: DFF<Bit>,
    found: DFF<Bit>,
    found_entry: Register<64>,
    found_level: Register<9>,
    full: DFF<Bit>,
    held_entry: Register<64>,
    held_level: Register<9>,
    spikes: Signal<Local, Bit>,
    moves: Signal<Local, Bit>,
    goes_on: Signal<Local, Bit>,
    raised: Signal<Local, Bits<9>>,
    test_page: Constant<Bits<16>>,
    last_input: Constant<Bits<12>>,
    least: Constant<Bits<8>>,
    rounding: Constant<Bits<9>>,
    cell_bits: Constant<Bits<9>>,
}

impl Scan {
    /// The scan of so many inputs.
    pub fn new(walk: &Events, inputs: usize) -> Self {
        let cell = 256 / walk.steps as u64;
        let next = Entries::of_input(walk);
        let nine = |n: u64| Constant::new(Bits::<9>::from(n));
        Self {
            enable: Signal::default(),
            restart: Signal::default(),
            page: Signal::default(),
            pixel: Signal::default(),
            taken: Signal::default(),
            pixel_addr: Signal::default(),
            held: Signal::default(),
            scanned: Signal::default(),
            entry: Signal::default(),
            level: Signal::default(),
            clock: Signal::default(),
            place: Register::counting(2 * inputs),
            count: Register::counting(inputs),
            fetched: DFF::default(),
            done: DFF::default(),
            found: DFF::default(),
            found_entry: Register::new(next.bits()),
            found_level: Register::counting(walk.steps),
            full: DFF::default(),
            held_entry: Register::new(next.bits()),
            next,
            held_level: Register::counting(walk.steps),
            spikes: Signal::default(),
            moves: Signal::default(),
            goes_on: Signal::default(),
            raised: Signal::default(),
            test_page: Constant::new(Bits::from(inputs as u64)),
            last_input: Constant::new(Bits::from(inputs as u64 - 1)),
            least: Constant::new(Bits::from(cell / 2)),
            // A level is the pixel less half a cell, in cells, rounded up; and one less.
            rounding: nine(cell / 2 + 1),
            cell_bits: nine(cell.trailing_zeros().into()),
        }
    }
}

impl Logic for Scan {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, place, count, fetched, done, full, held_entry, held_level);
        dff_setup!(self, clock, found, found_entry, found_level);
        self.next.clock.next = self.clock.val();
        self.spikes.next = self.fetched.q.val() && (self.pixel.val() > self.least.val());
        // Two inputs wait, so that which pixel is read does not hang on when a row ends.
        self.moves.next = self.found.q.val() && (!self.full.q.val() || self.taken.val());
        self.goes_on.next = self.fetched.q.val() && (!self.spikes.val() || !self.found.q.val());
        self.next.layer.next = bits::<3>(0);
        self.next.advance.next = self.goes_on.val();
        self.next.restart.next = self.restart.val();
        self.raised.next =
            (bit_cast::<9, 8>(self.pixel.val()) - self.rounding.val()) >> self.cell_bits.val();
        self.held.next = self.full.q.val();
        self.scanned.next = self.done.q.val() && !self.found.q.val();
        self.entry.next = self.held_entry.q.val();
        self.level.next = self.held_level.q.val();

        if self.taken.val() {
            self.full.d.next = false;
        }
        if self.moves.val() {
            self.found.d.next = false;
            self.full.d.next = true;
            self.held_entry.d.next = self.found_entry.q.val();
            self.held_level.d.next = self.found_level.q.val();
        }
        if self.enable.val() {
            self.fetched.d.next = !self.done.q.val();
        }
        if self.goes_on.val() {
            self.place.d.next = self.place.q.val() + 1;
            self.count.d.next = self.count.q.val() + 1;
            if self.count.q.val() == self.last_input.val() {
                self.done.d.next = true;
                self.fetched.d.next = false;
            }
            if self.spikes.val() {
                self.found.d.next = true;
                self.found_entry.d.next = self.next.entry.val();
                self.found_level.d.next = self.raised.val();
            }
        }
        if self.restart.val() {
            self.place.d.next = bits::<16>(0);
            if self.page.val() {
                self.place.d.next = self.test_page.val();
            }
            self.count.d.next = bits::<12>(0);
            self.fetched.d.next = false;
            self.done.d.next = false;
            self.found.d.next = false;
            self.full.d.next = false;
        }
        // After the last assignment of the place, because the emitted text is read from top to bottom.
        self.pixel_addr.next = self.place.d.val();
    }
}
