//! What parts the cells of a table: commas, semicolons (where the comma is the decimal mark) or tabs.

/// What may part cells, the usual one first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The byte between two cells.
    pub(super) separator: u8,
    /// Where the header begins: behind the line `sep=;` that spreadsheets write.
    pub(super) start: usize,
}

impl Dialect {
    /// The separator that a spreadsheet's first line names, or the most frequent one of the header
    /// outside quotes.
    pub(super) fn of(text: &str) -> Self {
        let first = line(text);
        if let Some([separator]) = named(first) {
            return Self { separator: *separator, start: first.len() };
        }
        let header = line(text.trim_start_matches(['\r', '\n']));
        let mut counts = [0; SEPARATORS.len()];
        let mut quoted = false;
        for byte in header.bytes() {
            quoted ^= byte == b'"';
            if let Some(at) = SEPARATORS.iter().position(|s| *s == byte && !quoted) {
                counts[at] += 1;
            }
        }
        // Of equal counts the first.
        let most = (0..SEPARATORS.len()).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
        Self { separator: SEPARATORS[most], start: 0 }
    }
}

/// The bytes behind `sep=`.
fn named(line: &str) -> Option<&[u8]> {
    let line = line.trim_matches(['"', '\r', '\n']);
    let rest = line.get(..4).filter(|key| key.eq_ignore_ascii_case("sep="));
    rest.and_then(|key| line.as_bytes().get(key.len()..))
}

/// Up to the first end of a line outside quotes.
fn line(text: &str) -> &str {
    let mut quoted = false;
    let end = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        !quoted && matches!(byte, b'\r' | b'\n')
    });
    &text[..end.unwrap_or(text.len())]
}

/// Whether a cell is a number with a decimal comma: `3,5`, not `1,234.5`, and not a list of words.
pub(super) fn has_comma(cell: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, ',' | '+' | '-' | 'e' | 'E');
    cell.matches(',').count() == 1 && cell.chars().all(plain) && point(cell).parse::<f64>().is_ok()
}

/// Whether a cell is a number with a decimal point.
pub(super) fn has_point(cell: &str) -> bool {
    cell.contains('.') && cell.parse::<f64>().is_ok()
}

/// A decimal comma as a point.
pub(super) fn point(cell: &str) -> String {
    cell.replacen(',', ".", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_the_separator() {
        for (text, separator) in [
            ("a,b\n1;2;3;4\n", b','),
            ("a;b\n", b';'),
            ("\r\n\r\na\tb\r\n", b'\t'),
            ("\"a,b,c\";d\n", b';'),
            ("\"a\nb;c;d;e\",f\n", b','),
            ("a,b;c", b','),
            ("alone", b','),
            ("", b','),
        ] {
            assert_eq!(Dialect::of(text), Dialect { separator, start: 0 }, "{text:?}");
        }
        for text in ["sep=;\na,b;c\n", "SEP=;\r\na", "\"sep=;\"\na"] {
            let found = Dialect::of(text);
            assert_eq!(found.separator, b';', "{text:?}");
            assert!(text[found.start..].trim_start().starts_with('a'), "{text:?}");
        }
    }

    #[test]
    fn a_decimal_comma_is_told_from_other_commas() {
        for cell in ["3,5", "-0,25", "1,2e-3", ",5", "7,"] {
            assert!(has_comma(cell) && !has_point(cell), "{cell}");
        }
        for cell in ["3", "1,234,567", "1.234,5", "1,234.5", "a,b", ",", "1, 2", "inf"] {
            assert!(!has_comma(cell), "{cell}");
        }
        assert!(has_point("7.4") && !has_point("7") && !has_point("1.234,5"));
    }
}
