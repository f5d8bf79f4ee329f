//! Text as people's editors and spreadsheets leave it: UTF-8, with a byte-order mark or without.
//!
//! Every reader of a file that a person writes decodes it here, so that all take the same files. Line
//! ends are left to the reader; [`str::lines`], TOML and CSV take those of any system.

use crate::Error;
use std::path::Path;

/// Whether a character shows as nothing or as space: white space of any kind (the non-breaking space of
/// spreadsheets is one), and the marks without width that web pages leave.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// The text without the blanks around it.
///
/// ```
/// use spikestream::text::trim;
///
/// assert_eq!(trim("\u{feff} 7.4\u{a0}\r"), "7.4");
/// ```
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// The line that a byte stands on, from 1; a line ends with LF, CR LF or CR.
pub fn line_of(bytes: &[u8], at: usize) -> usize {
    let ends = bytes[..at].iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    1 + ends.count()
}

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// A byte that UTF-8 does not have.
    #[error("line {line} is not UTF-8")]
    Utf8 {
        /// The line, from 1.
        line: usize,
    },
    /// The byte-order mark of UTF-16, as some Windows programs write it.
    #[error("it is UTF-16, not UTF-8")]
    Utf16,
}

/// The text of these bytes, without the byte-order mark.
///
/// # Errors
/// [`NotText`].
///
/// ```
/// use spikestream::text::{NotText, decode};
///
/// assert_eq!(decode(b"\xEF\xBB\xBFname,label\r\n"), Ok("name,label\r\n"));
/// assert_eq!(decode(b"caf\xC3\xA9\ncaf\xE9\n"), Err(NotText::Utf8 { line: 2 }));
/// assert_eq!(decode(b"\xFF\xFEa\0"), Err(NotText::Utf16));
/// ```
pub fn decode(bytes: &[u8]) -> Result<&str, NotText> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(NotText::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes)
        .map_err(|error| NotText::Utf8 { line: line_of(bytes, error.valid_up_to()) })
}

/// The text of a file.
///
/// # Errors
/// [`Error::Read`], or [`Error::Text`] with the line.
pub fn read(path: &Path) -> Result<String, Error> {
    let bytes =
        std::fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })?;
    match decode(&bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(source) => Err(Error::Text { path: path.to_path_buf(), source }),
    }
}

/// A text as a shell takes it for one word.
///
/// ```
/// assert_eq!(spikestream::text::quoted("a b.csv"), "'a b.csv'");
/// assert_eq!(spikestream::text::quoted("nets/digits"), "nets/digits");
/// ```
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:=+@%".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_as_on_any_system() {
        for (text, lines) in [("a\nb\nc", [1, 2, 3]), ("a\rb\rc", [1, 2, 3])] {
            assert_eq!([0, 2, 4].map(|at| line_of(text.as_bytes(), at)), lines);
        }
        assert_eq!([0, 3, 6].map(|at| line_of(b"a\r\nb\r\nc", at)), [1, 2, 3]);
        assert_eq!(decode(b"a\rb\rc\xE9"), Err(NotText::Utf8 { line: 3 }));
    }

    #[test]
    fn a_file_is_decoded_or_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("net.toml");
        std::fs::write(&path, b"\xEF\xBB\xBFa = 1\r\n").unwrap();
        assert_eq!(read(&path).unwrap(), "a = 1\r\n");
        std::fs::write(&path, b"a = 1\nb = \"\xB5\"\n").unwrap();
        let error = read(&path).unwrap_err();
        assert_eq!(error.code(), "spikestream::file::text");
        assert!(error.to_string().contains("net.toml: line 2 is not UTF-8"), "{error}");
        assert_eq!(read(folder.path()).unwrap_err().code(), "spikestream::file::read");
    }
}
