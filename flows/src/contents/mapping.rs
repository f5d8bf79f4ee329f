//! Which word of which memory each block RAM holds.
//!
//! Synthesis cuts a memory into blocks of a block RAM's depth and columns of its width. How it cuts,
//! it does not say; but the contents of the shape are such that only one cut explains what is found
//! in a block RAM. Every bit of every memory must be explained.

use super::error::Error;
use super::memories::Memory;
use super::ram::{Filled, Ram, depth, place, widths};
use crate::family::Family;

/// A cut of a memory: the words from `word` and the bits from `bit`, as a block RAM `width` wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut {
    width: usize,
    word: usize,
    bit: usize,
}

/// The block RAMs with the contents of the network.
///
/// # Errors
/// [`Error::Mapping`].
pub(super) fn fill<'a>(
    family: Family,
    memories: &[Memory],
    rams: &'a [Ram],
    prefix: &str,
) -> Result<Vec<Filled<'a>>, Error> {
    let mut filled = Vec::new();
    for memory in memories {
        let start = format!("{prefix}.{}.", memory.name);
        let own = rams.iter().filter(|ram| ram.name.starts_with(&start));
        let mut found = vec![0_u128; memory.shape.len()];
        for ram in own {
            let cut = explain(family, memory, ram)?;
            for (word, bit, _) in bits(family, memory, cut) {
                found[word] |= 1 << bit;
            }
            filled.push(Filled { old: ram, rows: rewritten(family, memory, ram, cut) });
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
fn bits(
    family: Family,
    memory: &Memory,
    cut: Cut,
) -> impl Iterator<Item = (usize, usize, (usize, usize))> {
    let Cut { width, word, bit } = cut;
    let words = depth(family, width).min(memory.shape.len() - word);
    let columns = width.min(memory.width - bit);
    (0..words).flat_map(move |w| {
        (0..columns).map(move |b| (word + w, bit + b, place(family, width, w, b)))
    })
}

/// The one cut that a block RAM's contents are explained by.
fn explain(family: Family, memory: &Memory, ram: &Ram) -> Result<Cut, Error> {
    let holds = |cut: &Cut| {
        bits(family, memory, *cut).all(|(word, bit, (row, at))| {
            let expected = b'0' + (memory.shape[word] >> bit & 1) as u8;
            ram.rows.get(row).and_then(|row| row.get(at)) == Some(&expected)
        })
    };
    let mut cuts = cuts(family, memory).filter(holds);
    match (cuts.next(), cuts.next()) {
        (Some(cut), None) => Ok(cut),
        (None, _) => Err(wrong(memory, format!("no part of it is in `{}`", ram.name))),
        (Some(one), Some(two)) => {
            let what = format!("`{}` may hold {one:?} or {two:?}", ram.name);
            Err(wrong(memory, what))
        }
    }
}

fn cuts(family: Family, memory: &Memory) -> impl Iterator<Item = Cut> {
    let (words, columns) = (memory.shape.len(), memory.width);
    widths(family).iter().flat_map(move |&width| {
        let blocks = (0..words).step_by(depth(family, width));
        blocks.flat_map(move |word| {
            (0..columns).step_by(width).map(move |bit| Cut { width, word, bit })
        })
    })
}

/// The rows of a block RAM with the network's words in the places of the shape's.
fn rewritten(family: Family, memory: &Memory, ram: &Ram, cut: Cut) -> Vec<Vec<u8>> {
    let mut rows = ram.rows.clone();
    for (word, bit, (row, at)) in bits(family, memory, cut) {
        rows[row][at] = b'0' + (memory.contents[word] >> bit & 1) as u8;
    }
    rows
}
