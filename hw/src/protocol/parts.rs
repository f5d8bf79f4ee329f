//! The parts of the protocol, as wide as an engine's frames are long.

use super::{Checksum, Heard, Pace, Protocol, Reply, Sizes};
use crate::prim::{Maybe, Register};
use rust_hdl::prelude::*;
use spikestream::hardware::line::answer_bytes;
use spikestream::protocol::frame::{REPLY, SYNC};

impl Protocol {
    /// The protocol on a board whose gap is `2^gap_bits` cycles.
    pub fn new(sizes: Sizes, gap_bits: usize) -> Self {
        let Sizes { inputs, identity_at, identity, results, .. } = sizes;
        let wide = |n: usize| Constant::new(Bits::<16>::from(n as u64));
        let byte = |n: u8| Constant::new(Bits::<8>::from(u64::from(n)));
        Self {
            hold: Signal::default(),
            reset: Signal::default(),
            received: Signal::default(),
            rx_data: Signal::default(),
            tx_ready: Signal::default(),
            tx_send: Signal::default(),
            tx_data: Signal::default(),
            missing: Signal::default(),
            pressed: Signal::default(),
            ready: Signal::default(),
            pass: Signal::default(),
            fail: Signal::default(),
            start: Signal::default(),
            page: Signal::default(),
            pixel_write: Signal::default(),
            place: Signal::default(),
            pixel_data: Signal::default(),
            info_addr: Signal::default(),
            info_data: Signal::default(),
            result_addr: Signal::default(),
            result_count: Signal::default(),
            result_membrane: Signal::default(),
            finish: Signal::default(),
            winner: Signal::default(),
            cycles: Signal::default(),
            steps: Maybe::new(Signal::default(), sizes.early),
            clock: Signal::default(),
            state: DFF::default(),
            pace: Pace::new(gap_bits),
            index: Register::counting(sizes.longest() + 1),
            last: DFF::default(),
            command: DFF::default(),
            spoilt: DFF::default(),
            outgoing: DFF::default(),
            refusal: Register::new(sizes.refusal_bits),
            finished: DFF::default(),
            passed: DFF::default(),
            failed: DFF::default(),
            checksum: Checksum::default(),
            heard: Heard::default(),
            reply: Reply::new(identity, answer_bytes(results), sizes.early),
            header: Signal::default(),
            sends: Signal::default(),
            replies: Signal::default(),
            sync: byte(SYNC),
            inputs: wide(inputs),
            last_input: wide(inputs - 1),
            expected_at: wide(2 * inputs),
            identity_at: wide(identity_at),
            reply_bit: byte(REPLY),
        }
    }
}
