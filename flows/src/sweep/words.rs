//! Places in texts and tables that a point fills: `{key}`.

use std::collections::BTreeMap;

use toml::Value;

/// What a place can hold, by its name.
pub(super) type Values = BTreeMap<String, Value>;

/// A value as a word of a command.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The names between braces, in the order of the text. Braces around anything else are no place.
pub(super) fn places(text: &str) -> Vec<&str> {
    let is_name = |name: &&str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    text.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .filter(is_name)
        .collect()
}

/// The text with its places filled.
pub(super) fn filled(text: &str, values: &Values) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), &word(value))
    })
}

/// The value with its places filled; a text that is a place and nothing else becomes the value with its type.
pub(super) fn filled_value(value: &Value, values: &Values) -> Value {
    match value {
        Value::String(text) => {
            let whole = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            match whole.and_then(|name| values.get(name)) {
                Some(value) => value.clone(),
                None => Value::String(filled(text, values)),
            }
        }
        Value::Array(all) => {
            Value::Array(all.iter().map(|value| filled_value(value, values)).collect())
        }
        Value::Table(table) => {
            let each = table.iter().map(|(key, value)| (key.clone(), filled_value(value, values)));
            Value::Table(each.collect())
        }
        other => other.clone(),
    }
}

/// All texts within a value.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Table(table) => table.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_with_their_types() {
        let values =
            Values::from([("bits".into(), Value::Integer(4)), ("net".into(), "a b".into())]);
        assert_eq!(filled("--bits {bits} {net} {other}", &values), "--bits 4 a b {other}");
        let table: Value =
            toml::from_str("a = '{bits}'\nb = ['x{bits}', 2]\n[c]\nd = '{net}'").unwrap();
        let expected: Value = toml::from_str("a = 4\nb = ['x4', 2]\n[c]\nd = 'a b'").unwrap();
        assert_eq!(filled_value(&table, &values), expected);
        assert_eq!(places("{a} {} {b.c}{d e} {f"), ["a", "b.c"]);
        assert_eq!(texts(&table), ["{bits}", "x{bits}", "{net}"]);
        assert_eq!(word(&Value::Float(0.5)), "0.5");
    }
}
