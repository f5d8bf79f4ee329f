//! The part of a weight's bitstream that one time step runs, and what it weighs.

use super::bitstream::Bitstream;
use crate::spec::Generator;

/// The ones that each magnitude's stream has in a window of `length` cycles from cycle `start` on,
/// past the end on from the beginning; `[2^bits]`, by magnitude.
///
/// `counts[m] = sum_c bit_((start + c) mod 2^bits)(m)`, `c` in `0..length`. A whole stream gives
/// `counts[m] = m`, wherever it starts.
///
/// # Panics
/// If the window is longer than the stream, or `bits` is above 7.
pub fn counts(generator: Generator, bits: u32, length: u32, start: u32) -> Vec<u32> {
    let period = 1_u32 << bits;
    assert!(bits <= 7 && length <= period, "a window of {length} of 2^{bits} cycles");
    let ones = |m| {
        let stream = Bitstream::encode(generator, bits, m);
        (0..length).filter(|c| stream.get(((start + c) % period) as usize)).count() as u32
    };
    (0..period).map(ones).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_stream_weighs_its_magnitude_from_any_cycle_on() {
        for generator in Generator::ALL {
            for start in [0, 1, 5, 15] {
                assert!(counts(generator, 4, 16, start).into_iter().eq(0..16), "{generator:?}");
            }
        }
    }

    #[test]
    fn a_window_past_the_end_goes_on_from_the_beginning() {
        // A ramp's stream of 3 is 11100000: the window 6 7 0 1 sees two of its ones.
        assert_eq!(counts(Generator::Counter, 3, 4, 6), [0, 1, 2, 2, 2, 2, 2, 3]);
        assert_eq!(counts(Generator::Counter, 3, 4, 0), [0, 1, 2, 3, 4, 4, 4, 4]);
        assert_eq!(counts(Generator::Counter, 3, 0, 3), [0; 8]);
    }

    #[test]
    fn two_windows_side_by_side_are_one() {
        for generator in Generator::ALL {
            let (a, b) = (counts(generator, 5, 7, 29), counts(generator, 5, 6, 4));
            let sum: Vec<_> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
            assert_eq!(counts(generator, 5, 13, 29), sum, "{generator:?}");
        }
    }

    #[test]
    #[should_panic(expected = "a window of 9 of 2^3 cycles")]
    fn a_window_longer_than_the_stream_is_no_window() {
        counts(Generator::Ruler, 3, 9, 0);
    }
}
