//! The phases of an image on schedule `events`.

use rust_hdl::prelude::*;

/// What the engine is doing.
#[derive(Copy, Clone, Debug, PartialEq, Eq, LogicState)]
pub enum Phase {
    /// Setting all sums to 0.
    Sweep,
    /// Nothing.
    Idle,
    /// Adding the rows of inputs.
    Scan,
    /// Waiting until all that was written can be read.
    Settle,
    /// Summing bins and banks.
    Sum,
    /// Taking the sums of neurons.
    Take,
    /// Emptying the pipeline.
    Drain,
    /// Adding the rows of neurons that fired.
    Add,
}
