//! The stochastic-computing dot product, two ways that must agree: stream by stream, and by bit
//! planes.
//!
//! A weight `q = sigma * m` is a bitstream with a sign, of which a time step runs `L` cycles. A
//! product with a spike is an AND gate, the sum an exact up/down counter: `C = sum_c sum_i s_i
//! sigma_i bit_k(m_i)`. Inputs are packed 64 a word, so one AND and one popcount serve 64 synapses.

use crate::spec::Stream;

/// The bitstreams of one layer: for each neuron a ring of rows of bits, a bit an input, of which a
/// time step counts some that follow each other.
#[derive(Clone, Debug)]
pub struct Streams {
    signs: Vec<u64>,
    bits: Vec<u64>,
    /// Words a row.
    words: usize,
    /// Rows of a neuron's ring: the cycles of a stream, or the bit planes of all windows.
    ring: usize,
    /// Rows from one time step's first to the next one's; 0 if all have the same.
    stride: usize,
    /// What a one counts in each row of a time step: 1 in a stream, `2^b` in bit plane `b`.
    weights: Vec<i32>,
}

impl Streams {
    /// Each weight as the stream that the generator makes of it, a row a cycle; a time step runs
    /// `L` of them.
    ///
    /// `rows` are the weights of each neuron.
    pub fn generate<'a>(stream: &Stream, rows: impl Iterator<Item = &'a [i8]>) -> Self {
        let streams = Self {
            signs: vec![],
            bits: vec![],
            words: 0,
            ring: stream.period() as usize,
            stride: stream.start(1) as usize,
            weights: vec![1; stream.length as usize],
        };
        streams.pack(rows, |m, k| stream.generator.bit(stream.bits, m, k as u32))
    }

    /// Each weight as the bit planes of what it weighs, `w_t(m)`, for each of the windows that the
    /// first `steps` time steps run.
    ///
    /// Of a whole stream that is `m` itself; the shortcut that the ruler stream allows, where plane
    /// `b` stands in `2^b` cycles.
    pub fn planes<'a>(stream: &Stream, steps: u32, rows: impl Iterator<Item = &'a [i8]>) -> Self {
        let windows = stream.phases().min(steps as usize);
        let tables: Vec<_> = (0..windows as u32).map(|t| stream.window(t)).collect();
        let planes = stream.bits as usize;
        let streams = Self {
            signs: vec![],
            bits: vec![],
            words: 0,
            ring: windows * planes,
            stride: if windows == 1 { 0 } else { planes },
            weights: (0..planes).map(|b| 1 << b).collect(),
        };
        streams.pack(rows, |m, k| tables[k / planes][m as usize] >> (k % planes) & 1 == 1)
    }

    fn pack<'a>(
        mut self,
        rows: impl Iterator<Item = &'a [i8]>,
        bit: impl Fn(u32, usize) -> bool,
    ) -> Self {
        for row in rows {
            self.words = row.len().div_ceil(64);
            self.signs.extend(pack_words(row, |q| q < 0));
            for k in 0..self.ring {
                self.bits.extend(pack_words(row, |q| bit(q.unsigned_abs().into(), k)));
            }
        }
        self
    }

    /// `C_j` of a neuron for packed spikes at time step `step`.
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn dot(&self, neuron: usize, spikes: &[u64], step: u32) -> i32 {
        self.sum(neuron, spikes, step, up_down)
    }

    /// The part of `C_j` that comes from negative weights, without its sign.
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn negative(&self, neuron: usize, spikes: &[u64], step: u32) -> i32 {
        self.sum(neuron, spikes, step, down)
    }

    /// What a cycle counts, over the cycles or bit planes of a time step.
    #[inline]
    fn sum(&self, neuron: usize, spikes: &[u64], step: u32, cycle: impl Cycle) -> i32 {
        let signs = &self.signs[neuron * self.words..][..self.words];
        let ring = self.words * self.ring;
        let bits = &self.bits[neuron * ring..][..ring];
        if self.stride == 0 {
            return count(spikes, bits, signs, &self.weights, cycle);
        }
        let first = step as usize * self.stride % self.ring;
        let (begin, end) = bits.split_at(first * self.words);
        let to_end = self.weights.len().min(self.ring - first);
        let (weights, rest) = self.weights.split_at(to_end);
        count(spikes, end, signs, weights, cycle) + count(spikes, begin, signs, rest, cycle)
    }
}

/// What is counted in one cycle, of the spikes, the weights' bits and their signs.
trait Cycle: Copy + Fn(&[u64], &[u64], &[u64]) -> i32 {}

