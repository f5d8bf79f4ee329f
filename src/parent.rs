//! Programs that end with the one that started them.
//!
//! A stage that `cargo xtask` started is its own process: killed, `xtask` would leave it running, to write
//! into a folder that the next run takes. So `xtask` names itself in [`VARIABLE`], and a stage asks from
//! time to time whether it is still there. What is started by hand has no such variable, and goes on when
//! its shell is closed, if it was told to.

use std::path::Path;
use std::thread;
use std::time::Duration;

/// The environment variable with the number of the process to end with.
pub const VARIABLE: &str = "SPIKESTREAM_PARENT";

/// How often it is looked for.
const INTERVAL: Duration = Duration::from_millis(200);

/// Calls `end` once the process that [`VARIABLE`] names has gone, on a thread of its own. Without the
/// variable, or where the system does not tell who a process's parent is, it does nothing.
pub fn follow(end: impl FnOnce() + Send + 'static) {
    let named = std::env::var(VARIABLE).ok().and_then(|number| number.parse().ok());
    if let (Some(named), Some(_)) = (named, parent()) {
        let followed = Followed { named, is_parent: parent() == Some(named) };
        thread::spawn(move || {
            while !followed.has_gone() {
                thread::sleep(INTERVAL);
            }
            end();
        });
    }
}

/// As [`follow`], for a program that has nothing to put in order: what it writes appears whole or not at
/// all, so it ends where it is, as a signal would end it.
pub fn end_with_it() {
    follow(|| std::process::exit(128 + 15)); // as after SIGTERM
}

/// Whom this process follows.
#[derive(Clone, Copy, Debug)]
struct Followed {
    named: u32,
    /// Cargo makes itself the program that it runs, so mostly it is the parent itself. A wrapper around
    /// cargo may stand between them.
    is_parent: bool,
}

impl Followed {
    fn has_gone(self) -> bool {
        match self.is_parent {
            // A process whose parent ends is given another one.
            true => parent() != Some(self.named),
            // It may have ended before this program began.
            false => Path::new("/proc/self").exists() && !is_listed(self.named),
        }
    }
}

/// Whether Linux lists a process.
fn is_listed(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists()
}

#[cfg(unix)]
fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn parent() -> Option<u32> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_there_is_followed_until_it_is_not() {
        let parent = parent().unwrap();
        assert!(!Followed { named: parent, is_parent: true }.has_gone());
        assert!(!Followed { named: parent, is_parent: false }.has_gone());
        // Numbers of processes end below 2^22.
        assert!(Followed { named: 1 << 30, is_parent: true }.has_gone());
        assert!(Followed { named: 1 << 30, is_parent: false }.has_gone());
    }
}
