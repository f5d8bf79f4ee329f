//! What is asked of the operating system beyond the standard library's common part: all that needs Unix.

#[cfg(not(unix))]
compile_error!("spikestream needs a Unix: it runs on Linux (README.md, \"Systems\")");

use std::io;
use std::os::unix::fs::symlink;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};

use rustix::fs::{Access, access};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::base::error::FlowError;

/// The system that everything was tried on, as Rust names it: operating system and processor.
const TRIED: (&str, &str) = ("linux", "x86_64");

/// A note for systems that nobody has tried.
pub fn note() -> Option<String> {
    note_of((std::env::consts::OS, std::env::consts::ARCH))
}

fn note_of(system: (&str, &str)) -> Option<String> {
    let ((os, processor), (tried_os, tried_processor)) = (system, TRIED);
    (system != TRIED).then(|| {
        format!(
            "this is {os} on {processor}; all of it was tried on {tried_os} on {tried_processor} alone"
        )
    })
}

/// The file of the program that runs.
///
/// # Errors
/// [`FlowError::Unreadable`], where the system does not say.
pub fn this_program() -> Result<PathBuf, FlowError> {
    std::env::current_exe().map_err(|error| FlowError::Unreadable {
        path: "the program itself".into(),
        reason: error.to_string(),
    })
}

/// Makes a link at `path` that leads to `target`.
pub(crate) fn link(target: &Path, path: &Path) -> io::Result<()> {
    symlink(target, path)
}

/// Whether this process may read and write a file. Asks the system, without opening it: opening a serial
/// port can wait for its other end.
pub(crate) fn may_open(path: &Path) -> bool {
    access(path, Access::READ_OK | Access::WRITE_OK).is_ok()
}

/// The signal that ended a program.
pub(crate) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// A command whose program gets a process group of its own, with all that it starts.
pub(crate) fn set_apart(command: &mut impl CommandExt) {
    command.process_group(0);
}

/// Kills a program that was started in a group of its own, and all that it has started, as a power cut would.
pub(crate) fn kill_group(child: &Child) -> io::Result<()> {
    Ok(kill_process_group(Pid::from_child(child), Signal::KILL)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_tried_is_said() {
        assert_eq!(note_of(TRIED), None);
        let told = note_of(("macos", "aarch64")).unwrap();
        assert!(told.contains("macos on aarch64") && told.contains("linux on x86_64"), "{told}");
    }
}
