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

/// The slowest clock of a design, Hz: a slower one makes [`gap_cycles`] shorter than a design takes to
/// start, which is counted by the same timer.
pub const SLOWEST_CLOCK_HZ: u64 = 25_700;

/// The clock cycles without a byte that drop half a frame: the first power of two that lasts 10 ms. So it
/// is 10 ms at least and less than 20. They are counted from the middle of a stop bit to that of the next
/// byte; one that comes in the last of them still belongs to the frame. The button is looked at as often.
pub fn gap_cycles(clock_hz: u64) -> u64 {
    (clock_hz / 100).next_power_of_two()
}

/// [`gap_cycles`] in ms.
pub fn gap_ms(clock_hz: u64) -> f64 {
    1000.0 * gap_cycles(clock_hz) as f64 / clock_hz as f64
}

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
    (clock_hz + baud / 2).checked_div(baud).unwrap_or(0)
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
        // At the limits: seven cycles are too few, 65,536 too many.
        assert_eq!(cycles_per_bit(21_000_000, 3_000_000), None);
        assert_eq!(cycles_per_bit(65_535_000, 1000), Some(MOST_CYCLES));
        assert_eq!(cycles_per_bit(65_536_000, 1000), None);
        // 7.5 cycles become eight, and less does not.
        assert_eq!(cycles_per_bit(750, 100), Some(8));
        assert_eq!(cycles_per_bit(749, 100), None);
        assert_eq!(cycles_per_bit(24_000_000, 300), None);
        assert_eq!(cycles_per_bit(24_000_000, 0), None);
    }

    #[test]
    fn the_gap_is_what_the_protocol_s_page_says() {
        let page = include_str!("../../docs/protocol.md");
        for mhz in [12, 24, 40, 48, 50, 60] {
            let (cycles, ms) = (gap_cycles(mhz * 1_000_000), gap_ms(mhz * 1_000_000));
            let row = format!("| {mhz} | 2^{} | {ms:.1} |", cycles.ilog2());
            assert!(page.contains(&row), "{row}");
        }
        assert_eq!(gap_cycles(60_000_000), 1 << 20);
        for hz in (SLOWEST_CLOCK_HZ..100_000).chain([26_214_400, 26_214_500, 100_000_000]) {
            assert!((9.96..20.0).contains(&gap_ms(hz)), "{} ms at {hz} Hz", gap_ms(hz));
        }
        // A start takes 256 cycles: the bit that tells them must be one of the timer.
        assert_eq!((gap_cycles(SLOWEST_CLOCK_HZ), gap_cycles(SLOWEST_CLOCK_HZ - 1)), (512, 256));
    }

    #[test]
    fn frames_are_as_long_as_they_are_said_to_be() {
        assert_eq!((request_bytes(784), reply_bytes(10)), (790, 54));
    }
}
