//! A whole top from power-up: `hold` released as on a board, requests over the serial line, the button.

use spikestream::hardware::line::answer_bytes;
use spikestream::protocol::frame::{self, Frame};
use spikestream::spec::Net;
use spikestream_flows::board::INPUTS;
use spikestream_flows::build::wrapper;

use super::{Design, Level, Recording, Simulator, Stimulus};
use crate::SimError;
use crate::uart::{Decoder, FRAME_BITS, encode};
use crate::verify::Built;

/// Cycles for which a board holds its design at first: as long as a simulated PLL takes to lock.
const HOLD: u64 = 32;

/// Cycles that a design may take for its start after `hold`.
const START: u64 = 1024;

/// A host and a finger at the pins of a top, or of a board around it.
#[derive(Clone, Debug)]
pub struct Session<'a> {
    net: &'a Net,
    built: &'a Built,
    /// What is driven; further levels may be added.
    pub stimulus: Stimulus,
}

/// What a session showed.
#[derive(Clone, Debug)]
pub struct Talk {
    /// Every frame that the design sent, in order.
    pub frames: Vec<Frame>,
    /// Its outputs in every cycle.
    pub recording: Recording,
}

impl<'a> Session<'a> {
    /// Power-up of a top: the line idle, `hold` until the clock is steady, the button held down from the
    /// first cycle on or released; time for the start, and for the self-test that a held button asks for.
    pub fn power_up(net: &'a Net, built: &'a Built, button_held: bool) -> Self {
        let mut session = Self::on_a_board(net, built);
        session.stimulus = Stimulus::default();
        session.stimulus.drive("uart_rx", Level::High);
        session.stimulus.drive("hold", Level::High);
        session.button(button_held);
        session.stimulus.wait(HOLD);
        session.stimulus.drive("hold", Level::Low);
        session.stimulus.wait(START);
        if button_held {
            session.stimulus.wait(session.self_test());
        }
        session
    }

    /// Power-up of a board that holds its design itself and has no button: the line idle, and time for
    /// the self-test at the start.
    pub fn on_a_board(net: &'a Net, built: &'a Built) -> Self {
        let mut session = Self { net, built, stimulus: Stimulus::default() };
        session.stimulus.drive("uart_rx", Level::High);
        session.stimulus.wait(HOLD + START + session.self_test());
        session
    }

    /// Cycles that a self-test may take: the button is looked at once a gap.
    fn self_test(&self) -> u64 {
        let gap = 1 << frame::gap_bits(self.built.design.board_clock_hz);
        2 * gap + self.built.max_cycles()
    }

    /// Moves the button.
    fn button(&mut self, down: bool) {
        let level = Level::of(down != self.built.design.button_active_low);
        self.stimulus.drive("button", level);
    }

    /// Presses the button, waits for the self-test's end, and lets it go.
    pub fn press(&mut self) {
        self.button(true);
        self.stimulus.wait(self.self_test());
        self.button(false);
        self.stimulus.wait(self.self_test());
    }

    /// Asks who is there, and leaves time for the reply.
    pub fn identify(&mut self) {
        let length = spikestream::protocol::identity(self.net).len();
        self.request(frame::IDENTIFY, &[], length);
    }

    /// Sends an image, and leaves time for the reply.
    pub fn infer(&mut self, image: &[u8]) {
        self.request(frame::INFER, image, answer_bytes(self.net.spec.classes()));
        self.stimulus.wait(self.built.max_cycles());
    }

    fn request(&mut self, command: u8, payload: &[u8], reply: usize) {
        let bit = self.built.clocks_per_bit();
        self.stimulus.play("uart_rx", &encode(&frame::encode(command, payload), bit));
        // Two bytes more: the design turns round between request and reply.
        self.stimulus.wait((frame::OVERHEAD + reply + 2) as u64 * FRAME_BITS * bit);
    }

    /// The top of the built design.
    pub fn top(&self) -> Design<'a> {
        let built = self.built;
        let ports = built.design.ports.iter().filter(|port| *port != wrapper::CLOCK);
        let input = |port: &&String| *port == "hold" || INPUTS.contains(&port.as_str());
        let (inputs, outputs) = ports.partition(input);
        let [inputs, outputs] =
            [inputs, outputs].map(|names: Vec<&String>| names.into_iter().cloned().collect());
        let (verilog, top) = (&built.verilog, &built.design.top);
        Design { verilog, top, clock: wrapper::CLOCK, inputs, outputs }
    }

    /// Runs it on a design, and reads what was sent.
    ///
    /// # Errors
    /// [`SimError::Unknown`] for an output that is not 0 or 1, [`SimError::Reply`] for bytes that are no
    /// frame, and what [`Simulator::run`] reports.
    pub fn run(&self, simulator: &Simulator, design: &Design<'_>) -> Result<Talk, SimError> {
        let recording = simulator.run(design, &self.stimulus)?;
        recording.ensure_known()?;
        let changes = recording.transitions("uart_tx")?;
        let bytes = Decoder::new(self.built.clocks_per_bit()).feed(&changes, recording.cycles())?;
        let frames = frames(&bytes).ok_or_else(|| SimError::Reply {
            design: design.top.to_owned(),
            reason: format!("not all of it is whole frames: {bytes:02x?}"),
        })?;
        Ok(Talk { frames, recording })
    }
}

/// The frames that bytes are, with nothing between them.
fn frames(mut bytes: &[u8]) -> Option<Vec<Frame>> {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let frame = frame::decode(bytes)?;
        let length = frame::OVERHEAD + frame.payload.len();
        if frame.used != length {
            return None;
        }
        bytes = &bytes[length..];
        frames.push(frame);
    }
    Some(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_lies_between_frames() {
        let [one, two] = [frame::encode(1, &[]), frame::encode(2, &[3, 4])];
        let found = frames(&[one.clone(), two.clone()].concat()).unwrap();
        assert_eq!(found.iter().map(|f| f.command).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(frames(&[]), Some(Vec::new()));
        assert_eq!(frames(&[one.clone(), vec![0], two].concat()), None);
        assert_eq!(frames(&one[..3]), None);
    }
}
