//! SMT-LIB as text: lists in brackets, and names between bars.

/// The commands of a text, each a list; without comments.
pub(super) fn commands(text: &str) -> Vec<String> {
    let (mut commands, mut command, mut depth) = (Vec::new(), String::new(), 0_usize);
    for line in text.lines() {
        let mut in_bars = false;
        for c in line.chars() {
            match c {
                '|' => in_bars = !in_bars,
                ';' if !in_bars => break,
                '(' if !in_bars => depth += 1,
                ')' if !in_bars => depth = depth.saturating_sub(1),
                _ => {}
            }
            command.push(c);
        }
        command.push(' ');
        if depth == 0 {
            let whole = std::mem::take(&mut command);
            if !whole.trim().is_empty() {
                commands.push(whole.trim().to_owned());
            }
        }
    }
    commands
}

/// The items of a list; of what is none, itself.
pub(super) fn items(text: &str) -> Vec<&str> {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return vec![text];
    };
    let (mut items, mut begin, mut depth, mut in_bars) = (Vec::new(), None, 0_usize, false);
    for (at, c) in inner.char_indices() {
        if !in_bars && depth == 0 && c.is_whitespace() {
            items.extend(begin.take().map(|begin: usize| &inner[begin..at]));
            continue;
        }
        begin.get_or_insert(at);
        match c {
            '|' => in_bars = !in_bars,
            '(' if !in_bars => depth += 1,
            ')' if !in_bars => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    items.extend(begin.map(|begin| &inner[begin..]));
    items
}

/// The names between bars in a text.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').skip(1).step_by(2)
}

/// A text in which each function of the state, `(|x| state)`, is a constant, `|x|`; that of the state after it is
/// `|x'|`.
pub(super) fn of_constants(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find("(|") {
        let name = &rest[begin + 2..];
        let length = name.find('|').unwrap_or(0);
        let (name, behind) = (&name[..length], &name[length..]);
        made += &rest[..begin];
        if let Some(behind) = behind.strip_prefix("| state)") {
            made += &format!("|{name}|");
            rest = behind;
        } else if let Some(behind) = behind.strip_prefix("| next_state)") {
            made += &format!("|{name}'|");
            rest = behind;
        } else {
            made += "(|";
            rest = &rest[begin + 2..];
        }
    }
    made + rest
}

/// A text with the names of the state after this one.
pub(super) fn primed(text: &str) -> String {
    let pieces = text.split('|').enumerate();
    let pieces =
        pieces.map(|(i, piece)| if i % 2 == 1 { format!("{piece}'") } else { piece.to_owned() });
    pieces.collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_lists_are_taken_apart() {
        let text = "; a note\n(a |b ;(| c) ; said\n(d\n  (e f)\n)\n";
        assert_eq!(commands(text), ["(a |b ;(| c)", "(d   (e f) )"]);
        assert_eq!(items("(d (e f)  |g h|)"), ["d", "(e f)", "|g h|"]);
        assert_eq!(items("()"), [""; 0]);
        assert_eq!(items("true"), ["true"]);
        assert_eq!(names("(= |a b| |c|)").collect::<Vec<_>>(), ["a b", "c"]);
    }

    #[test]
    fn functions_of_the_state_become_constants() {
        let text = "(= (bvadd (|m#1| state) #b1) (|m#2| next_state)) (|m_a|)";
        assert_eq!(of_constants(text), "(= (bvadd |m#1| #b1) |m#2'|) (|m_a|)");
        assert_eq!(primed("(f |a b| #b1 |c|)"), "(f |a b'| #b1 |c'|)");
    }
}
