//! Block RAM contents in icestorm's text format: `.ram_data X Y`, then a line of hexadecimal digits
//! for each row.

use std::collections::BTreeMap;
use std::path::Path;

use spikestream::hex;

use crate::family::Error;
use crate::family::ram::{Filled, Ram, digits};

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
        let tile = tile(ram.old.bel.as_deref().unwrap_or_default());
        let tile = tile.ok_or_else(|| wrong(format!("its place is {:?}", ram.old.bel)))?;
        let start = *starts.get(&tile).ok_or_else(|| wrong(format!("no data at {tile}")))?;
        for (index, (old, new)) in ram.old.rows.iter().zip(&ram.rows).enumerate() {
            let line =
                lines.get_mut(start + index).filter(|line| hex::same(line, &hexadecimal(old)));
            *line.ok_or_else(|| wrong(format!("row {index} differs")))? = hexadecimal(new);
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// The contents that a text has of some block RAMs; one that it does not have holds zeros.
///
/// # Errors
/// [`Error::Routed`] for a block RAM that is nowhere, or whose rows are no numbers of their bits.
pub(super) fn read<'a>(path: &Path, text: &str, rams: &'a [Ram]) -> Result<Vec<Filled<'a>>, Error> {
    let (lines, starts) = (text.lines().collect::<Vec<_>>(), starts(text));
    let read = |ram: &'a Ram| {
        let wrong =
            |what: String| Error::Routed { ram: ram.name.clone(), path: path.to_owned(), what };
        let tile = tile(ram.bel.as_deref().unwrap_or_default());
        let tile = tile.ok_or_else(|| wrong(format!("its place is {:?}", ram.bel)))?;
        let row = |(index, old): (usize, &Vec<u8>)| match starts.get(&tile) {
            None => Ok(vec![b'0'; old.len()]),
            Some(start) => lines
                .get(start + index)
                .and_then(|line| binary(line))
                .filter(|row| row.len() == old.len())
                .ok_or_else(|| wrong(format!("row {index} is no number of {} bits", old.len()))),
        };
        let rows = ram.rows.iter().enumerate().map(row).collect::<Result<_, _>>()?;
        Ok(Filled { old: ram, rows })
    };
    rams.iter().map(read).collect()
}

/// Where the rows of each tile begin.
fn starts(text: &str) -> BTreeMap<String, usize> {
    let start = |(at, line): (usize, &str)| {
        Some((line.strip_prefix(".ram_data ")?.trim().to_owned(), at + 1))
    };
    text.lines().enumerate().filter_map(start).collect()
}

/// `X19/Y27/ram` is `19 27`.
pub(super) fn tile(bel: &str) -> Option<String> {
    let (x, rest) = bel.strip_prefix('X')?.split_once("/Y")?;
    let (y, _) = rest.split_once('/')?;
    Some(format!("{x} {y}"))
}

fn hexadecimal(row: &[u8]) -> String {
    let bits: Vec<u8> = digits(row).collect();
    let digit = |bits: &[u8]| bits.iter().rev().fold(0, |digit, bit| 2 * digit + u32::from(*bit));
    bits.chunks(4).rev().filter_map(|bits| char::from_digit(digit(bits), 16)).collect()
}

/// The bits of a number in hexadecimal digits, from the least significant one.
fn binary(line: &str) -> Option<Vec<u8>> {
    let digits = line.trim().chars().rev().map(|digit| digit.to_digit(16));
    let digits = digits.collect::<Option<Vec<u32>>>()?;
    Some(
        digits
            .iter()
            .flat_map(|digit| (0..4).map(move |at| b'0' + (digit >> at & 1) as u8))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_replaced() {
        let swap =
            |text: &str, filled: &[Filled<'_>]| super::swap(Path::new("top.asc"), text, filled);
        let row = |text: &str| text.bytes().rev().collect::<Vec<u8>>();
        let old = Ram {
            name: "memory.0.0".into(),
            rows: vec![row("10110001"), row("0000xxxx")],
            bel: Some("X19/Y27/ram".into()),
            number: None,
        };
        let filled = [Filled { old: &old, rows: vec![row("11110001"), row("0000xxxx")] }];
        let text = ".ram_data 19 2\nb1\n00\n\n.ram_data 19 27\nb1\n00\n";
        let swapped = swap(text, &filled).unwrap();
        assert_eq!(swapped, ".ram_data 19 2\nb1\n00\n\n.ram_data 19 27\nf1\n00\n");
        let capitals = swap(&text.replace("b1", "B1"), &filled).unwrap();
        assert!(capitals.ends_with(".ram_data 19 27\nf1\n00\n"), "{capitals}");
        for (broken, expect) in [("b2\n00", "row 0 differs"), ("b1", "row 1 differs")] {
            let text = format!(".ram_data 19 27\n{broken}\n");
            assert!(swap(&text, &filled).unwrap_err().to_string().contains(expect));
        }
        assert!(swap("", &filled).unwrap_err().to_string().contains("no data at 19 27"));

        let rams = [old.clone()];
        let rows = |text: &str| {
            let filled = read(Path::new("top.asc"), text, &rams);
            filled.map(|filled| filled[0].rows.clone()).map_err(|e| e.to_string())
        };
        assert_eq!(rows(&swapped).unwrap(), [row("11110001"), row("00000000")]);
        assert_eq!(rows("").unwrap(), [row("00000000"), row("00000000")]);
        assert!(rows(".ram_data 19 27\nf1\n0\n").unwrap_err().contains("row 1 is no number"));
    }
}
