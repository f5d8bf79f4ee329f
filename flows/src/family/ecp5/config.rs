//! Block RAM contents in prjtrellis's text format: `.bram_init N`, then 2048 numbers of nine bits,
//! eight a line.

use std::collections::BTreeMap;
use std::path::Path;

use crate::family::Error;
use crate::family::ram::{Filled, Ram, digits};

/// Numbers of nine bits in a line.
const A_LINE: usize = 8;

/// The text of a file with the new contents of the block RAMs.
///
/// # Errors
/// [`Error::Routed`] when a block RAM's old contents are not what the text has.
pub(super) fn swap(path: &Path, text: &str, filled: &[Filled<'_>]) -> Result<String, Error> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let starts = starts(text);
    for ram in filled {
        let wrong =
            |what: String| Error::Routed { ram: ram.old.name.clone(), path: path.to_owned(), what };
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

/// The contents that the text has of some block RAMs.
///
/// # Errors
/// [`Error::Routed`] when the text has no data of one.
pub(super) fn read<'a>(path: &Path, text: &str, rams: &'a [Ram]) -> Result<Vec<Filled<'a>>, Error> {
    let starts = starts(text);
    let read = |ram: &'a Ram| {
        let start = ram.number.and_then(|number| starts.get(&number));
        let rows = start.map(|&start| rows(text.lines().skip(start)));
        match rows {
            Some(rows) if rows.len() == ram.rows.len() => Ok(Filled { old: ram, rows }),
            _ => Err(Error::Routed {
                ram: ram.name.clone(),
                path: path.to_owned(),
                what: format!("no data of {:?}", ram.number),
            }),
        }
    };
    rams.iter().map(read).collect()
}

/// Where each block RAM's lines begin.
fn starts(text: &str) -> BTreeMap<u32, usize> {
    let start = |(at, line): (usize, &str)| {
        Some((line.strip_prefix(".bram_init ")?.trim().parse().ok()?, at + 1))
    };
    text.lines().enumerate().filter_map(start).collect()
}

/// The rows of a block RAM from the lines of its numbers, which end at a line that has none.
fn rows<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Vec<u8>> {
    let numbers = |line: &str| -> Option<Vec<u16>> {
        let words = line.split_whitespace().map(|word| u16::from_str_radix(word, 16).ok());
        words.collect::<Option<Vec<u16>>>().filter(|numbers| !numbers.is_empty())
    };
    let all: Vec<u16> = lines.map_while(numbers).flatten().collect();
    let bit = |number: u16, at: usize| b'0' + (number >> at & 1) as u8;
    let word = |pair: &[u16]| -> Vec<u8> {
        let [low, high] = [pair[0], pair[1]];
        (0..9).map(|at| bit(low, at)).chain((0..9).map(|at| bit(high, at))).chain(*b"00").collect()
    };
    all.chunks_exact(32).map(|row| row.chunks_exact(2).flat_map(word).collect()).collect()
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
    // A row that ends within a word has what is there: it is found to differ.
    let halves = |word: &[u8]| {
        let (low, high) = word.split_at(word.len().min(9));
        [number(low), number(&high[..high.len().min(9)])]
    };
    bits.chunks(20).flat_map(halves).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Told;

    fn swap(text: &str, filled: &[Filled<'_>]) -> Result<String, Error> {
        super::swap(Path::new("top.config"), text, filled)
    }

    fn read<'a>(text: &str, rams: &'a [Ram]) -> Result<Vec<Filled<'a>>, Error> {
        super::read(Path::new("top.config"), text, rams)
    }

    /// A netlist whose rows end too early is an error, whatever the text has.
    #[test]
    fn rows_that_are_too_short_are_refused() {
        for length in [0, 1, 8, 17, 19, 27, 319] {
            let old = Ram {
                name: "m".into(),
                rows: vec![vec![b'1'; length]; 64],
                bel: None,
                number: Some(3),
            };
            let filled = [Filled { old: &old, rows: vec![vec![b'0'; length]; 64] }];
            let error = swap(".bram_init 3\n000 000\n", &filled);
            assert!(length == 0 || error.is_err(), "{length}");
            assert!(read(".bram_init 3\n000\n", &[old]).is_err(), "{length}");
        }
    }

    #[test]
    fn what_is_swapped_in_is_read_back() {
        let rows = |seed: usize| -> Vec<Vec<u8>> {
            let bit = |row: usize, at: usize| match at % 20 {
                18 | 19 => b'0',
                _ => b'0' + u8::from((row * 7 + at * seed).is_multiple_of(3)),
            };
            (0..64).map(|row| (0..320).map(|at| bit(row, at)).collect()).collect()
        };
        let ram = |number, rows| Ram { name: "m".into(), rows, bel: None, number };
        let old = [ram(Some(3), rows(1)), ram(Some(14), rows(5))];
        let written = |ram: &Ram| written(&ram.rows).join("\n");
        let text =
            format!(".bram_init 3\n{}\n\n.bram_init 14\n{}\n", written(&old[0]), written(&old[1]));
        let filled = [Filled { old: &old[1], rows: rows(2) }];
        let swapped = swap(&text, &filled).unwrap();
        let back = read(&swapped, &old).unwrap();
        assert_eq!((&back[0].rows, &back[1].rows), (&old[0].rows, &rows(2)));
        let absent = [ram(Some(4), rows(1))];
        assert_eq!(read(&swapped, &absent).unwrap_err().code(), "flows::contents::routed");
    }
}
