//! Which layers of neurons a regulariser is for.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The word for [`Layers::Hidden`].
const HIDDEN: &str = "hidden";

/// Which layers of neurons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layers {
    /// All: what a config without the key means.
    #[default]
    All,
    /// All but the last, which gives the classes.
    Hidden,
    /// One, from 0 at the input side.
    One(usize),
}

impl Layers {
    /// Whether layer `index` is one of them.
    pub fn has(self, index: usize, is_last: bool) -> bool {
        match self {
            Self::All => true,
            Self::Hidden => !is_last,
            Self::One(one) => one == index,
        }
    }

    pub(crate) fn is_all(&self) -> bool {
        *self == Self::All
    }
}

impl Serialize for Layers {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => to.serialize_none(),
            Self::Hidden => to.serialize_str(HIDDEN),
            Self::One(layer) => layer.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Layers {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneOrWord)
    }
}

/// Reads a number or the word.
struct OneOrWord;

impl Visitor<'_> for OneOrWord {
    type Value = Layers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a layer from 0 at the input side, or {HIDDEN:?}")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Layers, E> {
        let wrong = |_| E::invalid_value(de::Unexpected::Signed(value), &self);
        usize::try_from(value).map(Layers::One).map_err(wrong)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Layers, E> {
        let wrong = |_| E::invalid_value(de::Unexpected::Unsigned(value), &self);
        usize::try_from(value).map(Layers::One).map_err(wrong)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Layers, E> {
        match value {
            HIDDEN => Ok(Layers::Hidden),
            _ => Err(E::invalid_value(de::Unexpected::Str(value), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Layers, TrainConfig};
    use std::path::Path;

    #[test]
    fn a_layer_is_a_number_or_a_word() {
        let read = |value: &str| {
            let text = format!("[[regularisers]]\n{value}");
            TrainConfig::parse(&text, Path::new("run.toml"))
        };
        for (text, expected) in [
            ("", Layers::All),
            ("layer = \"hidden\"", Layers::Hidden),
            ("layer = 1", Layers::One(1)),
        ] {
            let config = read(text).unwrap();
            assert_eq!(config.regularisers[0].layer, expected, "{text}");
            assert_eq!(
                TrainConfig::parse(&config.to_toml(), Path::new("run.toml")).unwrap(),
                config
            );
        }
        for text in ["layer = \"last\"", "layer = -1"] {
            let told = read(text).unwrap_err().to_string();
            assert!(told.contains("a layer from 0 at the input side, or \"hidden\""), "{told}");
        }
        let chosen = |layers: Layers| [0, 1, 2].map(|i| layers.has(i, i == 2));
        assert_eq!(chosen(Layers::All), [true; 3]);
        assert_eq!(chosen(Layers::Hidden), [true, true, false]);
        assert_eq!(chosen(Layers::One(2)), [false, false, true]);
    }
}
