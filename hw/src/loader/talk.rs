//! The bits of a flash over SPI, from an address on.
//!
//! ```text
//!  reset    +--Talk--+ 1  cs, sck, mosi, drive   to the flash, which is chosen while cs is low
//!  stop     |        +------------------------>
//!  miso     |        | 1  arrived, level          a bit of what is stored, highest of a byte first
//!  mosi_in  |        |
//!  +------->+--------+------------------------>
//! ```
//!
//! An FPGA that has read its bitstream may leave the flash asleep. So it is first woken (0xab), then read
//! ([`Read`](spikestream::hardware::flash::Read), three bytes of address) until `stop`: commands that flashes of 16 MiB and
//! less have in common. A flash that is read over two wires says the higher bit on `miso` and the lower on `mosi`, which is
//! driven while `drive` is high: not from the address's last bit until `stop`.
//!
//! # Timing
//! Mode 0: `sck` is low for a cycle of the clock and high for one, `mosi` changes as it falls, and so does what the flash
//! says, which is taken a cycle after `sck` rose; the second of two bits is given a cycle later. Between the two commands
//! the flash has 2,048 cycles to wake.

use crate::prim::{Lookup, Register};
use rust_hdl::prelude::*;
use spikestream::hardware::flash::{Place, Read};

/// Wakes a flash.
const WAKE: u8 = 0xab;

/// Cycles that a flash has to wake: at 48 MHz 43 us, and none of those that a board has needs more than 30.
const PAUSE: usize = 1 << 11;

/// Bytes that are said: what wakes the flash, the command, the address.
const SAID: usize = 1 + 1 + 3;

/// Where in a talk the board is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, LogicState)]
pub enum Step {
    /// Waking the flash.
    Wake,
    /// Giving it time.
    Pause,
    /// Sending command and address, and waiting for what the flash says.
    Ask,
    /// Taking bits.
    Take,
    /// Nothing more.
    Rest,
}

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Talk {
    /// Begin anew.
    pub reset: Signal<In, Bit>,
    /// Take no more bits.
    pub stop: Signal<In, Bit>,
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
    /// A bit has come.
    pub arrived: Signal<Out, Bit>,
    /// That bit.
    pub level: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    step: DFF<Step>,
    chosen: DFF<Bit>,
    high: DFF<Bit>,
    place: Register<6>,
    said: DFF<Bit>,
    words: Lookup<6, 1>,
    pause: Register<12>,
    heard: DFF<Bit>,
    other: DFF<Bit>,
    taken: DFF<Bit>,
    again: DFF<Bit>,
    released: DFF<Bit>,
    last_of_wake: Constant<Bits<6>>,
    last_said: Constant<Bits<6>>,
    last_of_ask: Constant<Bits<6>>,
    two: Constant<Bit>,
}

impl Talk {
    /// Cycles until so many bits have been taken.
    pub fn cycles(read: Read, bits: usize) -> usize {
        2 * (8 * SAID + read.idle + bits.div_ceil(read.wires)) + PAUSE + 4
    }

    /// Reads from an address on.
    pub fn new(Place { address, read }: Place) -> Self {
        assert!(address < 1 << 24, "three bytes of address");
        let [_, high, middle, low] = address.to_be_bytes();
        let bits = |byte: u8| (0..8).rev().map(move |bit| u64::from(byte >> bit & 1));
        let said: [u8; SAID] = [WAKE, read.command, high, middle, low];
        let last = |count: usize| Constant::new(Bits::from(count as u64 - 1));
        Self {
            reset: Signal::default(),
            stop: Signal::default(),
            miso: Signal::default(),
            mosi_in: Signal::default(),
            cs: Signal::default(),
            sck: Signal::default(),
            mosi: Signal::default(),
            drive: Signal::default(),
            arrived: Signal::default(),
            level: Signal::default(),
            clock: Signal::default(),
            step: DFF::default(),
            chosen: DFF::default(),
            high: DFF::default(),
            place: Register::new(6),
            said: DFF::default(),
            words: Lookup::new(said.into_iter().flat_map(bits).collect()),
            pause: Register::new(12),
            heard: DFF::default(),
            other: DFF::default(),
            taken: DFF::default(),
            again: DFF::default(),
            released: DFF::default(),
            last_of_wake: last(8),
            last_said: last(8 * SAID),
            last_of_ask: last(8 * SAID + read.idle),
            two: Constant::new(read.wires == 2),
        }
    }
}

impl Logic for Talk {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, step, chosen, high, place, said, pause, heard, other, taken, again,
            released
        );
        self.cs.next = !self.chosen.q.val();
        self.sck.next = self.high.q.val();
        self.mosi.next = self.said.q.val();
        self.drive.next = !self.released.q.val();
        self.arrived.next = self.taken.q.val() | self.again.q.val();
        self.level.next = self.heard.q.val();
        self.heard.d.next = self.miso.val();
        self.other.d.next = self.mosi_in.val();
        self.again.d.next = false;
        if self.taken.q.val() & self.two.val() {
            self.heard.d.next = self.other.q.val();
            self.again.d.next = true;
        }
        self.taken.d.next = false;
        self.high.d.next = self.chosen.q.val() && !self.high.q.val();
        match self.step.q.val() {
            Step::Wake => {
                self.released.d.next = false;
                self.chosen.d.next = true;
                if self.high.q.val() {
                    self.place.d.next = self.place.q.val() + 1;
                    if self.place.q.val() == self.last_of_wake.val() {
                        self.chosen.d.next = false;
                        self.step.d.next = Step::Pause;
                    }
                }
            }
            Step::Pause => {
                self.pause.d.next = self.pause.q.val() + 1;
                if self.pause.q.val().get_bit(11) {
                    self.chosen.d.next = true;
                    self.step.d.next = Step::Ask;
                }
            }
            Step::Ask => {
                if self.high.q.val() {
                    self.place.d.next = self.place.q.val() + 1;
                    if self.place.q.val() == self.last_said.val() {
                        self.released.d.next = true;
                    }
                    if self.place.q.val() == self.last_of_ask.val() {
                        self.step.d.next = Step::Take;
                    }
                }
            }
            Step::Take => {
                self.taken.d.next = self.high.q.val();
                if self.stop.val() {
                    self.chosen.d.next = false;
                    self.high.d.next = false;
                    self.taken.d.next = false;
                    self.again.d.next = false;
                    self.step.d.next = Step::Rest;
                }
            }
            Step::Rest => {
                self.released.d.next = false; // a cycle after the flash has let go
            }
        }
        if self.reset.val() {
            self.step.d.next = Step::Wake;
            self.chosen.d.next = false;
            self.high.d.next = false;
            self.taken.d.next = false;
            self.again.d.next = false;
            self.place.d.next = bits::<6>(0);
            self.pause.d.next = bits::<12>(0);
        }
        self.words.address.next = self.place.d.val();
        self.said.d.next = self.words.data.val().any();
    }
}
