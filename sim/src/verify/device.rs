//! Levels `netlist` and `bitstream`: what a build made, as Verilog again, under Verilator.

use std::path::PathBuf;

use super::{Bench, PinBench, Stage, Subject, sweep};
use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::Dut;
use crate::flash::beside_if_loaded;

/// A build as Verilog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The file, one module.
    pub verilog: PathBuf,
    /// Its clock's port.
    pub clock: String,
    /// What it was made from, in words.
    pub made_from: String,
}

/// Runs the level of this name, with the images of the sample.
pub(super) fn stage(
    level: &'static str,
    subject: &Subject<'_>,
    device: &Device,
    builder: &Builder,
) -> Result<Stage, SimError> {
    let Subject { net, built, images, ref sample, waves } = *subject;
    let path = &device.verilog;
    let verilog = std::fs::read_to_string(path)
        .map_err(|e| SimError::Unreadable { path: path.clone(), reason: e.to_string() })?;
    let pins = (spikestream_flows::family::MODULE, device.clock.as_str());
    let (verilog, top) = beside_if_loaded(built, verilog, pins, builder.folder())?;
    // No lint: its style is Yosys's.
    let source = Source { verilog: &verilog, top, clock: Some(&device.clock), waivers: None };
    let bench = |dut: Box<dyn Dut>| PinBench::new(net, built, level, dut);
    let model = builder.build(&source, false, &[])?;
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        Ok(Box::new(bench(Box::new(source.load(&model)?))?))
    };
    let run = || sweep(level, images, sample, &make);
    let mut stage = Stage::timed("board through its pins", sample, run)?;
    if let Some(path) = waves {
        bench(Box::new(builder.model(&source, true)?))?.waves(&mut stage, images, path)?;
    }
    Ok(stage)
}
