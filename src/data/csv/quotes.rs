//! Stray quotes: one that opens a cell and closes elsewhere takes the rows between into the cell.
//!
//! The reader of tables passes over what RFC 4180 forbids, so the text is looked through before.

use crate::text;

/// Where a quote opens that does not enclose a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// Its line, from 1.
    pub(super) line: u64,
    /// What happens to it instead.
    pub(super) what: &'static str,
}

/// Where the text stands.
enum At {
    /// At a cell's start.
    Start,
    /// In a cell that no quote opened.
    Plain,
    /// In a quoted cell.
    Quoted,
    /// Behind a quote in a quoted cell: the cell's end, or the first of two that mean one.
    Behind,
}

/// The first quote that opens a cell and is not closed at the cell's end. A quote within a cell that none
/// opened is a character like others (5" nails), and blanks may follow one that closes.
pub(super) fn stray(text: &str, start: usize, separator: u8) -> Option<Stray> {
    let (bytes, mut at, mut opened) = (text.as_bytes(), At::Start, start);
    let stray = |opened, what| Some(Stray { line: text::line_of(bytes, opened) as u64, what });
    for (place, &byte) in bytes.iter().enumerate().skip(start) {
        let ends = byte == separator || matches!(byte, b'\r' | b'\n');
        at = match at {
            At::Start if byte == b'"' => {
                opened = place;
                At::Quoted
            }
            At::Quoted if byte == b'"' => At::Behind,
            At::Behind if byte == b'"' => At::Quoted,
            At::Quoted => At::Quoted,
            At::Start | At::Plain | At::Behind if ends => At::Start,
            At::Start | At::Plain => At::Plain,
            At::Behind if matches!(byte, b' ' | b'\t') => At::Behind,
            At::Behind => return stray(opened, "closes in the middle of a cell"),
        };
    }
    match at {
        At::Quoted => stray(opened, "is never closed"),
        At::Start | At::Plain | At::Behind => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_around_cells_are_none() {
        for text in [
            "",
            "a,b\n\"1\",\"x, y\"\r\n\"\",\"he said \"\"no\"\"\"",
            "a,b\n1,5\" nails\n2,\"two\nlines\" \n3, \"x\n",
            "\"\"\"\",\"\"\n",
        ] {
            assert_eq!(stray(text, 0, b','), None, "{text:?}");
        }
        assert_eq!(stray("a;\"b\";c\n\"1\"\t;2;3\n", 0, b';'), None);
    }

    #[test]
    fn the_line_is_that_of_the_quote_that_opens() {
        let (open, amid) = ("is never closed", "closes in the middle of a cell");
        for (text, line, what) in [
            ("a,b\n1,\"dog\n2,cat\n", 2, open),
            ("a,b\r\n1,\"dog\r\n2,\"cat\r\n", 2, amid),
            ("\"a,b\n1,2\n", 1, open),
            ("a,b\n1,\"x\" y\n", 2, amid),
            ("a,b\n\"1\n2\",\"dog\r3,4\n", 3, open),
            ("a,b\n1,\"\"\"\n", 2, open),
        ] {
            assert_eq!(stray(text, 0, b','), Some(Stray { line, what }), "{text:?}");
        }
        assert_eq!(stray("sep=;\na;\"b\n", 6, b';').unwrap().line, 2);
    }
}
