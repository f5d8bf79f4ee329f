//! What each worker is at, so that a reader that hangs is named, and a panic is kept instead of printed.

use std::cell::RefCell;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, Once, OnceLock};
use std::time::{Duration, Instant};

use crate::SECONDS;

/// The beginning of a worker's thread name.
pub(crate) const WORKER: &str = "fuzz";

/// Since when a worker is at an input, and at which.
type At = Option<(Instant, String)>;

/// What the workers are at, each by its number.
static AT: OnceLock<Mutex<Vec<At>>> = OnceLock::new();

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A worker is at an input from now on, or at none.
pub(crate) fn is_at(worker: usize, what: Option<String>) {
    let at = AT.get_or_init(Mutex::default);
    let mut at = at.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if at.len() <= worker {
        at.resize(worker + 1, None);
    }
    at[worker] = what.map(|what| (Instant::now(), what));
}

/// Ends the program, naming the input, when a worker is at one for too long.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::thread::spawn(|| {
            loop {
                std::thread::sleep(Duration::from_millis(500));
                let Some(at) = AT.get() else { continue };
                let at = at.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                let late =
                    at.iter().flatten().find(|(since, _)| since.elapsed().as_secs() > SECONDS);
                if let Some((_, what)) = late {
                    // Not by `eprintln`, whose words a test keeps for its end.
                    let words = format!("{what} takes more than {SECONDS} s\n");
                    let _ = std::io::stderr().write_all(words.as_bytes());
                    std::process::exit(101);
                }
            }
        });
    });
}

/// Keeps the words of panics in workers; others are printed as before.
pub(crate) fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let thread = std::thread::current();
            if thread.name().is_some_and(|name| name.starts_with(WORKER)) {
                PANIC.with_borrow_mut(|kept| *kept = Some(info.to_string()));
            } else {
                before(info);
            }
        }));
    });
}

/// Runs something that may panic.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        let words = PANIC.with_borrow_mut(Option::take);
        words.unwrap_or_else(|| "a panic without words".to_owned())
    })
}
