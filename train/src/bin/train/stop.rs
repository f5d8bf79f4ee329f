//! What ends a run after its step. Ctrl-C: the first does, so that it can say how to go on; the second ends
//! it at once. And the end of the program that started this one.

use signal_hook::consts::SIGINT;
use signal_hook::flag;
use spikestream::parent;
use spikestream_train::TrainError;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a run that was stopped: what a shell makes of the signal, 128 and its number.
pub(crate) const STOPPED: u8 = 130;

/// Whether the end was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Takes Ctrl-C from now on. Where a system lets nobody, it ends the program as it always does.
    pub(crate) fn listen(&self) {
        // In this order: a second Ctrl-C finds what the first one set.
        let _ = flag::register_conditional_shutdown(SIGINT, STOPPED.into(), Arc::clone(&self.0));
        let _ = flag::register(SIGINT, Arc::clone(&self.0));
    }

    /// Ends with the program that started this one, which a kill may have ended.
    pub(crate) fn follow_parent(&self) {
        let asked = Arc::clone(&self.0);
        parent::follow(move || asked.store(true, Ordering::SeqCst));
    }

    /// What a run is told after each step.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        match self.0.load(Ordering::SeqCst) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Ends what comes after training, of which all epochs are kept.
    pub(crate) fn check(&self, epochs: usize) -> Result<(), TrainError> {
        match self.flow() {
            ControlFlow::Break(()) => Err(TrainError::Stopped { epoch: epochs, done: epochs }),
            ControlFlow::Continue(()) => Ok(()),
        }
    }

    /// Asks for the end.
    pub(crate) fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
