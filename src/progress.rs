//! Signs of life: a line with the seconds gone by, on a terminal only.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use crate::output;

/// Shows how long something has been going on, until it is dropped. Of several at once, one line shows all.
#[derive(Debug)]
pub struct Heartbeat(Option<(Sender<()>, JoinHandle<()>)>);

/// What is going on, the first of it drawn by its own thread for all.
static GOING_ON: Mutex<Vec<Work>> = Mutex::new(Vec::new());

/// Clears the line that signs of life are on.
const CLEAR: &str = "\r\x1b[2K";

struct Work {
    label: String,
    begin: Instant,
    thread: ThreadId,
}

/// The list; a thread that panicked with it in hand has left it whole.
fn going_on() -> MutexGuard<'static, Vec<Work>> {
    GOING_ON.lock().unwrap_or_else(PoisonError::into_inner)
}

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
            let (begin, thread) = (Instant::now(), thread::current().id());
            going_on().push(Work { label, begin, thread });
            for frame in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".chars().cycle() {
                match stopped.recv_timeout(Duration::from_millis(100)) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
                let all = going_on();
                if all.first().is_some_and(|first| first.thread == thread)
                    && let Some(text) = drawn(&all, Instant::now())
                {
                    show(&format!("{CLEAR}  {frame} {text}"));
                }
            }
            let mut all = going_on();
            all.retain(|work| work.thread != thread);
            if begin.elapsed().as_secs() >= 1 {
                show(CLEAR);
            }
        });
        Self(Some((stop, thread)))
    }
}

/// All that has been going on for a second.
fn drawn(all: &[Work], now: Instant) -> Option<String> {
    let seconds = |work: &Work| now.duration_since(work.begin).as_secs();
    let shown = all.iter().filter(|work| seconds(work) >= 1);
    let texts: Vec<String> =
        shown.map(|work| format!("{}  {} s", work.label, seconds(work))).collect();
    (!texts.is_empty()).then(|| texts.join("   "))
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
        output::tell(format_args!("{CLEAR}  ✓ {label}  {seconds:.1} s"));
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

/// How much of some work is done and how long the rest will take: a line that stays in its place, on a terminal only.
#[derive(Debug)]
pub struct Counted {
    of: usize,
    unit: &'static str,
    begin: Instant,
    done: usize,
    failed: usize,
    shows: bool,
}

impl Counted {
    /// None of `of` items, called `unit`, since `begin`.
    pub fn new(of: usize, unit: &'static str, begin: Instant) -> Self {
        let shows = std::io::stderr().is_terminal();
        let counted = Self { of, unit, begin, done: 0, failed: 0, shows };
        counted.show(Duration::ZERO);
        counted
    }

    /// One item more is done, or has failed.
    pub fn one(&mut self, is_good: bool) {
        self.done += 1;
        self.failed += usize::from(!is_good);
        self.show(self.begin.elapsed());
    }

    fn show(&self, gone: Duration) {
        if self.shows {
            show(&format!("{CLEAR}  {}", self.text(gone)));
        }
    }

    fn text(&self, gone: Duration) -> String {
        let Self { of, unit, done, failed, .. } = *self;
        let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        if done == 0 {
            return format!("{done} of {of} {unit}{failed}");
        }
        let left = gone.as_secs_f64() / done as f64 * (of - done) as f64;
        let left =
            if left < 90.0 { format!("{left:.0} s") } else { format!("{:.0} min", left / 60.0) };
        format!("{done} of {of} {unit}{failed}, {left} left")
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.shows {
            show(CLEAR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_shows_all_that_takes_longer_than_a_second() {
        let begin = Instant::now();
        let work = |label: &str, after: u64| Work {
            label: label.to_owned(),
            begin: begin + Duration::from_millis(after),
            thread: thread::current().id(),
        };
        let all = [work("yosys", 0), work("nextpnr", 2_500), work("pack", 4_200)];
        let at = |seconds: u64| drawn(&all, begin + Duration::from_secs(seconds));
        assert_eq!(at(0), None);
        assert_eq!(at(3).as_deref(), Some("yosys  3 s"));
        assert_eq!(at(5).as_deref(), Some("yosys  5 s   nextpnr  2 s"));
    }

    #[test]
    fn what_is_left_follows_from_what_is_done() {
        let mut counted = Counted {
            of: 24,
            unit: "points",
            begin: Instant::now(),
            done: 0,
            failed: 0,
            shows: false,
        };
        assert_eq!(counted.text(Duration::ZERO), "0 of 24 points");
        (0..6).for_each(|at| counted.one(at > 0));
        assert_eq!(counted.text(Duration::from_secs(10)), "6 of 24 points, 1 failed, 30 s left");
        assert_eq!(counted.text(Duration::from_secs(120)), "6 of 24 points, 1 failed, 6 min left");
    }
}
