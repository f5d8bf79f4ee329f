//! Block RAMs in a netlist: their initial contents as rows of bits, and which bit belongs to which
//! word.

use crate::family::Family;

/// A block RAM of a netlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ram {
    /// The cell's name.
    pub name: String,
    /// The rows of initial contents, each from the least significant bit; `x` is no bit's value.
    pub rows: Vec<Vec<u8>>,
    /// Where place and route put it.
    pub bel: Option<String>,
    /// The number that ECP5's configuration calls it by.
    pub number: Option<u32>,
}

/// A block RAM before and after its contents were put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled<'a> {
    pub(super) old: &'a Ram,
    pub(super) rows: Vec<Vec<u8>>,
}

/// A row as a number, where what is undefined is 0.
pub(super) fn digits(row: &[u8]) -> impl DoubleEndedIterator<Item = u8> + ExactSizeIterator + '_ {
    row.iter().map(|&bit| u8::from(bit == b'1'))
}

/// The widths that a family's block RAM can have, widest first.
pub(super) fn widths(family: Family) -> &'static [usize] {
    match family {
        Family::Ice40 => &[16, 8, 4, 2],
        Family::Ecp5 => &[36, 18, 9, 4, 2, 1],
    }
}

/// How many words a block RAM holds at a width.
pub(super) fn depth(family: Family, width: usize) -> usize {
    match family {
        Family::Ice40 => 4096 / width,
        // The ninth bit is lost below a width of nine.
        Family::Ecp5 if width < 9 => 16384 / width,
        Family::Ecp5 => 18432 / width,
    }
}

/// The row, and the bit in it, that holds a bit of a word.
pub(super) fn place(family: Family, width: usize, word: usize, bit: usize) -> (usize, usize) {
    match family {
        Family::Ice40 => {
            // Sixteen bits of a row are one word of the widest kind, with their numbers reversed, so
            // that a narrower word lies in every second, fourth or eighth.
            let flat = word * width + bit;
            let low = (flat as u8 & 15).reverse_bits() >> 4;
            (flat >> 8, flat & 0xf0 | usize::from(low))
        }
        Family::Ecp5 => {
            let flat = if width < 9 {
                let words = 8 / width;
                word / words * 9 + word % words * width + bit
            } else {
                word * width + bit
            };
            // Sixteen words of 18 bits to a row, 20 bits apart.
            let widest = flat / 18;
            (widest / 16, widest % 16 * 20 + flat % 18)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_bit_has_a_place_of_its_own() {
        for (family, rows, bits) in [(Family::Ice40, 16, 256), (Family::Ecp5, 64, 320)] {
            for &width in widths(family) {
                let words = depth(family, width);
                let places: BTreeSet<_> = (0..words)
                    .flat_map(|word| (0..width).map(move |bit| place(family, width, word, bit)))
                    .collect();
                assert_eq!(places.len(), words * width, "{family:?} {width}");
                assert!(places.iter().all(|&(row, bit)| row < rows && bit < bits));
            }
        }
    }
}
