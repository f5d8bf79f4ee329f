//! Ctrl-C, which the terminal gives to this program and to the stage that it waits for.

use std::process::ExitCode;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};
use spikestream::output;

use super::Error;
use crate::base::error::FlowError;

/// The exit code of a stage that Ctrl-C ended, as a shell counts it: 128 and the signal's number.
const ENDED: i32 = 128 + SIGINT;

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

/// What a program ends with after an error, which is told unless a stage has told it already. Where Ctrl-C ended the
/// stage, it ends this program as well.
pub fn conclude(error: &FlowError) -> ExitCode {
    match error.of() {
        Some(Error::StageFailed { exit_code: Some(ENDED), .. }) => return end(),
        // The program has printed an error with a remedy; a second one would hide it.
        Some(Error::StageFailed { stage, exit_code: Some(1), command, .. }) => {
            output::tell(format_args!("note: that was {stage}; to repeat it alone: {command}"));
        }
        _ => output::tell(error.render()),
    }
    ExitCode::FAILURE
}

/// Ends this program as its stage was ended, by the signal: a shell that runs it in a loop stops the
/// loop as well.
fn end() -> ExitCode {
    let _ = low_level::emulate_default_handler(SIGINT);
    ExitCode::from(ENDED.unsigned_abs() as u8)
}
