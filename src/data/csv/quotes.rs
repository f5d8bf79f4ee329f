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

/// Cells that end with a quote and begin with none. The quote is part of such a cell (`24"`), or the one
/// before it was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lone {
    /// How many.
    pub(super) cells: usize,
    /// The line of the first, from 1.
    pub(super) line: u64,
}

/// Where the text stands.
enum At {
    /// At a cell's start.
    Start,
    /// In a cell that no quote opened; whether its last character is a quote.
    Plain(bool),
    /// In a quoted cell.
    Quoted,
    /// Behind a quote in a quoted cell: the cell's end, or the first of two that mean one.
    Behind,
}

/// The first quote that opens a cell and is not closed at the cell's end; if there is none, the cells that
/// end with a quote alone. A quote within a cell that none opened is a character like others (5" nails), and
/// blanks may follow one that closes.
pub(super) fn check(text: &str, start: usize, separator: u8) -> Result<Lone, Stray> {
    let (bytes, mut at, mut opened) = (text.as_bytes(), At::Start, start);
    let line = |place| text::line_of(bytes, place) as u64;
    let mut lone = Lone::default();
    // The last cell may have no end but the text's.
    let ended = bytes.iter().chain([&b'\n']).enumerate().skip(start);
    for (place, &byte) in ended {
        let ends = byte == separator || matches!(byte, b'\r' | b'\n');
        let is_last = place == bytes.len();
        at = match at {
            At::Quoted if is_last => {
                return Err(Stray { line: line(opened), what: "is never closed" });
            }
            At::Start if byte == b'"' => {
                opened = place;
                At::Quoted
            }
            At::Quoted if byte == b'"' => At::Behind,
            At::Behind if byte == b'"' => At::Quoted,
            At::Quoted => At::Quoted,
            At::Plain(true) if ends => {
                if lone.cells == 0 {
                    lone.line = line(place.saturating_sub(1));
                }
                lone.cells += 1;
                At::Start
            }
            At::Start | At::Plain(false) | At::Behind if ends => At::Start,
            At::Plain(quote) if matches!(byte, b' ' | b'\t') => At::Plain(quote),
            At::Start | At::Plain(_) => At::Plain(byte == b'"'),
            At::Behind if matches!(byte, b' ' | b'\t') => At::Behind,
            At::Behind => {
                let what = "closes in the middle of a cell";
                return Err(Stray { line: line(opened), what });
            }
        };
    }
    Ok(lone)
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
            assert_eq!(check(text, 0, b','), Ok(Lone::default()), "{text:?}");
        }
        assert_eq!(check("a;\"b\";c\n\"1\"\t;2;3\n", 0, b';'), Ok(Lone::default()));
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
            assert_eq!(check(text, 0, b','), Err(Stray { line, what }), "{text:?}");
        }
        assert_eq!(check("sep=;\na;\"b\n", 6, b';').unwrap_err().line, 2);
    }

    #[test]
    fn cells_that_end_with_a_quote_alone_are_counted_from_the_first() {
        for (text, cells, line) in [
            ("a,b\n1,dog\"\n2,cat\n", 1, 2),
            ("a,b\n1,cat\r\n2,24\" \r\n3,24\"", 2, 3),
            ("a,b\"\n1,\"x\"\n", 1, 1),
            ("a,b\n1, \"dog\"\n", 1, 2),
            ("a,b\n\"1\n2\",5\" nails\n3,\"x\"\"\"\n", 0, 0),
        ] {
            assert_eq!(check(text, 0, b','), Ok(Lone { cells, line }), "{text:?}");
        }
    }
}
