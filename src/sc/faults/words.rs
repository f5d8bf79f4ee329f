//! How a weight of B bits and a sign lies in memory, in B + 1 bits.

/// A way to write weights as words.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Its name.
    pub name: &'static str,
    /// The word of a weight.
    pub encode: fn(q: i8, bits: u32) -> u16,
    /// The weight that a word stands for. After a fault it may be one that no net has: `-2^B` in two's complement.
    pub decode: fn(word: u16, bits: u32) -> i32,
    /// The memories of the hardware that hold weights in this way, by their names, and the weights that give each its part of the words.
    pub memories: &'static [(&'static str, Part)],
}

/// The weight whose place in a memory holds what this memory has of a word.
pub type Part = fn(word: u16, bits: u32) -> i8;

/// The magnitude in bits 0 to B - 1, the sign in bit B. A flip changes a weight by at most `2^(B-1)`, or turns its sign.
pub(super) const SIGN_MAGNITUDE: Words = Words {
    name: "sign and magnitude",
    encode: |q, bits| u16::from(q < 0) << bits | u16::from(q.unsigned_abs()),
    decode: |word, bits| {
        let magnitude = i32::from(word & ((1 << bits) - 1));
        if word >> bits & 1 == 1 { -magnitude } else { magnitude }
    },
    memories: &[
        ("planes", |word, bits| (word & ((1 << bits) - 1)) as i8),
        ("signs", |word, bits| if word >> bits & 1 == 1 { -1 } else { 0 }),
    ],
};

/// Two's complement. A flip changes a weight by up to `2^B`, in the bit of its sign.
pub(super) const TWOS_COMPLEMENT: Words = Words {
    name: "two's complement",
    encode: |q, bits| q as u16 & ((2 << bits) - 1),
    decode: |word, bits| {
        let unused = 31 - bits;
        (i32::from(word) << unused) >> unused
    },
    memories: &[("rows", |word, bits| (TWOS_COMPLEMENT.decode)(word, bits) as i8)],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_comes_back_and_a_flip_is_worth_what_is_said() {
        for bits in 1..=7 {
            let most = (1_i32 << bits) - 1;
            for q in -most..=most {
                for words in [SIGN_MAGNITUDE, TWOS_COMPLEMENT] {
                    let word = (words.encode)(q as i8, bits);
                    assert_eq!((words.decode)(word, bits), q, "{} {bits}", words.name);
                    assert_eq!(word >> (bits + 1), 0);
                    for bit in 0..=bits {
                        let change = ((words.decode)(word ^ 1 << bit, bits) - q).abs();
                        let worth = if bit < bits || words.name == TWOS_COMPLEMENT.name {
                            1 << bit
                        } else {
                            2 * q.abs()
                        };
                        assert_eq!(change, worth, "{} {q} {bit}", words.name);
                    }
                }
            }
        }
        assert_eq!((TWOS_COMPLEMENT.decode)(0b10000, 4), -16);
    }
}
