//! Level `rtl`: the emitted Verilog under Verilator, twice. The engine shows every neuron at every
//! time step; the whole top is talked to through its serial pins alone.

use std::path::Path;

use spikestream::hardware::image;
use spikestream::hardware::{self, cycles::Cycles};
use spikestream::sc::network::Golden;
use spikestream::spec::Net;
use spikestream_hw::emit::{self, ENGINE_MODULE, WAIVERS};

use super::{Bench, Built, Checked, Comparison, Driver, PinBench, Stage, Subject, sweep};
use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::Dut;
use crate::flash::beside_if_loaded;
use crate::lockstep::Mismatch;
use crate::trace::Window;

/// The engine in the emitted text.
pub fn engine_source(verilog: &str) -> Source<'_> {
    Source { verilog, top: ENGINE_MODULE, clock: Some("clock"), waivers: Some(WAIVERS) }
}

/// The whole top in the emitted text.
pub fn top_source<'a>(verilog: &'a str, top: &'a str) -> Source<'a> {
    Source { verilog, top, clock: Some("clk"), waivers: Some(WAIVERS) }
}

/// Runs the level: all images in the engine, those of the sample through the pins.
pub(super) fn stages(subject: &Subject<'_>, builder: &Builder) -> Result<Vec<Stage>, SimError> {
    let Subject { net, built, images, ref sample, waves } = *subject;
    // Built before the clock of a sweep runs; each core then loads a model of its own.
    let source = engine_source(&built.verilog);
    let engine = builder.build(&source, false, &[])?;
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        let dut = Box::new(source.load(&engine)?);
        Ok(Box::new(EngineBench::new(net, built, "verilator", dut)?))
    };
    let all: Vec<usize> = (0..images.len()).collect();
    let mut first = Stage::timed("engine", &all, || sweep("rtl: engine", images, &all, &make))?;
    if let Some(path) = waves {
        let dut = Box::new(builder.model(&source, true)?);
        EngineBench::new(net, built, "verilator", dut)?.waves(&mut first, images, path)?;
    }
    let pins = (built.design.top.as_str(), "clk");
    let (verilog, top) = beside_if_loaded(built, built.verilog.clone(), pins, builder.folder())?;
    let source = top_source(&verilog, top);
    let top = builder.build(&source, false, &[])?;
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        Ok(Box::new(PinBench::new(net, built, "top", Box::new(source.load(&top)?))?))
    };
    let run = || sweep("rtl: pins", images, sample, &make);
    let mut second = Stage::timed("top through its pins", sample, run)?;
    if let (Some(path), true) = (waves, first.first_mismatch().is_none())
        && second.first_mismatch().is_some()
    {
        let dut = Box::new(builder.model(&source, true)?);
        PinBench::new(net, built, "top", dut)?.waves(&mut second, images, path)?;
    }
    Ok(vec![first, second])
}

/// An engine, whoever simulates it, against the golden model.
pub struct EngineBench<'a> {
    net: &'a Net,
    built: &'a Built,
    golden: Golden<'a>,
    cycles: Cycles,
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
        let golden = hardware::golden_on(net, built.on().shortcuts);
        let cycles = built.cycles(net);
        let (driver, mut dut) = (Driver::new(dut.as_ref())?, dut);
        if let Some(image) = &built.image {
            let layout = emit::layout(net, built.on())?;
            driver.load(dut.as_mut(), image::words(&layout, image))?;
        }
        Ok(Self { net, built, golden, cycles, simulator, driver, dut })
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
        // The pixels are written first, then one cycle starts it; a mismatch counts from there.
        let window = Window::around(self.dut.cycle() + pixels.len() as u64 + 1 + cycle);
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
        let observe = |update| expected.push(update);
        let want = self.cycles.infer_observed(&self.golden, image, observe);
        let dut = self.dut.as_mut();
        let have = self.driver.infer(dut, self.net, image, self.built.max_cycles())?;
        let mut comparison = Comparison::new("engine", self.simulator, index);
        comparison.updates(&expected, &have.updates);
        comparison.outcome(&want.outcome, &have.outcome, have.cycles);
        comparison.value(None, have.cycles, "busy cycles", want.cycles, have.cycles);
        comparison.steps(have.cycles, &want, self.built.design.early, have.steps);
        Ok(comparison.finish(have.outcome.class))
    }
}
