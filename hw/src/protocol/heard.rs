//! What a byte that was received is, compared a cycle before it is acted on: the comparisons are many levels of logic.
//!
//! ```text
//!  received, rx_data  +-Heard-+ 1  came     a byte was received the cycle before
//!  command, expected  |       | 1  is_sync, is_known, is_expected
//!  +----------------->+-------+------------------>
//! ```
//!
//! # Timing
//! One cycle from a byte to all that is said of it, and one from a command to what it is. A byte stays for at least 80
//! cycles, so it is still there.

use rust_hdl::prelude::*;
use spikestream::protocol::frame::{IDENTIFY, INFER, SYNC};

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Heard {
    /// A byte has been received.
    pub received: Signal<In, Bit>,
    /// That byte.
    pub rx_data: Signal<In, Bits<8>>,
    /// The command of the frame.
    pub command: Signal<In, Bits<8>>,
    /// What the byte must be, if it is part of a length or of a checksum.
    pub expected: Signal<In, Bits<8>>,
    /// A byte was received the cycle before.
    pub came: Signal<Out, Bit>,
    /// It begins a frame.
    pub is_sync: Signal<Out, Bit>,
    /// It is what was expected.
    pub is_expected: Signal<Out, Bit>,
    /// The command asks for an image.
    pub is_infer: Signal<Out, Bit>,
    /// There is such a command.
    pub is_known: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    arrived: DFF<Bit>,
    synced: DFF<Bit>,
    equal: DFF<Bit>,
    infers: DFF<Bit>,
    known: DFF<Bit>,
    sync: Constant<Bits<8>>,
    infer: Constant<Bits<8>>,
    identify: Constant<Bits<8>>,
}

impl Default for Heard {
    fn default() -> Self {
        let byte = |n: u8| Constant::new(Bits::<8>::from(u64::from(n)));
        Self {
            received: Signal::default(),
            rx_data: Signal::default(),
            command: Signal::default(),
            expected: Signal::default(),
            came: Signal::default(),
            is_sync: Signal::default(),
            is_expected: Signal::default(),
            is_infer: Signal::default(),
            is_known: Signal::default(),
            clock: Signal::default(),
            arrived: DFF::default(),
            synced: DFF::default(),
            equal: DFF::default(),
            infers: DFF::default(),
            known: DFF::default(),
            sync: byte(SYNC),
            infer: byte(INFER),
            identify: byte(IDENTIFY),
        }
    }
}

impl Logic for Heard {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, arrived, synced, equal, infers, known);
        self.arrived.d.next = self.received.val();
        self.synced.d.next = self.rx_data.val() == self.sync.val();
        self.equal.d.next = self.rx_data.val() == self.expected.val();
        self.infers.d.next = self.command.val() == self.infer.val();
        self.known.d.next =
            (self.command.val() == self.infer.val()) || (self.command.val() == self.identify.val());
        self.came.next = self.arrived.q.val();
        self.is_sync.next = self.synced.q.val();
        self.is_expected.next = self.equal.q.val();
        self.is_infer.next = self.infers.q.val();
        self.is_known.next = self.known.q.val();
    }
}
