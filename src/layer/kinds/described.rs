//! A connection as `net.toml` holds it: the name of its kind, and the kind's own fields.

use super::{Connect, Error, Full, KINDS, Kind, Read};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fields by their names.
pub type Fields = BTreeMap<String, toml::Value>;

/// A kind's name and its fields, as they were read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Described {
    /// The kind's name; none is `dense`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Every field that is none of all kinds.
    #[serde(flatten)]
    pub fields: Fields,
}

impl Described {
    /// The description of a kind.
    pub fn of<K: Kind>(kind: &K) -> Self {
        Self { kind: Some(K::NAME.into()), fields: fields(kind).unwrap_or_default() }
    }

    /// The name of the kind.
    pub fn name(&self) -> &str {
        self.kind.as_deref().unwrap_or(Full::NAME)
    }

    /// The kind. `place` is where it stands in `net.toml`, for messages.
    ///
    /// # Errors
    /// A kind that there is not, or fields that are not its own.
    pub fn kind(&self, place: &str) -> Result<Box<dyn Connect>, Error> {
        Ok(self.read(place)?.0)
    }

    /// The kind's name and fields as the identity has them: all fields, in alphabetical order. A dense connection
    /// has no line.
    ///
    /// # Errors
    /// As [`Self::kind`].
    pub fn canonical(&self, place: &str) -> Result<Vec<(String, String)>, Error> {
        let fields = self.read(place)?.1;
        let kind =
            (self.name() != Full::NAME).then(|| ("kind".into(), format!("\"{}\"", self.name())));
        let own = fields.iter().map(|(name, value)| (name.clone(), text(value)));
        Ok(kind.into_iter().chain(own).collect())
    }

    fn read(&self, place: &str) -> Result<Read, Error> {
        let entry = KINDS.iter().find(|entry| entry.name == self.name());
        let unknown = || Error::Kind { place: place.into(), name: self.name().into() };
        let entry = entry.ok_or_else(unknown)?;
        let wrong =
            |message| Error::Fields { place: place.into(), kind: entry.name.into(), message };
        (entry.read)(&self.fields).map_err(wrong)
    }
}

/// Reads a kind's fields.
pub(super) fn read<K: Kind>(given: &Fields) -> Result<Read, String> {
    let table: toml::Table = given.clone().into_iter().collect();
    let kind: K = table.try_into().map_err(|e: toml::de::Error| e.message().to_owned())?;
    let kind = kind.full();
    let fields = fields(&kind)?;
    Ok((Box::new(kind), fields))
}

fn fields<K: Kind>(kind: &K) -> Result<Fields, String> {
    let table = toml::Table::try_from(kind).map_err(|e| e.to_string())?;
    Ok(table.into_iter().collect())
}

/// A value in TOML, as the contract's page writes it: kinds have numbers, lists of them, and plain words.
fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(word) => format!("\"{word}\""),
        toml::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}
