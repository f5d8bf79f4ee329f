//! Block RAM contents in prjtrellis's text format: `.bram_init N`, then 2048 numbers of nine bits,
//! eight a line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::Error;
use super::ram::{Filled, digits};

/// Numbers of nine bits in a line.
const A_LINE: usize = 8;

/// The text with the new contents of the block RAMs.
///
/// # Errors
/// [`Error::Routed`] when a block RAM's old contents are not what the text has.
pub(super) fn swap(text: &str, filled: &[Filled<'_>]) -> Result<String, Error> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let starts: BTreeMap<u32, usize> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((line.strip_prefix(".bram_init ")?.parse().ok()?, at + 1)))
        .collect();
    for ram in filled {
        let wrong =
            |what: String| Error::Routed { ram: ram.old.name.clone(), path: PathBuf::new(), what };
        let number = ram.old.number.ok_or_else(|| wrong("it has no number".to_owned()))?;
        let start = starts.get(&number).ok_or_else(|| wrong(format!("no data of {number}")))?;
        let (old, new) = (written(&ram.old.rows), written(&ram.rows));
        for (index, (old, new)) in old.iter().zip(new).enumerate() {
            let line = lines.get_mut(start + index).filter(|line| line.trim_end() == old);
            *line.ok_or_else(|| wrong(format!("line {index} differs")))? = new;
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// The lines of a block RAM: each row is 32 numbers, two in every 20 bits.
fn written(rows: &[Vec<u8>]) -> Vec<String> {
    let numbers: Vec<u16> = rows.iter().flat_map(|row| numbers(row)).collect();
    let line = |line: &[u16]| line.iter().map(|n| format!("{n:03x}")).collect::<Vec<_>>().join(" ");
    numbers.chunks(A_LINE).map(line).collect()
}

fn numbers(row: &[u8]) -> Vec<u16> {
    let bits: Vec<u8> = digits(row).collect();
    let number = |bits: &[u8]| bits.iter().rev().fold(0, |n, bit| 2 * n + u16::from(*bit));
    bits.chunks(20).flat_map(|word| [number(&word[..9]), number(&word[9..18])]).collect()
}
