//! Reads a list of seeds, and writes it.

use crate::options::{SEEDS, bad_value};
use spikestream::Error;

/// Seeds at once.
const MOST: usize = 1000;

/// Seeds in rising order: numbers and ranges with both of their ends, between commas.
pub(super) fn read(text: &str) -> Result<Vec<u64>, Error> {
    let bad = || bad_value(SEEDS, text);
    let mut seeds = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once("..").unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| bad());
        let (first, last) = (number(first)?, number(last)?);
        // Before they are listed: there may be 2^64 of them.
        let more = last.checked_sub(first).ok_or_else(bad)?;
        if more >= (MOST - seeds.len()) as u64 {
            return Err(bad());
        }
        seeds.extend(first..=last);
    }
    seeds.sort_unstable();
    match seeds.windows(2).any(|pair| pair[0] == pair[1]) {
        true => Err(bad()),
        false => Ok(seeds),
    }
}

/// The list in the words that [`read`] takes, as short as they can be.
pub(super) fn written(seeds: &[u64]) -> String {
    let follows = |a: &u64, b: &u64| a.checked_add(1) == Some(*b);
    let part = |run: &[u64]| match run {
        [first, _, .., last] => format!("{first}..{last}"),
        few => few.iter().map(u64::to_string).collect::<Vec<_>>().join(","),
    };
    seeds.chunk_by(follows).map(part).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_and_written() {
        for (text, seeds, short) in [
            ("1..3", vec![1, 2, 3], "1..3"),
            ("5,1, 2", vec![1, 2, 5], "1,2,5"),
            ("7", vec![7], "7"),
            ("9,1..4", vec![1, 2, 3, 4, 9], "1..4,9"),
            ("3..3", vec![3], "3"),
        ] {
            assert_eq!(read(text).unwrap(), seeds, "{text}");
            assert_eq!(written(&seeds), short);
        }
        assert_eq!(read("1..1000").unwrap().len(), 1000);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let huge = format!("0..{}", u64::MAX);
        for text in [
            "8..1", "a..b", "", "1,,2", "1..", "..4", "1..=4", "-1", "1.5", "2,2", "1..3,3",
            "1..1001", &huge,
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.code(), "spikestream::train::option", "{text}");
            assert!(error.remedy().contains("--seeds"), "{}", error.remedy());
        }
    }
}
