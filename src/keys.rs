//! Where a key of a TOML file stands, for errors about its value.

use crate::text;
use toml::de::{DeTable, DeValue};

/// The line of the value of a key such as `neuron.leak` or `layers[1].threshold`, from 1.
pub(crate) fn line_of(file: &str, key: &str) -> Option<usize> {
    let whole = DeTable::parse(file).ok()?;
    let (mut table, mut place) = (Some(whole.get_ref()), None);
    for part in key.split('.') {
        let (name, index) = match part.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((name, index)) => (name, Some(index.parse::<usize>().ok()?)),
            None => (part, None),
        };
        let (_, mut value) = table?.iter().find(|(key, _)| key.get_ref() == name)?;
        if let (Some(index), DeValue::Array(items)) = (index, value.get_ref()) {
            value = items.get(index)?;
        }
        place = Some(value.span().start);
        table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    Some(text::line_of(file.as_bytes(), place?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_tables_and_lists_of_them() {
        let file = "format = 1\n[run]\nepochs = 3\n\n[[layers]]\ninputs = 2\n[[layers]]\ninputs = 7\n\
                    [network]\nhidden = [{ neurons = 1 }, {\n neurons = 2 }]\n";
        for (key, line) in [
            ("format", 1),
            ("run.epochs", 3),
            ("layers[0].inputs", 6),
            ("layers[1].inputs", 8),
            ("network.hidden[1].neurons", 11),
        ] {
            assert_eq!(line_of(file, key), Some(line), "{key}");
        }
        for key in
            ["run.seed", "layers[2].inputs", "the number of layers", "", "format.x", "run[x]"]
        {
            assert_eq!(line_of(file, key), None, "{key}");
        }
        assert_eq!(line_of("format = ", "format"), None);
    }
}
