//! Which word of which memory each block RAM holds.
//!
//! Synthesis cuts a memory that is deeper than a block RAM into blocks, lays the blocks side by side,
//! and gives each block RAM as many columns as it is wide. Whether the columns of a block start in a
//! block RAM of their own it does not say, nor how wide the block RAMs are; but the contents of the
//! shape are such that only one cut explains what is found in a block RAM. Every bit of every memory
//! must be explained.

use super::error::Error;
use super::memories::Memory;
use crate::family::ram::{BlockRam, Filled, Ram};

/// What a block RAM `width` wide holds: the columns from `first` of all blocks side by side, where
/// each block takes `stride` columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut {
    width: usize,
    stride: usize,
    first: usize,
}

/// The block RAMs with the contents of the network.
///
/// # Errors
/// [`Error::Mapping`].
pub(super) fn fill<'a>(
    kind: &BlockRam,
    memories: &[Memory],
    rams: &'a [Ram],
    prefix: &str,
) -> Result<Vec<Filled<'a>>, Error> {
    let mut filled = Vec::new();
    for memory in memories {
        if let Some(fault) = memory.fault() {
            return Err(wrong(memory, fault));
        }
        let start = format!("{prefix}.{}.", memory.name);
        let own = rams.iter().filter(|ram| ram.name.starts_with(&start));
        let mut found = vec![0_u128; memory.shape.len()];
        for ram in own {
            let cut = explain(kind, memory, ram)?;
            for (word, bit, _) in bits(kind, memory, cut) {
                found[word] |= 1 << bit;
            }
            filled.push(Filled { old: ram, rows: rewritten(kind, memory, ram, cut) });
        }
        let whole = u128::MAX >> (128 - memory.width);
        if let Some(word) = found.iter().position(|&bits| bits != whole) {
            let missing = (whole & !found[word]).count_ones();
            return Err(wrong(memory, format!("{missing} bits of word {word} are in none")));
        }
    }
    Ok(filled)
}

fn wrong(memory: &Memory, what: String) -> Error {
    Error::Mapping { memory: memory.name.clone(), what }
}

/// The bits of a memory in a cut, as word, bit, and their place in the block RAM.
fn bits<'a>(
    kind: &'a BlockRam,
    memory: &'a Memory,
    cut: Cut,
) -> impl Iterator<Item = (usize, usize, (usize, usize))> {
    let Cut { width, stride, first } = cut;
    let (words, depth) = (memory.shape.len(), (kind.depth)(width));
    let columns = (0..width).map(move |column| {
        let (block, bit) = ((first + column) / stride, (first + column) % stride);
        (column, block * depth, bit)
    });
    let columns = columns.filter(move |&(_, start, bit)| bit < memory.width && start < words);
    columns.flat_map(move |(column, start, bit)| {
        let here = depth.min(words - start);
        (0..here).map(move |at| (start + at, bit, (kind.place)(width, at, column)))
    })
}

/// The cut that a block RAM's contents are explained by; where one explains part of what another
/// does, the other.
fn explain(kind: &BlockRam, memory: &Memory, ram: &Ram) -> Result<Cut, Error> {
    let held = |cut: &Cut| {
        bits(kind, memory, *cut).all(|(word, bit, (row, at))| {
            let expected = b'0' + (memory.shape[word] >> bit & 1) as u8;
            ram.rows.get(row).and_then(|row| row.get(at)) == Some(&expected)
        })
    };
    let count = |cut: &Cut| bits(kind, memory, *cut).count();
    let cuts: Vec<Cut> = cuts(kind, memory).filter(held).collect();
    let most = cuts.iter().map(count).max().unwrap_or_default();
    let mut best = cuts.iter().filter(|cut| count(cut) == most);
    let Some(cut) = best.next() else {
        return Err(wrong(memory, format!("no part of it is in `{}`", ram.name)));
    };
    match best.find(|other| !bits(kind, memory, **other).eq(bits(kind, memory, *cut))) {
        None => Ok(*cut),
        Some(other) => Err(wrong(memory, format!("`{}` may hold {cut:?} or {other:?}", ram.name))),
    }
}

