//! A name for a simulated board's terminal that stays the same from start to start.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::SimError;
use crate::system;

/// A link to a terminal; removed when it is dropped.
#[derive(Debug)]
pub struct Link {
    path: PathBuf,
    terminal: PathBuf,
}

impl Link {
    /// Makes the link. One that leads to a terminal, as a killed board leaves it, is replaced;
    /// nothing else is.
    ///
    /// # Errors
    /// [`SimError::LinkTaken`], [`SimError::Unwritable`].
    pub fn make(path: &Path, terminal: &Path) -> Result<Self, SimError> {
        let taken = || Err(SimError::LinkTaken { path: path.to_owned() });
        let unwritable =
            |e: io::Error| SimError::Unwritable { path: path.to_owned(), reason: e.to_string() };
        match std::fs::read_link(path) {
            Ok(old) if old.parent() == terminal.parent() => {
                std::fs::remove_file(path).map_err(unwritable)?;
            }
            Ok(_) => return taken(),
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            // There is something, and it is no link.
            Err(e) if e.kind() == ErrorKind::InvalidInput => return taken(),
            Err(e) => return Err(unwritable(e)),
        }
        system::link(terminal, path).map_err(unwritable)?;
        Ok(Self { path: path.to_owned(), terminal: terminal.to_owned() })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // Another board may have taken the name over.
        if std::fs::read_link(&self.path).is_ok_and(|found| found == self.terminal) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_replaces_only_a_link_to_a_terminal() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (first, second) = (Path::new("/dev/pts/900"), Path::new("/dev/pts/901"));
        let old = Link::make(&at("board"), first).unwrap();
        let new = Link::make(&at("board"), second).unwrap();
        drop(old);
        assert_eq!(std::fs::read_link(at("board")).unwrap(), second);
        drop(new);
        assert!(!at("board").is_symlink());

        std::fs::write(at("file"), "text").unwrap();
        std::os::unix::fs::symlink("file", at("other")).unwrap();
        for name in ["file", "other"] {
            assert_eq!(Link::make(&at(name), first).unwrap_err().code(), "sim::board::link-taken");
            assert_eq!(std::fs::read(at(name)).unwrap(), b"text");
        }
        assert_eq!(Link::make(&at("no/board"), first).unwrap_err().code(), "sim::file::unwritable");
    }
}
