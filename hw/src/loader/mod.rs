//! What a design of loaded weights does at start: it fills its memories from the board's flash, and says what is missing.
//!
//! ```text
//!  reset    +--Loader--+ 1  cs, sck, mosi, drive   to the flash
//!  miso     |          +------------------------>
//!  mosi_in  |          | 2  target       a memory that is written to: rows, parameters, the page
//!  +------->+          | 16 address      which of its words
//!           |          | 64 word         in its lowest bits
//!           |          +------------------------>
//!           |          | 3  missing      0: all is there; else the reason for refusing an image
//!           +----------+------------------------>
//! ```
//!
//! [`spikestream::hardware::image`] says what lies there. The header is held against the design's own shape before
//! anything is written, the checksum once all is.
//!
//! # Timing
//! A bit every second cycle, or every cycle from a flash that is read over two wires; a word's `target` is not 0 in the
//! second cycle after its last bit has come, when the next word's first may be there.

mod talk;

pub use talk::{Step, Talk};

use crate::prim::{Lookup, Register};
use rust_hdl::prelude::*;
use spikestream::hardware::flash::{Place, Read};
use spikestream::hardware::image::{MAGIC, PARAMETER_BYTES, POLYNOMIAL, ROW_BYTES, SHAPE_BYTES};
use spikestream::hardware::layout::Layout;
use spikestream::protocol::frame::Missing;

/// Fields of an image, in their order; the numbers of those that are written are those of [`Loader::target`].
const FIELDS: usize = 5;

/// Cycles from the last bit until it is known whether all is there.
const AFTER: usize = 4;

/// What is loaded, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where the image begins in the flash, and how it is read.
    pub place: Place,
    /// The shape that its header must name.
    pub shape: [u8; SHAPE_BYTES],
}

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Loader {
    /// Begin anew.
    pub reset: Signal<In, Bit>,
    /// From the flash.
    pub miso: Signal<In, Bit>,
    /// What is on the wire of `mosi` while it is not driven.
    pub mosi_in: Signal<In, Bit>,
    /// The flash is chosen while this is low.
    pub cs: Signal<Out, Bit>,
    /// Its clock.
    pub sck: Signal<Out, Bit>,
    /// To the flash.
    pub mosi: Signal<Out, Bit>,
    /// Drive `mosi`.
    pub drive: Signal<Out, Bit>,
    /// 1: write a row; 2: a parameter; 3: a byte of the page.
    pub target: Signal<Out, Bits<2>>,
    /// Which.
    pub address: Signal<Out, Bits<16>>,
    /// What.
    pub word: Signal<Out, Bits<64>>,
    /// Why there is no network, as `protocol::frame` numbers reasons; 0 if there is one.
    pub missing: Signal<Out, Bits<3>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    talk: Talk,
    field: Register<3>,
    place: Register<16>,
    count: Register<6>,
    shift: DFF<Bits<64>>,
    whole: DFF<Bit>,
    crc: DFF<Bits<32>>,
    differs: DFF<Bit>,
    erased: DFF<Bit>,
    reason: Register<3>,
    last_bits: Lookup<3, 6>,
    last_words: Lookup<3, 16>,
    header: Lookup<4, 8>,
    one: Constant<Bits<64>>,
    polynomial: Constant<Bits<32>>,
    feedback: Signal<Local, Bit>,
    ended: Signal<Local, Bit>,
    lowest: Signal<Local, Bits<8>>,
    strange: Signal<Local, Bit>,
    blank: Signal<Local, Bit>,
    loading: Constant<Bits<3>>,
    empty: Constant<Bits<3>>,
    damaged: Constant<Bits<3>>,
    foreign: Constant<Bits<3>>,
}

impl Loader {
    /// Cycles from the end of `reset` until an image of so many bytes is loaded, at most.
    pub fn cycles(read: Read, bytes: usize) -> usize {
        Talk::cycles(read, 8 * bytes) + AFTER
    }

