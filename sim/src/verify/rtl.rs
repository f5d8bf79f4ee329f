//! Level `rtl`: the emitted Verilog under Verilator, twice. The engine shows every neuron at every
//! time step; the whole top is talked to through its serial pins alone.

use std::path::Path;

use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;
use spikestream_hw::emit::{ENGINE_MODULE, WAIVERS};
use spikestream_hw::frame::{self, Answer, Frame};

use super::{Bench, Built, Checked, Comparison, Driver, Stage, sweep};
use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::Dut;
use crate::lockstep::Mismatch;
use crate::trace::Window;
use crate::uart::Host;

/// Bytes of a reply to `infer` beside four for each class.
const ANSWER_HEADER: usize = 8;

/// The engine in the emitted text.
pub fn engine_source(verilog: &str) -> Source<'_> {
    Source { verilog, top: ENGINE_MODULE, clock: Some("clock"), waivers: Some(WAIVERS) }
}

/// The whole top in the emitted text.
pub fn top_source<'a>(verilog: &'a str, top: &'a str) -> Source<'a> {
    Source { verilog, top, clock: Some("clk"), waivers: Some(WAIVERS) }
}

/// Runs the level.
pub(super) fn stages(
    net: &Net,
    built: &Built,
    images: &[Vec<u8>],
    builder: &Builder,
    waves: Option<&Path>,
) -> Result<Vec<Stage>, SimError> {
    // Built before the clock of a sweep runs; each core then loads a model of its own.
    let source = engine_source(&built.verilog);
    let engine = builder.build(&source, false, &[])?;
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        let dut = Box::new(source.load(&engine)?);
        Ok(Box::new(EngineBench::new(net, built, "verilator", dut)?))
    };
    let mut first = Stage::timed("engine", || sweep("rtl: engine", images, &make))?;
    if let Some(path) = waves {
        let dut = Box::new(builder.model(&source, true)?);
        EngineBench::new(net, built, "verilator", dut)?.waves(&mut first, images, path)?;
    }
    let source = top_source(&built.verilog, &built.design.top);
    let top = builder.build(&source, false, &[])?;
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        Ok(Box::new(PinBench::new(net, built, Box::new(source.load(&top)?))?))
    };
    let mut second = Stage::timed("top through its pins", || sweep("rtl: pins", images, &make))?;
    if let (Some(path), true) = (waves, first.first_mismatch().is_none())
        && let Some(mismatch) = second.first_mismatch()
    {
        let dut = Box::new(builder.model(&source, true)?);
        PinBench::new(net, built, dut)?.waves(mismatch, images, path)?;
    }
    Ok(vec![first, second])
}

/// An engine, whoever simulates it, against the golden model.
pub struct EngineBench<'a> {
    net: &'a Net,
    built: &'a Built,
    golden: Golden<'a>,
    simulator: &'a str,
    driver: Driver,
    dut: Box<dyn Dut>,
}

impl<'a> EngineBench<'a> {
    /// An engine under a simulator.
    ///
    /// # Errors
    /// [`SimError::NoPort`] for a design that is no engine.
    pub fn new(
        net: &'a Net,
        built: &'a Built,
        simulator: &'a str,
        dut: Box<dyn Dut>,
    ) -> Result<Self, SimError> {
        let golden = Golden::new(net, Schedule::Planes);
        Ok(Self { net, built, golden, simulator, driver: Driver::new(dut.as_ref())?, dut })
    }

    /// Writes waves from this bench, which has run nothing: of the cycles around the stage's first
    /// mismatch, or of the first image's start.
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
        // The image is loaded first, then one cycle starts it; a mismatch counts from there.
        let window = Window::around(pixels.len() as u64 + 1 + cycle);
        self.dut.trace(path, window.first, window.last)?;
        self.driver.start(self.dut.as_mut(), pixels)?;
        self.dut.run((window.last + 1).saturating_sub(self.dut.cycle()))?;
        if let Some(mismatch) = first {
            mismatch.waves = Some(path.to_owned());
        }
        Ok(())
    }
}

