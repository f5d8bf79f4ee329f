//! What programs print: results on standard output, of which every write is checked, and remarks on
//! standard error.
//!
//! Rust's macros for printing panic where a write fails, and to pass over the failure loses results
//! without a word. Only a pipe whose reader has gone is quiet: whoever reads may have read enough.

use crate::Error;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Whether anyone still reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Someone does, as far as is known.
    There,
    /// It is a pipe, and its other end is closed.
    Gone,
}

/// Prints a text as it is, and returns once the system has taken all of it.
///
/// # Errors
/// [`Error::Output`], unless the reader has gone.
pub fn text(text: impl Display) -> Result<Reader, Error> {
    put(&mut io::stdout().lock(), &text.to_string())
}

/// Prints a text and ends its line. Otherwise as [`text`].
///
/// # Errors
/// [`Error::Output`], unless the reader has gone.
pub fn line(line: impl Display) -> Result<Reader, Error> {
    text(format_args!("{line}\n"))
}

/// What came of a text that another library has printed on standard output.
///
/// # Errors
/// [`Error::Output`], unless the reader has gone.
pub fn checked(printed: io::Result<()>) -> Result<Reader, Error> {
    outcome(printed.and_then(|()| io::stdout().flush()))
}

/// Says something beside the results, on standard error. Where that cannot be written there is nobody to
/// tell, and the results matter more.
pub fn tell(remark: impl Display) {
    // In one piece, so that lines of several programs do not mix.
    let _ = io::stderr().write_all(format!("{remark}\n").as_bytes());
}

fn put(out: &mut impl Write, text: &str) -> Result<Reader, Error> {
    outcome(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn outcome(printed: io::Result<()>) -> Result<Reader, Error> {
    match printed {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(source) => Err(Error::Output { source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes at once, and keeps them until it is flushed.
    struct Buffered {
        room: usize,
        full: ErrorKind,
        at_flush: bool,
        taken: Vec<u8>,
    }

    impl Buffered {
        fn failed(&self) -> io::Error {
            self.full.into()
        }
    }

    impl Write for Buffered {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = self.room - self.taken.len();
            if room == 0 && !self.at_flush {
                return Err(self.failed());
            }
            let taken = if self.at_flush { bytes.len() } else { room.min(bytes.len()) };
            self.taken.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.taken.len() > self.room { Err(self.failed()) } else { Ok(()) }
        }
    }

    fn printed(room: usize, full: ErrorKind, at_flush: bool) -> Result<Reader, &'static str> {
        let mut out = Buffered { room, full, at_flush, taken: Vec::new() };
        put(&mut out, "0123456789").map_err(|error| error.code())
    }

    #[test]
    fn every_failure_is_told_but_that_of_a_pipe_without_a_reader() {
        let told = Err("spikestream::output::write");
        for at_flush in [false, true] {
            assert_eq!(printed(10, ErrorKind::StorageFull, at_flush), Ok(Reader::There));
            for room in [0, 9] {
                for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::Other] {
                    assert_eq!(printed(room, kind, at_flush), told, "{kind} after {room}");
                }
                assert_eq!(printed(room, ErrorKind::BrokenPipe, at_flush), Ok(Reader::Gone));
            }
        }
    }

    #[test]
    fn the_error_says_what_to_do() {
        let error = outcome(Err(ErrorKind::StorageFull.into())).unwrap_err();
        let text = error.render();
        assert!(text.contains("cannot write to standard output: no storage space"), "{text}");
        assert!(text.contains("free some space"), "{text}");
    }
}
