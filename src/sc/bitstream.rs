//! Packed bitstreams: 64 cycles a word, and what is measured on them.

use crate::spec::Generator;

/// A bitstream of `len` cycles, cycle `k` in bit `k % 64` of word `k / 64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitstream {
    words: Vec<u64>,
    len: usize,
}

impl Bitstream {
    /// A stream from one bit a cycle.
    pub fn from_fn(len: usize, bit: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0; len.div_ceil(64)];
        for k in (0..len).filter(|&k| bit(k)) {
            words[k / 64] |= 1 << (k % 64);
        }
        Self { words, len }
    }

    /// A stream from its words; bits behind the last cycle are taken away.
    ///
    /// # Panics
    /// If there are not as many words as the cycles take.
    pub fn from_words(mut words: Vec<u64>, len: usize) -> Self {
        assert_eq!(words.len(), len.div_ceil(64), "words of {len} cycles");
        let spare = words.len() * 64 - len;
        if let Some(last) = words.last_mut() {
            *last &= u64::MAX >> spare;
        }
        Self { words, len }
    }

    /// The stream of a value of `bits` bits, `2^bits` cycles long: a stochastic number generator.
    pub fn encode(generator: Generator, bits: u32, value: u32) -> Self {
        Self::from_fn(1 << bits, |k| generator.bit(bits, value, k as u32))
    }

    /// Cycles.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the stream has no cycles.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit at a cycle.
    pub fn get(&self, k: usize) -> bool {
        self.words[k / 64] >> (k % 64) & 1 == 1
    }

    /// The number of ones.
    pub fn ones(&self) -> u32 {
        self.words.iter().map(|w| w.count_ones()).sum()
    }

    /// The unipolar product, an AND gate: its mean is the product of the means if the streams are
    /// uncorrelated.
    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    /// The bipolar product, an XNOR gate.
    pub fn xnor(&self, other: &Self) -> Self {
        let stream = self.zip(other, |a, b| !(a ^ b));
        Self::from_words(stream.words, stream.len)
    }

    fn zip(&self, other: &Self, f: impl Fn(u64, u64) -> u64) -> Self {
        assert_eq!(self.len, other.len, "two streams are combined cycle by cycle");
        let words = self.words.iter().zip(&other.words).map(|(&a, &b)| f(a, b)).collect();
        Self { words, len: self.len }
    }

    /// The stochastic-computing correlation of two streams, in -1..=1; 0 is uncorrelated.
    ///
    /// `SCC = (ad - bc) / (n min(a+b, a+c) - (a+b)(a+c))` if `ad > bc`, else
    /// `(ad - bc) / ((a+b)(a+c) - n max(a-d, 0))`, with `a`, `b`, `c`, `d` the counts of 11, 10,
    /// 01, 00 (Alaghi and Hayes, "Exploiting correlation in stochastic circuit design", 2013).
    pub fn scc(&self, other: &Self) -> f64 {
        let n = self.len as f64;
        let (x, y) = (f64::from(self.ones()), f64::from(other.ones()));
        let a = f64::from(self.and(other).ones());
        let d = n - x - y + a;
        let difference = a * n - x * y; // ad - bc
        let scale =
            if difference > 0.0 { n * x.min(y) - x * y } else { x * y - n * (a - d).max(0.0) };
        if scale == 0.0 { 0.0 } else { difference / scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_held_for_a_stream_multiplies_exactly() {
        let held = Bitstream::from_fn(128, |_| true);
        for m in 0..128 {
            let weight = Bitstream::encode(Generator::VanDerCorput, 7, m);
            assert_eq!(held.and(&weight).ones(), m);
        }
    }

    #[test]
    fn the_same_generator_twice_is_fully_correlated() {
        let a = Bitstream::encode(Generator::Counter, 6, 20);
        let b = Bitstream::encode(Generator::Counter, 6, 40);
        assert_eq!(a.and(&b).ones(), 20);
        assert!((a.scc(&b) - 1.0).abs() < 1e-12);
        let inverse = Bitstream::from_fn(64, |k| !a.get(k));
        assert!((a.scc(&inverse) + 1.0).abs() < 1e-12);
    }

    #[test]
    fn ramp_against_van_der_corput_is_nearly_uncorrelated() {
        let a = Bitstream::encode(Generator::Counter, 7, 64);
        let b = Bitstream::encode(Generator::VanDerCorput, 7, 64);
        assert_eq!(a.and(&b).ones(), 32);
        assert!(a.scc(&b).abs() < 1e-12);
    }

    #[test]
    fn xnor_leaves_no_bits_past_the_end() {
        let zero = Bitstream::from_fn(10, |_| false);
        let equal = zero.xnor(&zero);
        assert_eq!(equal.ones(), 10);
        assert!((0..10).all(|k| equal.get(k)), "they are the first ten");
    }

    #[test]
    fn only_a_stream_without_cycles_is_empty() {
        assert!(Bitstream::from_fn(0, |_| true).is_empty());
        assert!(!Bitstream::from_fn(1, |_| false).is_empty());
    }

    #[test]
    fn correlation_between_its_extremes_is_the_formula_worked_by_hand() {
        let scc = |n: usize, ones: &[usize], others: &[usize]| {
            let of = |set: &[usize]| Bitstream::from_fn(n, |k| set.contains(&k));
            of(ones).scc(&of(others))
        };
        let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-12, "{got}, not {want}");
        // a = 3, b = c = 1, d = 3: (9 - 1) / (8 * 4 - 16).
        close(scc(8, &[0, 1, 2, 3], &[0, 1, 2, 4]), 0.5);
        // a = 2, b = 3, c = 1, d = 2: (4 - 3) / (8 * 3 - 15).
        close(scc(8, &[0, 1, 2, 3, 4], &[0, 1, 5]), 1.0 / 9.0);
        // a = d = 1, b = c = 3: (1 - 9) / (16 - 0).
        close(scc(8, &[0, 1, 2, 3], &[0, 4, 5, 6]), -0.5);
        // a = 5, b = c = 5, d = 1: (5 - 25) / (100 - 16 * 4).
        let (first, second): (Vec<usize>, Vec<usize>) = ((0..10).collect(), (5..15).collect());
        close(scc(16, &first, &second), -20.0 / 36.0);
    }
}