impl<F: Copy + Fn(&[u64], &[u64], &[u64]) -> i32> Cycle for F {}

/// The count over rows that follow each other, as many as there are weights.
#[inline]
fn count(spikes: &[u64], bits: &[u64], signs: &[u64], weights: &[i32], cycle: impl Cycle) -> i32 {
    let rows = bits.chunks_exact(signs.len().max(1)).zip(weights);
    rows.map(|(bits, weight)| weight * cycle(spikes, bits, signs)).sum()
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

/// The down steps of one cycle: ones on negative synapses.
fn down(spikes: &[u64], bits: &[u64], signs: &[u64]) -> i32 {
    let words = spikes.iter().zip(bits).zip(signs);
    words.map(|((s, b), sign)| (s & b & sign).count_ones() as i32).sum()
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
    use crate::spec::{Generator, Phase};
    use proptest::prelude::*;

    /// Weights of up to `bits` bits, and the packed spikes of their inputs.
    fn operands(bits: u32, raw: &[(i8, bool)]) -> (Vec<i8>, Vec<u64>) {
        let period = 1_i32 << bits;
        let row = raw.iter().map(|(q, _)| (i32::from(*q) % period) as i8).collect();
        let mut spikes = vec![0_u64; raw.len().div_ceil(64)];
        for (i, _) in raw.iter().enumerate().filter(|(_, (_, s))| *s) {
            spikes[i / 64] |= 1 << (i % 64);
        }
        (row, spikes)
    }

    proptest! {
        /// Streams of every generator, planes and the integer sum are the same number.
        #[test]
        fn streams_planes_and_integers_agree(
            bits in 1_u32..=7,
            raw in proptest::collection::vec((any::<i8>(), any::<bool>()), 1..200),
        ) {
            let (row, spikes) = operands(bits, &raw);
            let spiking = row.iter().zip(&raw).filter(|(_, (_, s))| *s);
            let spiking: Vec<i32> = spiking.map(|(q, _)| i32::from(*q)).collect();
            let sum = spiking.iter().sum::<i32>();
            let negative = spiking.iter().map(|q| (-q).max(0)).sum::<i32>();
            let rows = || std::iter::once(row.as_slice());
            for generator in Generator::ALL {
                let stream = Stream::full(bits, generator);
                let planes = Streams::planes(&stream, 3, rows());
                let streams = Streams::generate(&stream, rows());
                for one in [planes, streams] {
                    prop_assert_eq!(one.dot(0, &spikes, 2), sum);
                    prop_assert_eq!(one.negative(0, &spikes, 2), negative);
                }
            }
        }

        /// So they are of every part of a stream, at every time step.
        #[test]
        fn parts_of_streams_planes_and_the_bits_themselves_agree(
            bits in 1_u32..=7,
            length in 0_u32..128,
            run_on: bool,
            generator in 0..Generator::ALL.len(),
            raw in proptest::collection::vec((any::<i8>(), any::<bool>()), 1..150),
        ) {
            let (row, spikes) = operands(bits, &raw);
            let generator = Generator::ALL[generator];
            let length = 1 + length % (1 << bits);
            let phase = if run_on { Phase::RunOn } else { Phase::Restart };
            let stream = Stream { bits, length, generator, phase, scale: 0 };
            let rows = || std::iter::once(row.as_slice());
            let (streams, planes) = (Streams::generate(&stream, rows()), Streams::planes(&stream, 20, rows()));
            for t in 0..20 {
                let mut sum = 0;
                for c in 0..length {
                    let k = (if run_on { t * length + c } else { c }) % (1 << bits);
                    let ones = row.iter().zip(&raw).filter(|(q, (_, s))| {
                        *s && generator.bit(bits, q.unsigned_abs().into(), k)
                    });
                    sum += ones.map(|(q, _)| i32::from(q.signum())).sum::<i32>();
                }
                prop_assert_eq!(streams.dot(0, &spikes, t), sum, "streams at step {}", t);
                prop_assert_eq!(planes.dot(0, &spikes, t), sum, "planes at step {}", t);
            }
        }
    }

    #[test]
    fn neurons_do_not_share_words() {
        let rows: [&[i8]; 2] = [&[1, -2, 3], &[-4, 5, 7]];
        let streams = Streams::planes(&Stream::full(3, Generator::Ruler), 1, rows.into_iter());
        assert_eq!([streams.dot(0, &[0b111], 0), streams.dot(1, &[0b110], 0)], [2, 12]);
    }
}