impl Bench for EngineBench<'_> {
    fn check(&mut self, index: usize, image: &[u8]) -> Result<Checked, SimError> {
        let mut expected = Vec::new();
        let want = self.golden.infer_observed(image, |update| expected.push(update));
        let dut = self.dut.as_mut();
        let have = self.driver.infer(dut, self.net, image, self.built.max_cycles())?;
        let mut comparison = Comparison::new("engine", self.simulator, index);
        comparison.updates(&expected, &have.updates);
        comparison.outcome(&want, &have.outcome, have.cycles);
        let cycles = self.built.design.cycles_per_image;
        comparison.value(None, have.cycles, "busy cycles", cycles, have.cycles);
        Ok(comparison.finish(have.outcome.class))
    }
}

/// The whole top, through its serial pins, against the golden model.
pub struct PinBench<'a> {
    net: &'a Net,
    built: &'a Built,
    golden: Golden<'a>,
    host: Host,
}

impl<'a> PinBench<'a> {
    /// Connects, lets the board start, and checks that it carries the network.
    ///
    /// # Errors
    /// [`SimError::Reply`] when it identifies itself as another.
    pub fn new(net: &'a Net, built: &'a Built, dut: Box<dyn Dut>) -> Result<Self, SimError> {
        let mut host = Host::new(dut, "uart_rx", "uart_tx", built.clocks_per_bit())?;
        let released = u64::from(built.design.button_active_low);
        let button = host.dut().port("button")?;
        host.dut().poke(button, &[released])?;
        // Longer than the wait for block RAM after configuration.
        host.idle(1024)?;
        let golden = Golden::new(net, Schedule::Planes);
        let mut bench = Self { net, built, golden, host };
        bench.identify()?;
        Ok(bench)
    }

    /// Writes waves around a mismatch of this stage from a bench that has run nothing.
    fn waves(
        &mut self,
        mismatch: &mut Mismatch,
        images: &[Vec<u8>],
        path: &Path,
    ) -> Result<(), SimError> {
        let image = mismatch.image.unwrap_or(0);
        let Some(pixels) = images.get(image) else { return Ok(()) };
        let window = Window::around(self.host.dut().cycle() + mismatch.cycle);
        self.host.dut().trace(path, window.first, window.last)?;
        self.check(image, pixels)?;
        let now = self.host.dut().cycle();
        self.host.idle((window.last + 1).saturating_sub(now))?;
        mismatch.waves = Some(path.to_owned());
        Ok(())
    }

    fn identify(&mut self) -> Result<(), SimError> {
        let expected = spikestream_hw::layout::identity(self.net);
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
        let bytes = frame::OVERHEAD + length;
        let line = bytes as u64 * 10 * self.built.clocks_per_bit();
        let reply = self.host.receive(bytes, self.built.max_cycles() + 2 * line)?;
        match frame::decode(&reply) {
            Some(frame) if frame.command == command | frame::REPLY => Ok(frame),
            Some(frame) => {
                Err(self.reply(format!("command 0x{:02x}: {:?}", frame.command, frame.payload)))
            }
            None => Err(self.reply(format!("no whole frame in {reply:02x?}"))),
        }
    }

    fn reply(&self, reason: String) -> SimError {
        SimError::Reply { design: self.built.design.top.clone(), reason }
    }
}

impl Bench for PinBench<'_> {
    fn check(&mut self, index: usize, image: &[u8]) -> Result<Checked, SimError> {
        let want = self.golden.infer(image);
        let begin = self.host.dut().cycle();
        let length = ANSWER_HEADER + 4 * self.net.spec.classes();
        let frame = self.request(frame::INFER, image, length)?;
        let Some(answer) = Answer::parse(&frame.payload) else {
            return Err(self.reply(format!("an answer of {} bytes", frame.payload.len())));
        };
        let Answer { class, cycles, counts, membranes } = answer;
        let have = spikestream::sc::network::Outcome { class, counts, membranes };
        let cycle = self.host.dut().cycle() - begin;
        let mut comparison = Comparison::new("top", "verilator", index);
        comparison.outcome(&want, &have, cycle);
        let expected = self.built.design.cycles_per_image;
        comparison.value(None, cycle, "busy cycles", expected, cycles.into());
        Ok(comparison.finish(class))
    }
}
