//! Number sequences behind bitstreams, in software; `hw` has the twins of those it uses.
//!
//! `docs/contract.md` has them as equations. A value `m` of `n` bits becomes a stream of `L = 2^n` bits. Every generator here gives exactly
//! `m` ones in a full stream, so the classic off-by-one errors live in one table:
//!
//! | generator | bit at cycle `k` | period | one short cycle |
//! |---|---|---|---|
//! | ruler | `m[n-1-ctz(k+1)]` | 2^n | 0 at `k = L-1` |
//! | van der Corput | `m > bitrev_n(k)` | 2^n | none |
//! | counter | `m > k` | 2^n | none |
//! | Sobol | `m > x2(k)`, the second dimension | 2^n | none |
//! | LFSR | `m > state(k) - 1` | 2^n - 1 | 0 at `k = L-1` |
//!
//! Sources: van der Corput 1935; Sobol 1967; Golomb, Shift Register Sequences, 1967.

use crate::spec::Generator;

/// Feedback masks of maximal Galois shift registers of 1 to 16 bits, shifting right.
///
/// `state <- state >> 1`, exclusive-or the mask if the bit shifted out was 1.
pub const LFSR_MASKS: [u16; 17] = [
    0, 0x1, 0x3, 0x6, 0xc, 0x14, 0x30, 0x60, 0xb8, 0x110, 0x240, 0x500, 0xe08, 0x1c80, 0x3802,
    0x6000, 0xd008,
];

/// The state of a maximal LFSR after `state`.
pub fn lfsr_next(bits: u32, state: u16) -> u16 {
    let shifted = state >> 1;
    if state & 1 == 1 { shifted ^ LFSR_MASKS[bits as usize] } else { shifted }
}

/// The lowest `bits` bits of `value` in reverse order.
pub fn bit_reverse(bits: u32, value: u32) -> u32 {
    if bits == 0 { 0 } else { value.reverse_bits() >> (32 - bits) }
}

/// Element `k` of the second Sobol dimension on `bits` bits.
///
/// Its generator matrix is Pascal's triangle modulo 2 (primitive polynomial `x + 1`).
pub fn sobol2(bits: u32, k: u32) -> u32 {
    let mut direction = 1_u32 << bits.saturating_sub(1);
    let mut value = 0;
    for bit in 0..bits {
        if k >> bit & 1 == 1 {
            value ^= direction;
        }
        direction ^= direction >> 1;
    }
    value
}

impl Generator {
    /// The bit that value `m` of `n` bits has at cycle `k` of its stream, `k` in `0..2^n`.
    pub fn bit(self, n: u32, m: u32, k: u32) -> bool {
        let last = k + 1 == 1 << n;
        match self {
            Self::Ruler => !last && m >> (n - 1 - (k + 1).trailing_zeros()) & 1 == 1,
            Self::VanDerCorput => m > bit_reverse(n, k),
            Self::Counter => m > k,
            Self::Sobol => m > sobol2(n, k),
            Self::Lfsr => !last && m >= u32::from(lfsr_state(n, k)),
        }
    }

    /// The encoder's number `r_t` of 0..=255 at time step `t` of `steps = 2^n`.
    ///
    /// The low-discrepancy sequences are centred in their cell: `(x_n(t) << (8-n)) + 2^(7-n)`.
    /// The ruler compares nothing, so as an encoder it is the van der Corput sequence that it
    /// equals bit for bit in the mean.
    pub fn threshold(self, steps: u32, t: u32) -> u8 {
        let n = steps.trailing_zeros();
        let centred = |x: u32| ((x << (8 - n)) + ((1 << (8 - n)) >> 1)) as u8;
        match self {
            Self::Ruler | Self::VanDerCorput => centred(bit_reverse(n, t)),
            Self::Counter => centred(t),
            Self::Sobol => centred(sobol2(n, t)),
            Self::Lfsr => (lfsr_state(8, t) - 1) as u8,
        }
    }
}

/// The state of an LFSR that starts from 1, after `k` steps.
fn lfsr_state(bits: u32, k: u32) -> u16 {
    (0..k).fold(1, |state, _| lfsr_next(bits, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_stream_holds_exactly_m_ones() {
        for generator in Generator::ALL {
            for n in 1..=7 {
                for m in 0..1 << n {
                    let ones = (0..1 << n).filter(|&k| generator.bit(n, m, k)).count();
                    assert_eq!(ones, m as usize, "{generator:?}, n = {n}, m = {m}");
                }
            }
        }
    }

    #[test]
    fn every_lfsr_has_the_full_period() {
        for bits in 1..=16 {
            let mut state = 1;
            let mut period = 0_u32;
            loop {
                state = lfsr_next(bits, state);
                period += 1;
                if state == 1 {
                    break;
                }
            }
            assert_eq!(period, (1 << bits) - 1, "{bits} bits");
        }
    }

    #[test]
    fn the_ruler_is_the_documented_table() {
        // n = 3: planes 2 1 2 0 2 1 2, then nothing.
        let plane = |k| (0..3).find(|&b| Generator::Ruler.bit(3, 1 << b, k));
        let planes: Vec<_> = (0..8).map(plane).collect();
        let expected = [2, 1, 2, 0, 2, 1, 2].map(Some);
        assert_eq!(planes[..7], expected);
        assert_eq!(planes[7], None);
    }

    /// The numbers of an encoder, over all of its steps.
    fn thresholds(generator: Generator, n: u32) -> Vec<u8> {
        (0..1 << n).map(|t| generator.threshold(1 << n, t)).collect()
    }

    #[test]
    fn encoder_thresholds_are_distinct_and_centred() {
        assert_eq!(thresholds(Generator::VanDerCorput, 4)[..4], [8, 136, 72, 200]);
        assert_eq!(thresholds(Generator::Sobol, 3), [16, 144, 208, 80, 176, 48, 112, 240]);
        assert_eq!(thresholds(Generator::Counter, 2), [32, 96, 160, 224]);
        for generator in
            Generator::ALL.into_iter().filter(|generator| *generator != Generator::Lfsr)
        {
            for n in 0..=8 {
                let mut seen = thresholds(generator, n);
                seen.sort_unstable();
                // In the middle of each cell, which at 256 steps is the number itself.
                let (cell, half) = (256 >> n, (256 >> n) / 2);
                let centred = (0..1 << n).map(|i| (cell * i + half) as u8);
                assert!(seen.into_iter().eq(centred), "{generator:?}, 2^{n} steps");
            }
        }
    }

    #[test]
    fn the_shift_register_encodes_with_its_states_less_one() {
        // Its states are 1, 184, 92, 46, 23, 179, 225, 200, ...
        let all = thresholds(Generator::Lfsr, 8);
        assert_eq!(all[..8], [0, 183, 91, 45, 22, 178, 224, 199]);
        for n in 0..8 {
            assert_eq!(thresholds(Generator::Lfsr, n), all[..1 << n], "2^{n} steps");
        }
        // It has 255 states, so its 256th step is its first again.
        assert_eq!(all[255], all[0]);
        let mut seen = all;
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.into_iter().eq(0..=254));
    }

    #[test]
    fn sobol_is_a_permutation() {
        for n in 0..=8 {
            let mut seen: Vec<_> = (0..1 << n).map(|k| sobol2(n, k)).collect();
            seen.sort_unstable();
            assert!(seen.iter().copied().eq(0..1 << n));
        }
    }
}
