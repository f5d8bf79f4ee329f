//! What is done to a top's pins, said beforehand, and what must come of it by the golden model.

use spikestream::hardware;
use spikestream::protocol::frame;
use spikestream::protocol::identity;
use spikestream::sc::network::{Golden, Update};
use spikestream::spec::Net;

use crate::dut::Segment;
use crate::uart::{FRAME_BITS, encode};
use crate::verify::Built;

/// The inputs that a script drives, in the order of its levels.
pub(super) const INPUTS: [&str; 3] = ["hold", "uart_rx", "button"];

/// The outputs that are watched: the serial line, then the LEDs.
pub(super) const OUTPUTS: [&str; 4] = ["uart_tx", "led_status", "led_pass", "led_fail"];

/// The engine's ports below the top, which show each neuron's update; the first says when.
pub(super) const ENGINE: [&str; 6] = [
    "engine_seen",
    "engine_seen_step",
    "engine_seen_neuron",
    "engine_seen_current",
    "engine_seen_membrane",
    "engine_seen_fired",
];

/// Cycles between two scenes, in which the line is idle.
const PAUSE: u64 = 64;

/// A part of a script.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// What it does.
    pub(super) name: &'static str,
    /// The cycle that it ends before.
    pub(super) end: u64,
    /// The bytes that it is answered with; none where an answer is cut off.
    pub(super) replies: Option<Vec<u8>>,
    /// The updates of the images that it runs; none where one is cut off or the self-test runs.
    pub(super) updates: Vec<Update>,
    /// Whether the LEDs (ready, pass, fail) are lit at its end.
    pub(super) lit: [bool; 3],
}

/// Levels of the inputs one after the other, in scenes.
pub(super) struct Script<'a> {
    pub(super) net: &'a Net,
    pub(super) built: &'a Built,
    golden: Golden<'a>,
    levels: [u64; 3],
    /// The levels and how many cycles they are held.
    pub(super) pieces: Vec<([u64; 3], u64)>,
    pub(super) scenes: Vec<Scene>,
    now: u64,
    replies: Vec<u8>,
    updates: Vec<Update>,
    cut: bool,
    lit: [bool; 3],
}

impl<'a> Script<'a> {
    /// Power-up: the line idle, the button down or not, `hold` until the clock is steady.
    pub(super) fn power_up(net: &'a Net, built: &'a Built, button_down: bool) -> Self {
        let mut script = Self {
            net,
            built,
            golden: hardware::golden_on(net, built.on().shortcuts),
            levels: [1, 1, 0],
            pieces: Vec::new(),
            scenes: Vec::new(),
            now: 0,
            replies: Vec::new(),
            updates: Vec::new(),
            cut: false,
            lit: [true, false, false],
        };
        script.button(button_down);
        script.wait(32);
        script.hold(false);
        script.wait(300);
        script
    }

    /// Lets cycles pass.
    pub(super) fn wait(&mut self, cycles: u64) {
        self.pieces.push((self.levels, cycles));
        self.now += cycles;
    }

    /// Lets what follows begin earlier, by cycles of the last wait.
    pub(super) fn sooner(&mut self, cycles: u64) {
        if let Some((_, last)) = self.pieces.last_mut() {
            let taken = cycles.min(*last);
            *last -= taken;
            self.now -= taken;
        }
    }

    pub(super) fn hold(&mut self, held: bool) {
        self.levels[0] = held.into();
    }

    pub(super) fn button(&mut self, down: bool) {
        self.levels[2] = u64::from(down != self.built.design.button_active_low);
    }

    /// Drives the line with levels.
    pub(super) fn line(&mut self, segments: &[Segment]) {
        for segment in segments {
            self.levels[1] = segment.value;
            self.wait(segment.cycles);
        }
        self.levels[1] = 1;
    }

    /// Sends bytes back to back.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.line(&encode(bytes, self.built.clocks_per_bit()));
    }

    /// Cycles of a byte on the line.
    pub(super) fn byte(&self) -> u64 {
        FRAME_BITS * self.built.clocks_per_bit()
    }

    /// Cycles of silence that drop a half frame.
    pub(super) fn gap(&self) -> u64 {
        1 << frame::gap_bits(self.built.design.board_clock_hz)
    }

    /// Cycles in which the button was certainly looked at and the self-test has ended.
    pub(super) fn self_test(&self) -> u64 {
        self.gap() + self.built.design.cycles_per_image + 64
    }

    /// Expects a reply, and leaves the time that it takes.
    pub(super) fn expect(&mut self, command: u8, payload: &[u8]) {
        let reply = frame::encode(command, payload);
        self.wait((reply.len() as u64 + 1) * self.byte());
        self.replies.extend(reply);
    }

    /// Asks who is there.
    pub(super) fn identify(&mut self) {
        self.send(&frame::encode(frame::IDENTIFY, &[]));
        self.expect(frame::IDENTIFY | frame::REPLY, &identity(self.net));
    }

    /// Expects the identity for bytes that were sent.
    pub(super) fn expect_identity(&mut self) {
        self.expect(frame::IDENTIFY | frame::REPLY, &identity(self.net));
    }

    /// Runs an image.
    pub(super) fn infer(&mut self, image: &[u8]) {
        self.send(&frame::encode(frame::INFER, image));
        self.expect_answer(image);
    }

    /// Expects the golden model's answer to an image that was sent.
    pub(super) fn expect_answer(&mut self, image: &[u8]) {
        let updates = &mut self.updates;
        let want = self.golden.infer_observed(image, |update| updates.push(update));
        let cycles = self.built.design.cycles_per_image;
        let mut payload = (want.class as u32).to_le_bytes().to_vec();
        payload.extend((cycles as u32).to_le_bytes());
        for (count, membrane) in want.counts.iter().zip(&want.membranes) {
            payload.extend((*count as u16).to_le_bytes());
            payload.extend((*membrane as i16).to_le_bytes());
        }
        self.wait(cycles);
        self.expect(frame::INFER | frame::REPLY, &payload);
    }

    /// Sends bytes that are refused.
    pub(super) fn refused(&mut self, bytes: &[u8], reason: u8) {
        self.send(bytes);
        self.expect(frame::REFUSED, &[reason]);
    }

    /// From here on a reply may be cut off, so the bytes of this scene are not read.
    pub(super) fn cut(&mut self) {
        self.cut = true;
    }

    /// The LEDs pass and fail as they are from now on.
    pub(super) fn shows(&mut self, pass: bool, fail: bool) {
        self.lit = [true, pass, fail];
    }

    /// Ends a scene.
    pub(super) fn end(&mut self, name: &'static str) {
        self.wait(PAUSE);
        let replies = std::mem::take(&mut self.replies);
        let replies = (!std::mem::take(&mut self.cut)).then_some(replies);
        let updates = std::mem::take(&mut self.updates);
        self.scenes.push(Scene { name, end: self.now, replies, updates, lit: self.lit });
    }
}
