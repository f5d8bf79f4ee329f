//! Windows of waves: the few cycles around the one that matters.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Cycles shown before the one that matters.
const BEFORE: u64 = 64;

/// Cycles shown after it.
const AFTER: u64 = 16;

/// A range of cycles, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first cycle.
    pub first: u64,
    /// The last cycle.
    pub last: u64,
}

impl Window {
    /// The cycles around one.
    pub fn around(cycle: u64) -> Self {
        Self { first: cycle.saturating_sub(BEFORE), last: cycle + AFTER }
    }
}

/// The VCD of a unit's mismatch, in `folder`.
pub fn path_of(folder: &Path, unit: &str) -> PathBuf {
    let name: String =
        unit.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    folder.join(format!("{name}.vcd"))
}

/// rust-hdl declares a state as a wire without width and then writes its name, which wave viewers
/// refuse; here it passes as what it is, a text.
pub(crate) struct States<W> {
    inner: W,
    line: Vec<u8>,
}

impl<W: Write> States<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, line: Vec::new() }
    }
}

impl<W: Write> Write for States<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                match line.strip_prefix(b"$var wire 0 ") {
                    Some(rest) => self.inner.write_all(&[b"$var string 1 ", rest].concat())?,
                    None => self.inner.write_all(&line)?,
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_texts_however_they_are_written() {
        let text = "$var wire 0 K d $end\n$var wire 1 L q $end\n#0\nsIdle K\n";
        for size in [1, 3, 100] {
            let mut states = States::new(Vec::new());
            text.as_bytes().chunks(size).for_each(|piece| states.write_all(piece).unwrap());
            let expected = text.replace("wire 0", "string 1");
            assert_eq!(String::from_utf8(states.inner).unwrap(), expected);
        }
    }

    #[test]
    fn a_window_starts_at_zero_at_the_earliest() {
        assert_eq!(Window::around(3), Window { first: 0, last: 19 });
        assert_eq!(Window::around(100), Window { first: 36, last: 116 });
    }
}
