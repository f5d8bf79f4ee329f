//! A whole design through its serial pins against the golden model, whatever it was made from.

use std::path::Path;

use spikestream::hardware::line::answer_bytes;
use spikestream::hardware::{self, cycles::Cycles};
use spikestream::protocol::frame::{self, Answer, Frame};
use spikestream::sc::network::{Golden, Outcome};
use spikestream::spec::Net;

use super::{Bench, Built, Checked, Comparison, Stage};
use crate::SimError;
use crate::dut::{Dut, PortId};
use crate::lockstep::Mismatch;
use crate::trace::Window;
use crate::uart::Host;

/// Cycles before the first byte: longer than a board waits for its clock, and a design for its block
/// RAM after configuration.
const START: u64 = 1024;

/// A whole design, through its serial pins.
pub struct PinBench<'a> {
    net: &'a Net,
    built: &'a Built,
    unit: &'static str,
    golden: Golden<'a>,
    cycles: Cycles,
    host: Host,
}

/// What an output has grown by while an image was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Cycles.
    pub cycles: u64,
    /// Each of its words.
    pub grown: Vec<u64>,
}

impl<'a> PinBench<'a> {
    /// Connects to the design, which mismatches call `unit`; lets it start, and checks that it carries
    /// the network.
    ///
    /// # Errors
    /// [`SimError::Reply`] when it identifies itself as another.
    pub fn new(
        net: &'a Net,
        built: &'a Built,
        unit: &'static str,
        dut: Box<dyn Dut>,
    ) -> Result<Self, SimError> {
        let mut host = Host::new(dut, "uart_rx", "uart_tx", built.clocks_per_bit())?;
        // A board without a button tests itself when it starts.
        let start = match host.dut().port("button") {
            Ok(button) => {
                let released = u64::from(built.design.button_active_low);
                host.dut().poke(button, &[released])?;
                START
            }
            Err(_) => START + built.max_cycles(),
        };
        let start = start + built.cycles_to_load();
        host.idle(start)?;
        let golden = hardware::golden_on(net, built.on().shortcuts);
        let cycles = built.cycles(net);
        let mut bench = Self { net, built, unit, golden, cycles, host };
        bench.identify()?;
        Ok(bench)
    }

    /// Writes waves from this bench, which has run nothing: of the cycles around the stage's first
    /// mismatch, or from where the first image is sent.
    ///
    /// # Errors
    /// [`SimError::Unwritable`], or what the simulator reports.
    pub fn waves(
        &mut self,
        stage: &mut Stage,
        images: &[Vec<u8>],
        path: &Path,
    ) -> Result<(), SimError> {
        let first = stage.first_mismatch();
        let (image, cycle) = match &first {
            Some(Mismatch { image, cycle, .. }) => (image.unwrap_or(0), *cycle),
            None => (0, 0),
        };
        let Some(pixels) = images.get(image) else { return Ok(()) };
        let window = Window::around(self.host.dut().cycle() + cycle);
        self.host.dut().trace(path, window.first, window.last)?;
        self.check(image, pixels)?;
        let now = self.host.dut().cycle();
        self.host.idle((window.last + 1).saturating_sub(now))?;
        if let Some(mismatch) = first {
            mismatch.waves = Some(path.to_owned());
        }
        Ok(())
    }

    fn identify(&mut self) -> Result<(), SimError> {
        let expected = spikestream::protocol::identity(self.net);
        let frame = self.request(frame::IDENTIFY, &[], expected.len())?;
        if frame.payload != expected {
            let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
            let (got, want) = (hex(&frame.payload), hex(&expected));
            return Err(self.reply(format!("it identifies itself as {got}, not {want}")));
        }
        Ok(())
    }

    /// Sends a frame and receives the reply, whose payload has `length` bytes.
    fn request(&mut self, command: u8, payload: &[u8], length: usize) -> Result<Frame, SimError> {
        self.host.send(&frame::encode(command, payload))?;
        self.reply_to(command, length)
    }

