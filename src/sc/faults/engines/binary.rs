//! A binary fixed-point engine: weights in two's complement, a product of B + 1 bits, up to `2^B` a bit.

use super::{Bit, Engine};
use crate::sc::faults::words::{TWOS_COMPLEMENT, Words};
use crate::sc::schedule::Schedule;
use crate::spec::Stream;

/// The whole word of a weight at once, which is how schedule `events` keeps its rows.
#[derive(Debug)]
pub(super) struct Binary;

impl Engine for Binary {
    fn name(&self) -> &'static str {
        "binary"
    }

    fn about(&self) -> &'static str {
        "a word of B + 1 bits a lane in one cycle, bit b worth 2^b, the sign -2^B"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Events
    }

    fn memory(&self) -> Words {
        TWOS_COMPLEMENT
    }

    fn bits(&self, stream: &Stream) -> u32 {
        stream.bits + 1
    }

    fn bit(&self, stream: &Stream, word: u16, bit: u32) -> Bit {
        let worth = 1 << bit;
        Bit { is_one: word >> bit & 1 == 1, worth: if bit == stream.bits { -worth } else { worth } }
    }

    fn wires(&self, stream: &Stream) -> u32 {
        stream.bits + 1
    }

    fn wire(&self, bit: u32) -> u32 {
        bit
    }
}
