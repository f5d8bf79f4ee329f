//! Block RAM contents in icestorm's text format: `.ram_data X Y`, then a line of hexadecimal digits
//! for each row.

use std::collections::BTreeMap;
use std::path::Path;

use spikestream::hex;

use crate::family::Error;
use crate::family::ram::{Filled, digits};

/// The text of a file with the new contents of the block RAMs.
///
/// # Errors
/// [`Error::Routed`] when a block RAM's old contents are not what the text has.
pub(super) fn swap(path: &Path, text: &str, filled: &[Filled<'_>]) -> Result<String, Error> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let starts: BTreeMap<String, usize> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((line.strip_prefix(".ram_data ")?.to_owned(), at + 1)))
        .collect();
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

/// `X19/Y27/ram` is `19 27`.
fn tile(bel: &str) -> Option<String> {
    let (x, rest) = bel.strip_prefix('X')?.split_once("/Y")?;
    let (y, _) = rest.split_once('/')?;
    Some(format!("{x} {y}"))
}

fn hexadecimal(row: &[u8]) -> String {
    let bits: Vec<u8> = digits(row).collect();
    let digit = |bits: &[u8]| bits.iter().rev().fold(0, |digit, bit| 2 * digit + u32::from(*bit));
    bits.chunks(4).rev().filter_map(|bits| char::from_digit(digit(bits), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::ram::Ram;

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
    }
}
