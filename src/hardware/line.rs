//! The serial line of the hardware: the bytes of an image and of its answer, and the clock cycles that
//! a bit may take.

/// Bytes of a frame around its payload: start, command, two of length, two of checksum.
pub const OVERHEAD: usize = 6;

/// Bits of a byte on the line: start, eight of data, stop.
pub const BITS_A_BYTE: usize = 10;

/// The fewest clock cycles a bit. The receiver samples up to two cycles behind the middle of a bit,
/// because it notices a start bit that late; in eight cycles that leaves [`TOLERANCE`].
pub const LEAST_CYCLES: u64 = 8;

/// The most clock cycles a bit: what the timers count.
pub const MOST_CYCLES: u64 = 0xffff;

/// How far a line's two ends may be off each other, as a fraction.
pub const TOLERANCE: f64 = 0.02;

/// Bytes of the payload that answers an image: class and cycles, then count and membrane of each
/// class.
pub fn answer_bytes(classes: usize) -> usize {
    8 + 4 * classes
}

/// Bytes of the frame that brings an image.
pub fn request_bytes(inputs: usize) -> usize {
    OVERHEAD + inputs
}

/// Bytes of the frame that answers it.
pub fn reply_bytes(classes: usize) -> usize {
    OVERHEAD + answer_bytes(classes)
}

/// The clock cycles of a bit: the nearest whole number, whether or not it will do.
pub fn nearest_cycles(clock_hz: u64, baud: u64) -> u64 {
    clock_hz.saturating_add(baud / 2).checked_div(baud).unwrap_or(0)
}

/// The clock cycles of a bit, if there are enough of them and no more than are counted.
pub fn cycles_per_bit(clock_hz: u64, baud: u64) -> Option<u64> {
    let cycles = nearest_cycles(clock_hz, baud);
    (LEAST_CYCLES..=MOST_CYCLES).contains(&cycles).then_some(cycles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_has_the_nearest_number_of_cycles_that_will_do() {
        assert_eq!(cycles_per_bit(24_000_000, 1_000_000), Some(24));
        assert_eq!(cycles_per_bit(24_000_000, 3_000_000), Some(8));
        assert_eq!(cycles_per_bit(50_000_000, 3_000_000), Some(17));
        assert_eq!(cycles_per_bit(24_000_000, 4_000_000), None);
        assert_eq!(cycles_per_bit(24_000_000, 300), None);
        assert_eq!(cycles_per_bit(24_000_000, 0), None);
    }

    #[test]
    fn frames_are_as_long_as_they_are_said_to_be() {
        assert_eq!((request_bytes(784), reply_bytes(10)), (790, 54));
    }
}
