//! Schedule `stream`: weights by sign and magnitude, a product of `2^B` bits that are worth 1 each.

use super::{Bit, Engine};
use crate::sc::faults::words::{SIGN_MAGNITUDE, Words};
use crate::sc::schedule::Schedule;
use crate::spec;

/// `bit_k` of the weight's stream in cycle k, counted up or down by the weight's sign.
#[derive(Debug)]
pub(super) struct Stream;

impl Engine for Stream {
    fn name(&self) -> &'static str {
        "stream"
    }

    fn about(&self) -> &'static str {
        "2^B cycles of an AND gate a lane, each worth 1"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Stream
    }

    fn memory(&self) -> Words {
        SIGN_MAGNITUDE
    }

    fn bits(&self, stream: &spec::Stream) -> u32 {
        stream.period()
    }

    fn bit(&self, stream: &spec::Stream, word: u16, bit: u32) -> Bit {
        let magnitude = u32::from(word) & (stream.period() - 1);
        Bit {
            is_one: stream.generator.bit(stream.bits, magnitude, bit),
            worth: if word >> stream.bits & 1 == 1 { -1 } else { 1 },
        }
    }

    fn wires(&self, _: &spec::Stream) -> u32 {
        1
    }

    fn wire(&self, _: u32) -> u32 {
        0
    }
}
