//! Schedule `planes`: weights by sign and magnitude, a product of B bits, of which bit b is worth `2^b`.

use super::{Bit, Engine};
use crate::sc::faults::words::{SIGN_MAGNITUDE, Words};
use crate::sc::schedule::Schedule;
use crate::spec::Stream;

/// Bit b of the magnitude, counted `2^b` times up or down by the weight's sign.
#[derive(Debug)]
pub(super) struct Planes;

impl Engine for Planes {
    fn name(&self) -> &'static str {
        "planes"
    }

    fn about(&self) -> &'static str {
        "B cycles of an AND gate a lane, bit plane b worth 2^b"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Planes
    }

    fn memory(&self) -> Words {
        SIGN_MAGNITUDE
    }

    fn bits(&self, stream: &Stream) -> u32 {
        stream.bits
    }

    fn bit(&self, stream: &Stream, word: u16, bit: u32) -> Bit {
        let worth = 1 << bit;
        let is_negative = word >> stream.bits & 1 == 1;
        Bit { is_one: word >> bit & 1 == 1, worth: if is_negative { -worth } else { worth } }
    }

    fn wires(&self, _: &Stream) -> u32 {
        1
    }

    fn wire(&self, _: u32) -> u32 {
        0
    }
}
