//! What becomes of each register of a design when `hold` is raised: the one list of decisions.
//!
//! `hold` brings the protocol to [`State::Boot`](crate::protocol::State::Boot), and for as long as that
//! lasts, 256 cycles at least, `reset` is high everywhere. So a register needs no reset of its own if those
//! cycles wash it out, or if the next use begins by setting it. Memories are none of the list: an image
//! writes each word before it reads it.
//!
//! A test holds the list against the registers of the emitted text, and another sets all of them to
//! anything, and to nothing known, when `hold` is raised.

/// Why nothing of what was before `hold` is left in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// `hold` or `reset` sets it.
    Cleared,
    /// It follows a pin within two cycles.
    Pin,
    /// It passes on, within ten cycles, what comes from registers that are idle in `reset`.
    Drained,
    /// It does not matter until the next image, whose start sets it.
    Start,
    /// It does not matter until the next byte or frame, whose beginning sets it.
    Frame,
    /// It belongs to a flag beside it, and does not matter while that is low.
    Flagged,
}

use Reset::{Cleared, Drained, Flagged, Frame, Pin, Start};

/// Each register, by its path below the top; of blocks with a text of their own, with its name, in which `*`
/// stands for what follows from the network.
pub const REGISTERS: [(&str, Reset); 89] = [
    ("button_1", Pin),
    ("button_2", Pin),
    ("hold_1", Pin),
    ("hold_2", Pin),
    ("receiver.low_1", Pin),
    ("receiver.low", Pin),
    ("receiver.was_low", Pin),
    ("receiver.active", Cleared),
    ("receiver.timer", Frame),
    ("receiver.place", Frame),
    ("receiver.shift", Flagged),
    ("receiver.arrived", Drained),
    ("transmitter.shift", Cleared),
    ("transmitter.left", Cleared),
    ("transmitter.timer", Cleared),
    ("protocol.state", Cleared),
    ("protocol.pace.timer", Cleared),
    ("protocol.pace.round", Cleared),
    ("protocol.pace.was_pressed", Cleared),
    ("protocol.passed", Cleared),
    ("protocol.failed", Cleared),
    ("protocol.index", Frame),
    ("protocol.refusal", Frame),
    ("protocol.crc", Frame),
    ("protocol.command", Frame),
    ("protocol.length_low", Frame),
    ("protocol.check_high_ok", Frame),
    ("engine.sequencer.phase", Cleared),
    ("engine.sequencer.step_number", Start),
    ("engine.sequencer.layer_number", Start),
    ("engine.sequencer.neuron", Start),
    ("engine.sequencer.pass", Start),
    ("engine.sequencer.chunk", Start),
    ("engine.sequencer.wait_count", Start),
    ("engine.sequencer.pixel", Start),
    ("engine.sequencer.plane", Start),
    ("engine.sequencer.sign", Start),
    ("engine.sequencer.sign_base", Start),
    ("engine.sequencer.spike", Start),
    ("engine.sequencer.spike_base", Start),
    ("engine.elapsed", Start),
    ("engine.reader", Start),
    ("engine.writer", Start),
    ("engine.threshold", Start),
    ("engine.layer", Start),
    ("engine.encoding", Drained),
    ("engine.loading", Drained),
    ("engine.noise.register.present", Start),
    ("engine.collect.fill", Start),
    ("engine.collect.next", Start),
    ("engine.collect.full", Drained),
    // The lanes of what was before meet weights of 0, as those of a word that is not full always do.
    ("engine.collect.spikes", Start),
    ("engine.readout.neuron", Start),
    ("engine.readout.held", Drained),
    ("engine.readout.place", Flagged),
    ("engine.readout.key", Flagged),
    ("engine.readout.best", Start),
    ("engine.readout.leader", Start),
    ("engine.word", Drained),
    ("engine.word_first", Flagged),
    ("engine.word_double", Flagged),
    ("engine.word_mute", Flagged),
    ("engine.word_last", Flagged),
    ("engine.dot.enabled", Drained),
    ("engine.dot.enabled2", Drained),
    ("engine.dot.enabled3", Drained),
    ("engine.dot.starting", Flagged),
    ("engine.dot.starting2", Flagged),
    ("engine.dot.starting3", Flagged),
    ("engine.dot.doubling", Flagged),
    ("engine.dot.doubling2", Flagged),
    ("engine.dot.doubling3", Flagged),
    ("engine.dot.ending", Drained),
    ("engine.dot.ending2", Drained),
    ("engine.dot.ending3", Drained),
    ("engine.dot.complete", Drained),
    ("engine.dot.count.product", Flagged),
    ("engine.dot.count.minus", Flagged),
    ("engine.dot.count.ones", Flagged),
    ("engine.dot.count.negative", Flagged),
    ("engine.dot.count.difference", Flagged),
    ("engine.dot.sum.present", Flagged),
    // Of each stage of the neuron, and of what waits for it.
    ("engine.neurons.enable_*", Drained),
    ("engine.neurons.*_*", Flagged),
    ("engine.neurons.membrane_next", Flagged),
    ("engine.neurons.fired", Flagged),
    ("engine.neurons.ready", Drained),
    // What only simulation sees.
    ("engine.current.*_*", Flagged),
    // The words that memories have read, one a cycle.
    ("engine.*.word", Flagged),
];
