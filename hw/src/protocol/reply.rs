//! The payload of a reply, byte by byte.
//!
//! ```text
//!  index     +-Reply-+ 8  payload   the byte at index
//!  is_infer  |       +---------->
//!  refusal   |       | 16 length    bytes of the payload
//!            |       | 16 last      the last byte's index
//!  +-------->+-------+---------->
//! ```
//!
//! An answer to `infer` is little-endian words of 32 bits: the class, in the high half the time steps of a run that may
//! end early, the cycles, then a count and a
//! membrane for each class. An identity is bytes of the engine's page, a refusal its reason.
//!
//! # Timing
//! Combinational; count, membrane and info are the engine's for the same index.

use crate::prim::{Maybe, logic, wires};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Reply {
    /// Which byte.
    pub index: Signal<In, Bits<16>>,
    /// The reply answers `infer`.
    pub is_infer: Signal<In, Bit>,
    /// The reason of a refusal, 0 for none.
    pub refusal: Signal<In, Bits<3>>,
    /// The class.
    pub winner: Signal<In, Bits<8>>,
    /// Busy cycles.
    pub cycles: Signal<In, Bits<32>>,
    /// Time steps, where a run may end early.
    pub steps: Maybe<Signal<In, Bits<16>>>,
    /// Spikes of class `index / 4 - 2`.
    pub count: Signal<In, Bits<16>>,
    /// Membrane of that class.
    pub membrane: Signal<In, Bits<16>>,
    /// Byte `index` of the identity.
    pub info: Signal<In, Bits<8>>,
    /// The byte.
    pub payload: Signal<Out, Bits<8>>,
    /// Bytes of the payload.
    pub length: Signal<Out, Bits<16>>,
    /// The index of the last byte.
    pub last: Signal<Out, Bits<16>>,
    word: Signal<Local, Bits<32>>,
    identity_length: Constant<Bits<16>>,
    answer_length: Constant<Bits<16>>,
    identity_last: Constant<Bits<16>>,
    answer_last: Constant<Bits<16>>,
}

impl Reply {
    /// Replies whose identity and answer have these lengths; `early` if they tell the time steps.
    pub fn new(identity_length: usize, answer_length: usize, early: bool) -> Self {
        Self {
            index: Signal::default(),
            is_infer: Signal::default(),
            refusal: Signal::default(),
            winner: Signal::default(),
            cycles: Signal::default(),
            steps: Maybe::new(Signal::default(), early),
            count: Signal::default(),
            membrane: Signal::default(),
            info: Signal::default(),
            payload: Signal::default(),
            length: Signal::default(),
            last: Signal::default(),
            word: Signal::default(),
            identity_length: Constant::new(Bits::from(identity_length as u64)),
            answer_length: Constant::new(Bits::from(answer_length as u64)),
            identity_last: Constant::new(Bits::from(identity_length as u64 - 1)),
            answer_last: Constant::new(Bits::from(answer_length as u64 - 1)),
        }
    }
}

logic!([] Reply, |reply| reply.steps.lacks(&["steps"]));

impl wires::Wires for Reply {
    #[hdl_gen]
    fn update(&mut self) {
        self.word.next =
            bit_cast::<32, 16>(self.count.val()) | (bit_cast::<32, 16>(self.membrane.val()) << 16);
        if (self.index.val() >> 2) == bits::<16>(0) {
            self.word.next = bit_cast::<32, 8>(self.winner.val());
            self.word.next =
                bit_cast::<32, 8>(self.winner.val()) | (bit_cast::<32, 16>(self.steps.val()) << 16);
        }
        if (self.index.val() >> 2) == bits::<16>(1) {
            self.word.next = self.cycles.val();
        }
        self.payload.next = self.word.val().get_bits::<8>(0);
        if self.index.val().get_bit(0) {
            self.payload.next = self.word.val().get_bits::<8>(8);
        }
        if self.index.val().get_bit(1) {
            self.payload.next = self.word.val().get_bits::<8>(16);
            if self.index.val().get_bit(0) {
                self.payload.next = self.word.val().get_bits::<8>(24);
            }
        }
        self.length.next = self.answer_length.val();
        self.last.next = self.answer_last.val();
        if !self.is_infer.val() {
            self.payload.next = self.info.val();
            self.length.next = self.identity_length.val();
            self.last.next = self.identity_last.val();
        }
        if self.refusal.val().any() {
            self.payload.next = bit_cast::<8, 3>(self.refusal.val());
            self.length.next = bits::<16>(1);
            self.last.next = bits::<16>(0);
        }
    }
}
