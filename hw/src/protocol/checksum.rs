//! The checksum of a frame, of the bytes that come and of those that go.
//!
//! ```text
//!  restart          +-Checksum-+ 16  sum
//!  came, sent       |          +------->
//!  rx_data, tx_data |          |
//!  sends            |          |
//!  +--------------->+----------+
//! ```
//!
//! # Timing
//! A byte is added a cycle after it came or was sent, while it is still there. `restart` holds against that. The golden
//! twin is `spikestream::protocol::checksum`.

use crate::crc::Crc;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, Default, LogicBlock)]
pub struct Checksum {
    /// A frame begins.
    pub restart: Signal<In, Bit>,
    /// A byte that counts has come.
    pub came: Signal<In, Bit>,
    /// A byte that counts is being sent.
    pub sent: Signal<In, Bit>,
    /// A frame is being sent, not received.
    pub sends: Signal<In, Bit>,
    /// The byte that came.
    pub rx_data: Signal<In, Bits<8>>,
    /// The byte that is sent.
    pub tx_data: Signal<In, Bits<8>>,
    /// The checksum so far.
    pub sum: Signal<Out, Bits<16>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    crc: DFF<Bits<16>>,
    adding: DFF<Bit>,
    adder: Crc,
}

impl Logic for Checksum {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, crc, adding);
        self.adding.d.next = self.came.val() || self.sent.val();
        self.adder.crc.next = self.crc.q.val();
        self.adder.data.next = self.rx_data.val();
        if self.sends.val() {
            self.adder.data.next = self.tx_data.val();
        }
        if self.adding.q.val() {
            self.crc.d.next = self.adder.crc_next.val();
        }
        if self.restart.val() {
            self.crc.d.next = bits::<16>(0xffff);
        }
        self.sum.next = self.crc.q.val();
    }
}