    /// Receives the reply to a command.
    fn reply_to(&mut self, command: u8, length: usize) -> Result<Frame, SimError> {
        let bytes = frame::OVERHEAD + length;
        let line = bytes as u64 * 10 * self.built.clocks_per_bit();
        let most = self.built.max_cycles() + 2 * line;
        // A refusal is the shortest reply.
        let refusal = bytes.min(frame::OVERHEAD + 1);
        let mut reply = self.host.receive(refusal, most)?;
        if frame::decode(&reply).is_none() {
            reply.extend(self.host.receive(bytes - refusal, most)?);
        }
        match frame::decode(&reply) {
            Some(frame) if frame.command == command | frame::REPLY => Ok(frame),
            Some(Frame { command: frame::REFUSED, payload, .. }) => {
                let missing = payload.first().and_then(|&reason| frame::Missing::of(reason));
                Err(self.reply(missing.map_or_else(
                    || format!("it refuses command 0x{command:02x}: {payload:?}"),
                    |missing| format!("it has no network: {missing}"),
                )))
            }
            Some(frame) => {
                Err(self.reply(format!("command 0x{:02x}: {:?}", frame.command, frame.payload)))
            }
            None => Err(self.reply(format!("no whole frame in {reply:02x?}"))),
        }
    }

    /// Runs an image as [`Bench::check`] does, and says what an output of the design has grown by, word for word, from
    /// the request's last bit of data to the first bit of the reply.
    ///
    /// # Errors
    /// As [`Bench::check`].
    pub fn check_watched(
        &mut self,
        index: usize,
        image: &[u8],
        port: PortId,
    ) -> Result<(Checked, Watched), SimError> {
        let begin = self.host.dut().cycle();
        self.host.send_to_the_stop_bit(&frame::encode(frame::INFER, image))?;
        let (before, from) = (self.words(port)?, self.host.dut().cycle());
        self.host.until_it_sends(self.built.max_cycles() + 2 * self.built.clocks_per_bit())?;
        let (after, to) = (self.words(port)?, self.host.dut().cycle());
        let frame = self.reply_to(frame::INFER, answer_bytes(self.net.spec.classes()))?;
        let grown = after.iter().zip(&before).map(|(after, before)| after - before);
        let watched = Watched { cycles: to - from, grown: grown.collect() };
        Ok((self.compare(index, image, &frame, begin)?, watched))
    }

    fn words(&mut self, port: PortId) -> Result<Vec<u64>, SimError> {
        let dut = self.host.dut();
        let mut words = vec![0; dut.row_words(&[port])];
        dut.peek(port, &mut words)?;
        Ok(words)
    }

    /// Holds an answer against the golden model.
    fn compare(
        &self,
        index: usize,
        image: &[u8],
        frame: &Frame,
        begin: u64,
    ) -> Result<Checked, SimError> {
        let want = self.cycles.infer_observed(&self.golden, image, |_| ());
        let Some(answer) = Answer::parse(&frame.payload) else {
            return Err(self.reply(format!("an answer of {} bytes", frame.payload.len())));
        };
        let Answer { class, steps, cycles, counts, membranes } = answer;
        let have = Outcome { class, counts, membranes };
        let cycle = self.host.now() - begin;
        let mut comparison = Comparison::new(self.unit, "verilator", index);
        comparison.outcome(&want.outcome, &have, cycle);
        comparison.value(None, cycle, "busy cycles", want.cycles, cycles.into());
        comparison.steps(cycle, &want, self.built.design.early, steps);
        Ok(comparison.finish(class))
    }

    fn reply(&self, reason: String) -> SimError {
        SimError::Reply { design: self.built.design.top.clone(), reason }
    }
}

impl Bench for PinBench<'_> {
    fn check(&mut self, index: usize, image: &[u8]) -> Result<Checked, SimError> {
        let begin = self.host.dut().cycle();
        let frame = self.request(frame::INFER, image, answer_bytes(self.net.spec.classes()))?;
        self.compare(index, image, &frame, begin)
    }
}
