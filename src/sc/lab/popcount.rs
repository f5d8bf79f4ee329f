//! The inner loops: packed streams, 64 cycles a word, with the widest instructions that the processor has.

use crate::sc::coding::Gate;

/// Streams that are counted against one row side by side, so that a word of it is read once for all of them.
pub(super) const SIDE: usize = 4;

/// Rows are whole vectors of so many words.
pub(super) const VECTOR: usize = 8;

/// A function that is compiled for vectors with counts of ones, for counts of ones, and for any processor: its code is
/// the same, and the compiler makes of it what there is.
macro_rules! widest {
    ($(#[$meta:meta])* $name:ident($($arg:ident: $type:ty),*) $body:block) => {
        $(#[$meta])*
        pub(super) fn $name($($arg: $type),*) {
            #[inline(always)]
            fn plain($($arg: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512vpopcntdq,popcnt")]
                fn with_vectors($($arg: $type),*) {
                    plain($($arg),*)
                }

                #[target_feature(enable = "avx2,popcnt")]
                fn with_counts($($arg: $type),*) {
                    plain($($arg),*)
                }

                use std::arch::is_x86_feature_detected as has;
                let popcnt = has!("popcnt");
                let wide = has!("avx512f") && has!("avx512vl") && has!("avx512bw");
                if popcnt && wide && has!("avx512vpopcntdq") {
                    // SAFETY: the processor has these instructions.
                    return unsafe { with_vectors($($arg),*) };
                }
                if popcnt && has!("avx2") {
                    // SAFETY: as above.
                    return unsafe { with_counts($($arg),*) };
                }
            }
            plain($($arg),*)
        }
    };
}

/// Streams that are multiplied with one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a> {
    /// What multiplies.
    pub(super) gate: Gate,
    /// Cycles of a stream.
    pub(super) length: usize,
    /// The streams, one behind the other.
    pub(super) words: &'a [u64],
    /// Whether the ones of each count down.
    pub(super) negative: &'a [bool],
}

#[inline(always)]
fn ones(words: impl Iterator<Item = u64>) -> i32 {
    words.map(u64::count_ones).sum::<u32>() as i32
}

widest! {
    /// The ones of the product of a stream with each row, a number a row.
    ///
    /// # Panics
    /// If there are fewer counts than rows, or streams of another length.
    products(stream: &[u64], rows: Rows<'_>, counts: &mut [i16]) {
        let Rows { gate, length, words, negative } = rows;
        assert!(words.len() == stream.len() * negative.len() && counts.len() >= negative.len());
        let all = words.chunks_exact(stream.len()).zip(negative).zip(counts);
        let signed = |ones: i32, negative: bool| (if negative { -ones } else { ones }) as i16;
        match gate {
            Gate::And => all.for_each(|((row, negative), count)| {
                *count = signed(ones(row.iter().zip(stream).map(|(w, x)| w & x)), *negative);
            }),
            // The bits behind the last cycle are 0 in both, and no ones.
            Gate::Xnor => all.for_each(|((row, negative), count)| {
                let unlike = ones(row.iter().zip(stream).map(|(w, x)| w ^ x));
                *count = signed(length as i32 - unlike, *negative);
            }),
        }
    }
}

widest! {
    /// The ones that a row has in common with each of some rows of its length, which lie behind each other.
    ///
    /// Counts are kept in the lanes of a vector until the row ends: a sum across lanes for each word would cost more than
    /// what is counted.
    ///
    /// # Panics
    /// If there are fewer others than counts.
    matches(row: &[u64], others: &[u64], counts: &mut [u32; SIDE]) {
        let size = row.len();
        let row = row.as_chunks::<VECTOR>().0;
        let others: [&[[u64; VECTOR]]; SIDE] =
            std::array::from_fn(|at| &others[at * size..][..size].as_chunks::<VECTOR>().0[..row.len()]);
        let mut sums = [[0_u64; VECTOR]; SIDE];
        for (at, word) in row.iter().enumerate() {
            for (sums, other) in sums.iter_mut().zip(&others) {
                for (lane, sum) in sums.iter_mut().enumerate() {
                    *sum += u64::from((word[lane] & other[at][lane]).count_ones());
                }
            }
        }
        *counts = sums.map(|lanes| lanes.iter().sum::<u64>() as u32);
    }
}

widest! {
    /// Puts the products of a stream with each row to those that are there, in two gates a row: those that count up, and
    /// those that count down.
    gather(stream: &[u64], words: &[u64], negative: &[bool], gates: &mut [u64]) {
        let size = stream.len();
        let rows = words.chunks_exact(size).zip(negative).zip(gates.chunks_exact_mut(2 * size));
        for ((row, negative), gates) in rows {
            let gate = &mut gates[usize::from(*negative) * size..][..size];
            gate.iter_mut().zip(row).zip(stream).for_each(|((all, w), x)| *all |= w & x);
        }
    }
}

widest! {
    /// What each pair of gates has more ones in the first than in the second.
    balance(gates: &[u64], size: usize, counts: &mut [i32]) {
        for (count, pair) in counts.iter_mut().zip(gates.chunks_exact(2 * size)) {
            let (up, down) = pair.split_at(size);
            *count = ones(up.iter().copied()) - ones(down.iter().copied());
        }
    }
}

widest! {
    /// The ones of the product of a stream with each row, where each cycle of a row has a sign of its own.
    signed_products(stream: &[u64], rows: Rows<'_>, signs: &[u64], counts: &mut [i32]) {
        let size = stream.len();
        let spare = 64 * size - rows.length;
        let all = rows.words.chunks_exact(size).zip(signs.chunks_exact(size)).zip(counts);
        for ((row, signs), count) in all {
            *count = 0;
            for (word, ((w, sign), x)) in row.iter().zip(signs).zip(stream).enumerate() {
                let product = match rows.gate {
                    Gate::And => w & x,
                    Gate::Xnor if word + 1 == size => !(w ^ x) & u64::MAX >> spare,
                    Gate::Xnor => !(w ^ x),
                };
                let down = product & sign;
                *count += product.count_ones() as i32 - 2 * down.count_ones() as i32;
            }
        }
    }
}

widest! {
    /// Adds the row of each value that is not 0 to the counts, of a table `[inputs][values][counts]`.
    add_rows(symbols: &[u8], table: &[i16], counts: &mut [i32]) {
        let size = table.len() / symbols.len();
        for (rows, symbol) in table.chunks_exact(size).zip(symbols).filter(|(_, s)| **s > 0) {
            let row = &rows[usize::from(*symbol) * counts.len()..][..counts.len()];
            counts.iter_mut().zip(row).for_each(|(sum, more)| *sum += i32::from(*more));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Whatever the processor has, and bit by bit.
    #[test]
    fn counts_are_those_of_single_bits() {
        let mut random = Random::new(9);
        for length in [2, 16, 63, 64, 100, 1024] {
            let words = usize::div_ceil(length, 64);
            let spare = 64 * words - length;
            let mut stream = |_: usize| {
                let mut made: Vec<u64> = (0..words).map(|_| random.next_u64()).collect();
                made[words - 1] &= u64::MAX >> spare;
                made
            };
            let x = stream(0);
            let rows: Vec<Vec<u64>> = (0..5).map(stream).collect();
            let negative = [false, true, false, true, true];
            for gate in [Gate::And, Gate::Xnor] {
                let bit = |words: &[u64], k: usize| words[k / 64] >> (k % 64) & 1 == 1;
                let expected = rows.iter().zip(negative).map(|(row, negative)| {
                    let one = |k: &usize| match gate {
                        Gate::And => bit(&x, *k) && bit(row, *k),
                        Gate::Xnor => bit(&x, *k) == bit(row, *k),
                    };
                    let ones = (0..length).filter(one).count() as i16;
                    if negative { -ones } else { ones }
                });
                let expected: Vec<i16> = expected.collect();
                let all = rows.concat();
                let rows = Rows { gate, length, words: &all, negative: &negative };
                let mut counts = [0; 5];
                products(&x, rows, &mut counts);
                assert_eq!(counts[..], expected[..], "{gate:?}, {length}");
            }
        }
    }
}
