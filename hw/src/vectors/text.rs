//! JSON for people: what fits a line stands on one, and so do lists of plain values.

/// The longest line of a list or an object that is not broken up.
const WIDTH: usize = 110;

/// Lays out compact JSON.
pub(super) fn laid_out(compact: &str) -> String {
    let mut text = String::new();
    lay_out(compact, 0, &mut text);
    text.push('\n');
    text
}

fn lay_out(value: &str, indent: usize, text: &mut String) {
    let holds_others = |v: &str| outside_texts(v).any(|(_, letter)| matches!(letter, '{' | '['));
    let is_list = value.starts_with('[') && !holds_others(&value[1..]);
    if is_list || !holds_others(value) || indent + value.len() <= WIDTH {
        text.push_str(value);
        return;
    }
    let (open, close) = (&value[..1], &value[value.len() - 1..]);
    text.push_str(open);
    for (number, part) in parts(&value[1..value.len() - 1]).into_iter().enumerate() {
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        text.push_str(&" ".repeat(indent + 1));
        let (key, value) = part.split_at(key_length(part));
        text.push_str(key);
        lay_out(value, indent + 1, text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push_str(close);
}

/// What lies between the outermost commas.
fn parts(inside: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut depth) = (Vec::new(), 0, 0);
    for (at, letter) in outside_texts(inside) {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[begin..]);
    parts
}

/// The length of `"key":` in front of a value; 0 in a list.
fn key_length(part: &str) -> usize {
    let first = outside_texts(part).find(|(_, letter)| matches!(letter, ':' | '{' | '['));
    first.filter(|(_, letter)| *letter == ':').map_or(0, |(at, _)| at + 1)
}

/// The letters of JSON that are not within quotes, with where they stand.
fn outside_texts(json: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    json.char_indices().filter(move |(_, letter)| {
        let was_quoted = quoted;
        if *letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = *letter == '\\' && !escaped;
        !was_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_broken_and_keep_their_content() {
        let row = vec![1234; 15];
        let value = serde_json::json!({
            "a": "x, {[\"\\", "rows": [row, row], "short": {"b": [1, 2], "c": {}},
        });
        let compact = value.to_string();
        let text = laid_out(&compact);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 8, "{text}");
        assert!(lines[1].starts_with(" \"a\":\"x, {["), "{text}");
        assert!(
            lines[3].starts_with("  [1234,1234,") && lines[6].starts_with(" \"short\":{"),
            "{text}"
        );
    }

    #[test]
    fn what_fits_a_line_stands_on_one() {
        assert_eq!(laid_out("{\"a\":[1,{}]}"), "{\"a\":[1,{}]}\n");
        let list = format!("[{}1]", "\"[\",".repeat(WIDTH));
        assert_eq!(laid_out(&list), format!("{list}\n"));
    }
}