fn cuts(kind: &BlockRam, memory: &Memory) -> impl Iterator<Item = Cut> {
    let (words, own) = (memory.shape.len(), memory.width);
    kind.widths.iter().flat_map(move |&width| {
        let blocks = words.div_ceil((kind.depth)(width));
        let padded = own.next_multiple_of(width);
        let strides = [Some(own), (padded != own).then_some(padded)];
        strides.into_iter().flatten().flat_map(move |stride| {
            let columns = (0..blocks * stride).step_by(width);
            columns.map(move |first| Cut { width, stride, first })
        })
    })
}

/// The rows of a block RAM with the network's words in the places of the shape's.
fn rewritten(kind: &BlockRam, memory: &Memory, ram: &Ram, cut: Cut) -> Vec<Vec<u8>> {
    let mut rows = ram.rows.clone();
    for (word, bit, (row, at)) in bits(kind, memory, cut) {
        rows[row][at] = b'0' + (memory.contents[word] >> bit & 1) as u8;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::FAMILIES;

    fn kind(family: &str) -> &'static BlockRam {
        FAMILIES.iter().find(|one| one.name() == family).unwrap().block_ram()
    }

    /// A memory whose words look random, and with other contents than its shape.
    fn memory(width: usize, words: usize) -> Memory {
        let noise = |i: usize, salt: u128| {
            let z = (i as u128 + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            (z ^ z >> 61).wrapping_mul(0xbf58_476d_1ce4_e5b9_94d0_49bb_1331_11eb) >> (128 - width)
        };
        let words = |salt| (0..words).map(|i| noise(i, salt)).collect();
        Memory { name: "m".into(), width, shape: words(1), contents: words(1 << 40) }
    }

    /// The block RAMs that a memory is cut into, when all are of one kind.
    fn rams(kind: &BlockRam, memory: &Memory, width: usize, stride: usize) -> Vec<Ram> {
        let (rows, length) = kind.rows;
        let blocks = memory.shape.len().div_ceil((kind.depth)(width));
        let cuts = (0..blocks * stride).step_by(width).map(|first| Cut { width, stride, first });
        let ram = |(index, cut): (usize, Cut)| {
            let mut rows = vec![vec![b'x'; length]; rows];
            for (word, bit, (row, at)) in bits(kind, memory, cut) {
                rows[row][at] = b'0' + (memory.shape[word] >> bit & 1) as u8;
            }
            Ram { name: format!("core.m.0.{index}"), rows, bel: None, number: None }
        };
        cuts.enumerate().map(ram).collect()
    }

    /// Cuts that Yosys was seen to make, narrow and wide, dense and padded.
    const SEEN: [(&str, usize, usize, usize, usize); 10] = [
        ("ice40", 64, 592, 16, 64),
        ("ice40", 12, 140, 16, 16),
        ("ice40", 8, 144, 8, 8),
        ("ice40", 16, 3000, 2, 16),
        ("ecp5", 64, 592, 18, 72),
        ("ecp5", 16, 5560, 36, 16),
        ("ecp5", 8, 144, 9, 9),
        ("gowin", 64, 592, 18, 72),
        ("gowin", 64, 148, 36, 72),
        ("gowin", 8, 144, 9, 9),
    ];

    #[test]
    fn every_bit_of_the_shape_is_replaced_and_no_other() {
        for (family, width, words, ram, stride) in SEEN {
            let memory = memory(width, words);
            let kind = kind(family);
            let rams = rams(kind, &memory, ram, stride);
            let filled = fill(kind, std::slice::from_ref(&memory), &rams, "core").unwrap();
            assert_eq!(filled.len(), rams.len());
            // What is there now is what a memory with these contents would be cut into.
            let swapped = Memory { shape: memory.contents.clone(), ..memory.clone() };
            for (new, expected) in filled.iter().zip(self::rams(kind, &swapped, ram, stride)) {
                assert_eq!(new.rows, expected.rows, "{family:?} {width}x{words}");
            }
        }
    }

    #[test]
    fn a_bit_that_differs_or_a_block_ram_that_is_missing_is_refused() {
        let memory = memory(64, 592);
        let all = rams(kind("ice40"), &memory, 16, 64);
        let refused = |rams: &[Ram]| {
            let error = fill(kind("ice40"), std::slice::from_ref(&memory), rams, "core");
            error.unwrap_err().to_string()
        };
        let text = refused(&all[1..]);
        assert!(text.contains("16 bits of word 0 are in none"), "{text}");
        let mut broken = all.clone();
        broken[3].rows[2][7] ^= 1;
        let text = refused(&broken);
        assert!(text.contains("no part of it is in `core.m.0.3`"), "{text}");
    }
}
