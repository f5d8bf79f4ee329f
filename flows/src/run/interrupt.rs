//! Ctrl-C, which the terminal gives to this program and to the stage that it waits for.

use std::process::ExitCode;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};

/// The exit code of a stage that Ctrl-C ended, as a shell counts it: 128 and the signal's number.
pub const ENDED: i32 = 128 + SIGINT;

/// Whether no stage is waited for, so that the signal ends this program.
static OURS: AtomicBool = AtomicBool::new(true);

/// Waits for a stage, to which Ctrl-C is left meanwhile: it may have something to put in order and to
/// say, and the prompt comes back only behind it.
pub fn left_to_it<T>(stage: impl FnOnce() -> T) -> T {
    static LISTENING: Once = Once::new();
    // Where a system lets nobody take the signal, it ends both programs at once.
    LISTENING.call_once(|| drop(flag::register_conditional_default(SIGINT, &OURS)));
    OURS.store(false, Ordering::SeqCst);
    let done = stage();
    OURS.store(true, Ordering::SeqCst);
    done
}

/// Ends this program as its stage was ended, by the signal: a shell that runs it in a loop stops the
/// loop as well.
pub fn end() -> ExitCode {
    let _ = low_level::emulate_default_handler(SIGINT);
    ExitCode::from(ENDED.unsigned_abs() as u8)
}
