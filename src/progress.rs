//! Signs of life: a line with the seconds gone by, on a terminal only.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::output;

/// A thread that shows how long something has been going on, until it is dropped.
#[derive(Debug)]
pub struct Heartbeat(Option<(Sender<()>, JoinHandle<()>)>);

impl Heartbeat {
    /// Starts showing `label` and the seconds gone by on stderr, from the first second on.
    /// Without a terminal it shows nothing.
    pub fn start(label: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let label = label.to_owned();
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let begin = Instant::now();
            let mut shown = false;
            for frame in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".chars().cycle() {
                match stopped.recv_timeout(Duration::from_millis(100)) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
                let seconds = begin.elapsed().as_secs();
                if seconds >= 1 {
                    shown = true;
                    show(&format!("\r\x1b[2K  {frame} {label}  {seconds} s"));
                }
            }
            if shown {
                show("\r\x1b[2K");
            }
        });
        Self(Some((stop, thread)))
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            // A sign of life that fails must not take the run with it.
            let _ = thread.join();
        }
    }
}

/// Shows a text now, without an end of line.
fn show(text: &str) {
    // A sign of life that nobody sees is no failure.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Leaves a line on a terminal that says what was done and how long it took.
pub fn done(label: &str, seconds: f64) {
    if std::io::stderr().is_terminal() {
        output::tell(format_args!("  ✓ {label}  {seconds:.1} s"));
    }
}

/// Shows how long some work has been going on, and leaves a line when it went well.
pub fn timed<T, E>(label: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let begin = Instant::now();
    let heartbeat = Heartbeat::start(label);
    let result = work();
    drop(heartbeat);
    if result.is_ok() {
        done(label, begin.elapsed().as_secs_f64());
    }
    result
}
