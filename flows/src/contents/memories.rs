//! `memories.json`: the memories whose contents a network decides, as the emitter writes them.

use serde::{Deserialize, Deserializer};

/// The widest word that there is a number for.
const WIDEST: usize = u128::BITS as usize;

/// More words than any part has room for.
const MOST_WORDS: usize = 1 << 24;

/// One memory: its words in the routed shape, and those of the network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// Its name below the top.
    pub name: String,
    /// Bits of a word.
    pub width: usize,
    /// The words that the shape has.
    #[serde(deserialize_with = "hexadecimal")]
    pub shape: Vec<u128>,
    /// The network's words.
    #[serde(deserialize_with = "hexadecimal")]
    pub contents: Vec<u128>,
}

impl Memory {
    /// What is wrong with its numbers: a word is 1 to 128 bits wide, there are as many of the shape as of
    /// the network, and each fits.
    pub(super) fn fault(&self) -> Option<String> {
        let Self { width, shape, contents, .. } = self;
        if !(1..=WIDEST).contains(width) {
            return Some(format!("width = {width} is not between 1 and {WIDEST}"));
        }
        if !(1..=MOST_WORDS).contains(&shape.len()) {
            return Some(format!(
                "shape has {} words, and 1 to {MOST_WORDS} are possible",
                shape.len()
            ));
        }
        if contents.len() != shape.len() {
            let (found, wanted) = (contents.len(), shape.len());
            return Some(format!("contents has {found} words, and shape has {wanted}"));
        }
        let most = u128::MAX >> (WIDEST - width);
        let wide = |words: &[u128]| words.iter().position(|word| *word > most);
        let lists = [("shape", shape), ("contents", contents)];
        let (list, at) = lists.iter().find_map(|(list, words)| Some((list, wide(words)?)))?;
        Some(format!("{list}: word {at} has more than {width} bits"))
    }
}

/// The memories of `memories.json`.
///
/// # Errors
/// What is wrong with them, with the memory's name.
pub(crate) fn read(text: &[u8]) -> Result<Vec<Memory>, String> {
    let memories: Vec<Memory> = serde_json::from_slice(text).map_err(|e| e.to_string())?;
    let fault = |memory: &Memory| Some(format!("`{}`: {}", memory.name, memory.fault()?));
    match memories.iter().find_map(fault) {
        None => Ok(memories),
        Some(fault) => Err(fault),
    }
}

fn hexadecimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u128>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    let word = |text: &String| u128::from_str_radix(text, 16).map_err(serde::de::Error::custom);
    words.iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_map_has_a_range() {
        let map = |width: &str, shape: &str, contents: &str| {
            let text = format!(
                r#"[{{ "name": "m", "width": {width}, "shape": [{shape}], "contents": [{contents}] }}]"#
            );
            read(text.as_bytes())
        };
        map("1", r#""1""#, r#""0""#).unwrap();
        map("128", r#""ffffffffffffffffffffffffffffffff""#, r#""0""#).unwrap();
        for (width, shape, contents, told) in [
            ("0", r#""0""#, r#""0""#, "width = 0 is not between 1 and 128"),
            ("129", r#""0""#, r#""0""#, "width = 129"),
            ("1e300", r#""0""#, r#""0""#, "invalid type"),
            ("-4", r#""0""#, r#""0""#, "invalid value"),
            ("4", "", "", "shape has 0 words"),
            ("4", r#""1", "2""#, r#""1""#, "contents has 1 words, and shape has 2"),
            ("4", r#""1", "10""#, r#""1", "2""#, "shape: word 1 has more than 4 bits"),
            ("4", r#""1""#, r#""1f""#, "contents: word 0 has more than 4 bits"),
            ("4", r#""g""#, r#""1""#, "invalid digit"),
        ] {
            let error = map(width, shape, contents).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
        assert!(read(b"").is_err());
    }
}
