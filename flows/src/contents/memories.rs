//! `memories.json`: the memories whose contents a network decides, as the emitter writes them.

use serde::{Deserialize, Deserializer};

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

fn hexadecimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u128>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    let word = |text: &String| u128::from_str_radix(text, 16).map_err(serde::de::Error::custom);
    words.iter().map(word).collect()
}
