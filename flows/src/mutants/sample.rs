//! A mutant that can be made again: a place in a source's code, and what is put there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::code::Code;
use crate::base::digest;

/// See the module. In a file it is one text: `16:5-17:35 0`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sample {
    /// Line of the code and column of the first character that is replaced, from 1.
    pub from: (usize, usize),
    /// The same of the first one after it.
    pub to: (usize, usize),
    /// What is put there.
    pub by: String,
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, by } = self;
        write!(f, "{}:{}-{}:{} {by}", from.0, from.1, to.0, to.1)
    }
}

impl From<Sample> for String {
    fn from(sample: Sample) -> Self {
        sample.to_string()
    }
}

impl FromStr for Sample {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no place and replacement");
        let place = |text: &str| {
            let (line, column) = text.split_once(':')?;
            Some((line.parse().ok()?, column.parse().ok()?))
        };
        let (places, by) = text.split_once(' ').ok_or_else(wrong)?;
        let (from, to) = places.split_once('-').ok_or_else(wrong)?;
        let (from, to) = place(from).zip(place(to)).ok_or_else(wrong)?;
        Ok(Self { from, to, by: by.to_owned() })
    }
}

impl TryFrom<String> for Sample {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Sample {
    /// A source with this mutant in it; nothing if the place is not in it.
    pub fn apply(&self, source: &str) -> Option<String> {
        let (from, to) = self.span(source)?;
        Some(source.get(..from)?.to_owned() + &self.by + source.get(to..)?)
    }

    /// What it replaces.
    pub fn replaced<'a>(&self, source: &'a str) -> Option<&'a str> {
        let (from, to) = self.span(source)?;
        source.get(from..to)
    }

    /// The line of the source that it begins in, from 1.
    pub fn line(&self, source: &str) -> Option<usize> {
        Code::of(source).number_of(self.from.0)
    }

    /// Where it begins and ends in the source, in bytes.
    fn span(&self, source: &str) -> Option<(usize, usize)> {
        let code = Code::of(source);
        let at = |(line, column)| offset(source, (code.number_of(line)?, column));
        Some((at(self.from)?, at(self.to)?))
    }
}

/// Where a line and a column are in a text, in bytes.
fn offset(text: &str, (line, column): (usize, usize)) -> Option<usize> {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(before) => text.match_indices('\n').nth(before)?.0 + 1,
    };
    let within = text[start..].split('\n').next()?;
    let ends = within.char_indices().map(|(at, _)| at).chain([within.len()]);
    Some(start + ends.take(column).nth(column.checked_sub(1)?)?)
}

/// `count` of some mutants, chosen by the seed.
pub fn choose<'a>(
    all: impl Iterator<Item = (&'a str, &'a Sample)>,
    count: usize,
    seed: u32,
) -> Vec<(&'a str, &'a Sample)> {
    let key = |file: &str, sample: &Sample| {
        digest::of_parts([file.as_bytes(), sample.to_string().as_bytes(), &seed.to_le_bytes()])
    };
    let mut keyed: Vec<_> = all.map(|(file, one)| (key(file, one), file, one)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed.into_iter().take(count).map(|(_, file, sample)| (file, sample)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "// First.\nfn a() -> bool {\n    b > c\n}\nö(ä > ö)\n";

    #[test]
    fn a_mutant_lands_where_it_was() {
        let sample: Sample = "2:7-2:8 >=".parse().unwrap();
        assert_eq!(sample.replaced(SOURCE), Some(">"));
        assert_eq!(
            sample.apply(SOURCE).unwrap(),
            SOURCE.replacen('>', ">=", 2).replacen(">=", ">", 1)
        );
        let body: Sample = "2:5-2:10 Some(\"x y\")".parse().unwrap();
        assert!(body.apply(SOURCE).unwrap().contains("{\n    Some(\"x y\")\n}"));
        let letters: Sample = "4:5-4:6 <".parse().unwrap();
        assert_eq!(letters.replaced(SOURCE), Some(">"), "columns are characters");
        assert_eq!(letters.line(SOURCE), Some(5));
        for past in ["9:1-9:2 x", "2:40-2:41 x", "0:0-1:1 x"] {
            assert_eq!(past.parse::<Sample>().unwrap().apply(SOURCE), None, "{past}");
        }
        for wrong in ["", "2:7 >=", "2-3 x", "a:b-c:d x"] {
            assert!(wrong.parse::<Sample>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_sample_follows_from_its_seed() {
        let all: Vec<Sample> =
            (1..100).map(|n| Sample { from: (n, 1), to: (n, 2), by: "x".into() }).collect();
        let of = |seed| choose(all.iter().map(|one| ("a.rs", one)), 10, seed);
        assert_eq!(of(1).len(), 10);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