    /// Loads what a layout has.
    pub fn new(layout: &Layout, source: Source) -> Self {
        let rows = layout.weights.iter().map(|weights| weights.words.len()).sum();
        let header = [&MAGIC[..], &source.shape].concat();
        let fields: [(usize, usize); FIELDS] = [
            (1, header.len()),
            (ROW_BYTES, rows),
            (PARAMETER_BYTES, layout.parameters.len()),
            (1, layout.page.len()),
            (1, size_of::<u32>()),
        ];
        let reason = |missing: Missing| Constant::new(Bits::from(u64::from(missing.reason())));
        Self {
            reset: Signal::default(),
            miso: Signal::default(),
            mosi_in: Signal::default(),
            cs: Signal::default(),
            sck: Signal::default(),
            mosi: Signal::default(),
            drive: Signal::default(),
            target: Signal::default(),
            address: Signal::default(),
            word: Signal::default(),
            missing: Signal::default(),
            clock: Signal::default(),
            talk: Talk::new(source.place),
            field: Register::new(3),
            place: Register::counting(fields.iter().map(|field| field.1).max().unwrap_or(1)),
            count: Register::new(6),
            shift: DFF::default(),
            whole: DFF::default(),
            crc: DFF::default(),
            differs: DFF::default(),
            erased: DFF::default(),
            reason: Register::new(3),
            last_bits: Lookup::new(fields.iter().map(|field| 8 * field.0 as u64 - 1).collect()),
            last_words: Lookup::new(fields.iter().map(|field| field.1 as u64 - 1).collect()),
            header: Lookup::new(header.into_iter().map(u64::from).collect()),
            one: Constant::new(Bits::from(1_u64)),
            polynomial: Constant::new(Bits::from(u64::from(POLYNOMIAL))),
            feedback: Signal::default(),
            ended: Signal::default(),
            lowest: Signal::default(),
            strange: Signal::default(),
            blank: Signal::default(),
            loading: reason(Missing::Loading),
            empty: reason(Missing::Empty),
            damaged: reason(Missing::Damaged),
            foreign: reason(Missing::Foreign),
        }
    }
}

impl Logic for Loader {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, field, place, count, shift, whole, crc, differs, erased, reason);
        clock!(self, clock, talk);
        self.talk.reset.next = self.reset.val();
        self.talk.miso.next = self.miso.val();
        self.talk.mosi_in.next = self.mosi_in.val();
        self.talk.stop.next = self.reason.q.val() != self.loading.val();
        self.cs.next = self.talk.cs.val();
        self.sck.next = self.talk.sck.val();
        self.mosi.next = self.talk.mosi.val();
        self.drive.next = self.talk.drive.val();
        self.missing.next = self.reason.q.val();
        self.address.next = self.place.q.val();
        self.word.next = self.shift.q.val();
        self.last_bits.address.next = self.field.q.val();
        self.last_words.address.next = self.field.q.val();
        self.header.address.next = self.place.q.val().get_bits::<4>(0);

        // A bit into the word and the checksum.
        self.feedback.next = self.crc.q.val().get_bit(31) ^ self.talk.level.val();
        self.whole.d.next = false;
        if self.talk.arrived.val() {
            self.shift.d.next = self.shift.q.val() << 1;
            if self.talk.level.val() {
                self.shift.d.next = (self.shift.q.val() << 1) | self.one.val();
            }
            self.crc.d.next = self.crc.q.val() << 1;
            if self.feedback.val() {
                self.crc.d.next = (self.crc.q.val() << 1) ^ self.polynomial.val();
            }
            self.count.d.next = self.count.q.val() + 1;
            if self.count.q.val() == self.last_bits.data.val() {
                self.count.d.next = bits::<6>(0);
                self.whole.d.next = true;
            }
        }

        // A word to its memory, and on.
        self.target.next = bits::<2>(0);
        self.ended.next = self.place.q.val() == self.last_words.data.val();
        self.lowest.next = self.shift.q.val().get_bits::<8>(0);
        self.strange.next = self.differs.q.val() || (self.lowest.val() != self.header.data.val());
        self.blank.next = self.erased.q.val() && self.lowest.val().all();
        if self.whole.q.val() {
            self.target.next = self.field.q.val().get_bits::<2>(0);
            self.place.d.next = self.place.q.val() + 1;
            if !self.field.q.val().any() {
                self.differs.d.next = self.strange.val();
                self.erased.d.next = self.blank.val();
            }
            if self.ended.val() {
                self.place.d.next = bits::<16>(0);
                self.field.d.next = self.field.q.val() + 1;
                if !self.field.q.val().any() && self.strange.val() {
                    self.reason.d.next = self.foreign.val();
                    if self.blank.val() {
                        self.reason.d.next = self.empty.val();
                    }
                }
                if self.field.q.val().get_bit(2) {
                    self.reason.d.next = bits::<3>(0);
                    if self.crc.q.val().any() {
                        self.reason.d.next = self.damaged.val();
                    }
                }
            }
        }
        if self.reset.val() {
            self.field.d.next = bits::<3>(0);
            self.place.d.next = bits::<16>(0);
            self.count.d.next = bits::<6>(0);
            self.whole.d.next = false;
            self.crc.d.next = !bits::<32>(0);
            self.differs.d.next = false;
            self.erased.d.next = true;
            self.reason.d.next = self.loading.val();
        }
    }
}

#[cfg(test)]
mod tests;
