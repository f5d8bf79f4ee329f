//! The states of the frame protocol, in the order of a frame.

use rust_hdl::prelude::*;

/// Where in a frame the board is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, LogicState)]
pub enum State {
    /// Waiting for block RAM after configuration.
    Boot,
    /// Waiting for a frame or the button.
    Seek,
    /// Expecting the command.
    Command,
    /// Expecting the length.
    LengthLow,
    /// Expecting its high byte.
    LengthHigh,
    /// Expecting pixels.
    Payload,
    /// Expecting the checksum.
    CheckHigh,
    /// Expecting its low byte.
    CheckLow,
    /// The engine runs the host's image.
    Infer,
    /// The engine runs the self-test image.
    Test,
    /// The self-test's class is looked up.
    Lookup,
    /// The self-test is judged.
    Judge,
    /// Replying.
    SendSync,
    /// The command, or the refusal.
    SendCommand,
    /// The length.
    SendLengthLow,
    /// Its high byte.
    SendLengthHigh,
    /// The payload.
    SendPayload,
    /// The checksum.
    SendCheckHigh,
    /// Its low byte.
    SendCheckLow,
}
