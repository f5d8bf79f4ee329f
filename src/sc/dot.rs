//! The stochastic-computing dot product, two ways that must agree: stream by stream, and by bit
//! planes.
//!
//! A weight `q = sigma * m` is a bitstream of `m` ones in `L` cycles with a sign. A product with a
//! spike is an AND gate, the sum an exact up/down counter: `C = sum_k sum_i s_i sigma_i
//! bit_k(m_i)`. Inputs are packed 64 a word, so one AND and one popcount serve 64 synapses.

use crate::spec::Generator;

/// The bitstreams of one layer: for each neuron and cycle, the bits of all inputs.
#[derive(Clone, Debug)]
pub struct Streams {
    signs: Vec<u64>,
    bits: Vec<u64>,
    words: usize,
    cycles: usize,
    /// What a one of cycle `k` counts: 1 for a stream, `2^b` for bit plane `b`.
    weights: Vec<i32>,
}

impl Streams {
    /// Each weight as the stream that the generator makes of it, `2^bits` cycles.
    ///
    /// `rows` are the weights of each neuron.
    pub fn generate<'a>(
        generator: Generator,
        bits: u32,
        rows: impl Iterator<Item = &'a [i8]>,
    ) -> Self {
        let cycles = 1 << bits;
        let bit = |m: u32, k: usize| generator.bit(bits, m, k as u32);
        Self::pack(cycles, vec![1; cycles], rows, bit)
    }

    /// Each weight as its `bits` bit planes, the shortcut that the ruler stream allows: plane `b`
    /// stands in `2^b` of its cycles.
    pub fn planes<'a>(bits: u32, rows: impl Iterator<Item = &'a [i8]>) -> Self {
        let weights = (0..bits).map(|b| 1 << b).collect();
        Self::pack(bits as usize, weights, rows, |m, b| m >> b & 1 == 1)
    }

    fn pack<'a>(
        cycles: usize,
        weights: Vec<i32>,
        rows: impl Iterator<Item = &'a [i8]>,
        bit: impl Fn(u32, usize) -> bool,
    ) -> Self {
        let mut streams = Self { signs: vec![], bits: vec![], words: 0, cycles, weights };
        for row in rows {
            streams.words = row.len().div_ceil(64);
            streams.signs.extend(pack_words(row, |q| q < 0));
            for k in 0..cycles {
                streams.bits.extend(pack_words(row, |q| bit(q.unsigned_abs().into(), k)));
            }
        }
        streams
    }

    /// `C_j` of a neuron for packed spikes, over the whole stream.
    pub fn dot(&self, neuron: usize, spikes: &[u64]) -> i32 {
        let signs = &self.signs[neuron * self.words..][..self.words];
        let row = self.words * self.cycles;
        let bits = &self.bits[neuron * row..][..row];
        let cycles = bits.chunks_exact(self.words.max(1)).zip(&self.weights);
        cycles.map(|(bits, weight)| weight * up_down(spikes, bits, signs)).sum()
    }
}

/// One cycle of the up/down counter: ones on positive synapses less ones on negative synapses.
pub fn up_down(spikes: &[u64], bits: &[u64], signs: &[u64]) -> i32 {
    let words = spikes.iter().zip(bits).zip(signs);
    words
        .map(|((s, b), sign)| {
            let product = s & b;
            (product & !sign).count_ones() as i32 - (product & sign).count_ones() as i32
        })
        .sum()
}

fn pack_words(row: &[i8], bit: impl Fn(i8) -> bool) -> impl Iterator<Item = u64> {
    row.chunks(64).map(move |chunk| {
        let set = chunk.iter().enumerate().filter(|(_, q)| bit(**q));
        set.fold(0, |word, (i, _)| word | 1 << i)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Streams of every generator, planes and the integer sum are the same number.
        #[test]
        fn streams_planes_and_integers_agree(
            bits in 1_u32..=7,
            raw in proptest::collection::vec((any::<i8>(), any::<bool>()), 1..200),
        ) {
            let max = (1_i32 << bits) - 1;
            let row: Vec<i8> = raw.iter().map(|(q, _)| (i32::from(*q) % (max + 1)) as i8).collect();
            let mut spikes = vec![0_u64; row.len().div_ceil(64)];
            for (i, _) in raw.iter().enumerate().filter(|(_, (_, s))| *s) {
                spikes[i / 64] |= 1 << (i % 64);
            }
            let sum = row.iter().zip(&raw).filter(|(_, (_, s))| *s).map(|(q, _)| i32::from(*q)).sum::<i32>();
            let rows = || std::iter::once(row.as_slice());
            prop_assert_eq!(Streams::planes(bits, rows()).dot(0, &spikes), sum);
            for generator in [
                Generator::Ruler, Generator::VanDerCorput, Generator::Lfsr,
                Generator::Counter, Generator::Sobol,
            ] {
                prop_assert_eq!(Streams::generate(generator, bits, rows()).dot(0, &spikes), sum);
            }
        }
    }

    #[test]
    fn neurons_do_not_share_words() {
        let rows: [&[i8]; 2] = [&[1, -2, 3], &[-4, 5, 7]];
        let streams = Streams::planes(3, rows.into_iter());
        assert_eq!([streams.dot(0, &[0b111]), streams.dot(1, &[0b110])], [2, 12]);
    }
}
