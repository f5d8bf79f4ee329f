//! What is asked of the operating system beyond the standard library's common part. What else needs Unix is the
//! serial line itself (`client/line.rs`).

#[cfg(not(unix))]
compile_error!("spikestream needs a Unix: it runs on Linux (README.md, \"Systems\")");

use std::io;
use std::os::fd::AsFd;
use std::path::Path;

/// Opens a terminal to others that a client which was killed has left closed to them.
pub(crate) fn open_to_others(terminal: impl AsFd) {
    let _ = rustix::termios::ioctl_tiocnxcl(terminal);
}

/// Makes a link at `path` that leads to `target`.
pub(crate) fn link(target: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}
