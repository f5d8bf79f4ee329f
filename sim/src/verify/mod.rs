//! A network on a level: the same test images through the golden model and the device under test,
//! every value that the level shows compared.
//!
//! | level | device under test | compared |
//! |---|---|---|
//! | `golden` | the golden model stream by stream, against itself by planes | every neuron at every step |
//! | `hdl` | the engine in the rust-hdl simulator | every neuron at every step, results, cycles |
//! | `rtl` | the emitted Verilog under Verilator: the engine, and the whole top through its pins | the same, and every reply |
//! | `netlist` | Yosys's netlist of the board under Verilator, through its pins | every reply |
//! | `bitstream` | the bitstream, turned back into Verilog, in the same way | every reply |
//! | `board` | a board on a serial port, real or simulated | results, cycles |
//!
//! Level `formal` runs no images: [`crate::formal`] proves units of the emitted Verilog for all values.
//!
//! Where images have many pixels, a sample of them goes through the pins, and the report says so.

mod board;
mod compare;
mod design;
mod device;
mod engine;
mod golden;
mod hdl;
mod pins;
mod report;
mod rtl;
pub(crate) mod sample;
mod sweep;

pub use compare::{Checked, Comparison};
pub use design::Built;
pub use device::Device;
pub use engine::{Driver, Observed};
pub(crate) use engine::{layer_starts, update};
pub use hdl::hdl_engine;
pub use pins::{PinBench, Watched};
pub(crate) use report::write_json;
pub use report::{Report, Stage};
pub use rtl::{EngineBench, engine_source, top_source};
pub(crate) use sweep::progress_bar;
pub use sweep::{Bench, sweep};

use std::path::{Path, PathBuf};
use std::time::Instant;

use spikestream::data::{self, Dataset};
use spikestream::eval::Part;
use spikestream::spec::Net;
use spikestream_flows::base::digest;

use crate::SimError;
use crate::build::Builder;

/// A level of proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The golden model against itself.
    Golden,
    /// The rust-hdl simulator.
    Hdl,
    /// The emitted Verilog.
    Rtl,
    /// The netlist after synthesis.
    Netlist,
    /// The bitstream, turned back into Verilog.
    Bitstream,
    /// A board on a serial port.
    Board,
}

impl Level {
    /// All levels, from the model towards the board.
    pub const ALL: [Self; 6] =
        [Self::Golden, Self::Hdl, Self::Rtl, Self::Netlist, Self::Bitstream, Self::Board];

    /// The level's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Golden => "golden",
            Self::Hdl => "hdl",
            Self::Rtl => "rtl",
            Self::Netlist => "netlist",
            Self::Bitstream => "bitstream",
            Self::Board => "board",
        }
    }

    /// The level of a name.
    ///
    /// # Errors
    /// [`SimError::UnknownLevel`], with the names that exist.
    pub fn parse(name: &str) -> Result<Self, SimError> {
        let legal = || Self::ALL.map(|level| level.name().to_owned()).to_vec();
        let found = Self::ALL.into_iter().find(|level| level.name() == name);
        found.ok_or_else(|| SimError::UnknownLevel { level: name.to_owned(), legal: legal() })
    }
}

/// What is to be verified.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folder of the network.
    pub net: PathBuf,
    /// The level.
    pub level: Level,
    /// The folder of `top.v` and `design.json`; models are kept in it.
    pub board_dir: PathBuf,
    /// How many test images; all if not given.
    pub images: Option<usize>,
    /// How many of them go through simulated pins, spread evenly. If not given: all, or a sample where
    /// they would take long; levels netlist and bitstream, which have nothing but pins, run as many as
    /// `images` says.
    pub pins: Option<usize>,
    /// Where to write waves: around the first mismatch, or of the first image's start.
    pub trace: Option<PathBuf>,
    /// The data whose test images are run; that which the network was made for, if not given.
    pub data: Option<String>,
    /// Levels netlist and bitstream: what the build made, as Verilog.
    pub device: Option<Device>,
    /// Level board: the serial port, and its baud rate.
    pub port: Option<(PathBuf, u32)>,
    /// Where to write `verify-LEVEL.json`.
    pub out: PathBuf,
}

/// What the levels with simulated pins run.
struct Subject<'a> {
    net: &'a Net,
    built: &'a Built,
    /// All images.
    images: &'a [Vec<u8>],
    /// Those that go through the pins, by their numbers.
    sample: Vec<usize>,
    /// Where to write waves.
    waves: Option<&'a Path>,
}

/// Verifies a network on a level and writes the report.
///
/// # Errors
/// What reading, building and running report. A mismatch is no error: the report has it.
pub fn run(request: &Request) -> Result<Report, SimError> {
    check_trace(request)?;
    check_port(request)?;
    check_pins(request)?;
    let net = Net::load(&request.net)?;
    let set = test_set(&net, request.data.as_deref())?;
    let test = set.test;
    let images = first(&test.images, request.images)?;
    let begin = Instant::now();
    let stages = stages(request, &net, images)?;
    let seconds = begin.elapsed().as_secs_f64();
    let labels = &test.labels[..images.len()];
    let mut report = Report::new(request.level, &net, labels, stages, seconds);
    report.notes = set.notes;
    if !is_cut(request, &net) {
        report.hold_against(&net.spec.provenance, Part::Test, test.images.len());
    }
    report.design = design_hash(request);
    report.bitstream = bitstream_hash(request);
    report.made_from = request.device.as_ref().map(|device| device.made_from.clone());
    report.write(&request.out)?;
    Ok(report)
}

/// Whether the engine cuts the network's streams, which was trained without that.
fn is_cut(request: &Request, net: &Net) -> bool {
    let built = || Built::read(&request.board_dir, net).ok();
    let built = (request.level != Level::Golden).then(built).flatten();
    built.is_some_and(|built| built.on().shortcuts.short.is_some())
}

/// Which design a level's device is, so that a later one is not taken for it. The golden model is
/// none, and what a board carries is known by the network's hash alone.
fn design_hash(request: &Request) -> Option<String> {
    match request.level {
        Level::Golden | Level::Board => None,
        Level::Hdl | Level::Rtl | Level::Netlist | Level::Bitstream => {
            digest::of_file(&request.board_dir.join("top.v")).ok()
        }
    }
}

/// Which bitstream level bitstream has read back: that of the build.
fn bitstream_hash(request: &Request) -> Option<String> {
    let build = || spikestream_flows::build::report::Report::read(&request.board_dir).ok();
    (request.level == Level::Bitstream).then(build).flatten().map(|build| build.sha256)
}

/// The data that is given, or that a network was made for, its test images among it.
///
/// # Errors
/// [`SimError::Net`] for data that is not known, or of another size than the network's inputs.
pub(crate) fn test_set(net: &Net, given: Option<&str>) -> Result<Dataset, SimError> {
    let source = given.unwrap_or(&net.spec.provenance.data);
    let set = data::load_for(net, &source.parse()?, false)?;
    let expected = net.spec.inputs();
    match set.test.images.iter().find(|image| image.len() != expected) {
        None => Ok(set),
        Some(image) => Err(SimError::Net(spikestream::Error::Shape {
            what: format!("an image of {source}"),
            found: format!("{} pixels", image.len()),
            expected: format!("{expected}, the network's inputs"),
        })),
    }
}

fn first(images: &[Vec<u8>], count: Option<usize>) -> Result<&[Vec<u8>], SimError> {
    images.get(..count.unwrap_or(images.len())).ok_or_else(|| SimError::Option {
        option: "--images".into(),
        reason: format!("there are {} test images", images.len()),
        command: COMMAND,
    })
}

/// What runs at a level with simulated pins, the sample chosen.
fn subject<'a>(
    request: &'a Request,
    net: &'a Net,
    built: &'a Built,
    images: &'a [Vec<u8>],
) -> Result<Subject<'a>, SimError> {
    // Without an engine beside the pins, a number of images is one for the pins.
    let asked = match request.level {
        Level::Rtl => request.pins,
        _ => request.pins.or(request.images),
    };
    let count = asked.unwrap_or_else(|| sample::count(net, built, images.len()));
    if count > images.len() {
        return Err(SimError::Option {
            option: "--pins".into(),
            reason: format!("there are {} images to choose from", images.len()),
            command: COMMAND,
        });
    }
    let sample = sample::spread(images.len(), count, sample::SEED);
    Ok(Subject { net, built, images, sample, waves: request.trace.as_deref() })
}

fn stages(request: &Request, net: &Net, images: &[Vec<u8>]) -> Result<Vec<Stage>, SimError> {
    let built = || Built::read(&request.board_dir, net);
    match request.level {
        Level::Golden => Ok(vec![golden::stage(net, images)?]),
        Level::Hdl => Ok(vec![hdl::stage(net, &built()?, images, request.trace.as_deref())?]),
        Level::Rtl => rtl::stages(&subject(request, net, &built()?, images)?, &builder(request)?),
        Level::Netlist | Level::Bitstream => {
            let device =
                request.device.as_ref().ok_or_else(|| needed("--device", request.level))?;
            let built = built()?;
            let subject = subject(request, net, &built, images)?;
            let level = request.level.name();
            Ok(vec![device::stage(level, &subject, device, &builder(request)?)?])
        }
        Level::Board => match &request.port {
            Some((port, baud)) => {
                let built = built()?;
                let golden = spikestream::hardware::golden_on(net, built.on().shortcuts);
                let cycles = built.cycles(net);
                Ok(vec![board::stage(net, images, &cycles, &golden, port, *baud)?])
            }
            None => Err(needed("--port", request.level)),
        },
    }
}

fn builder(request: &Request) -> Result<Builder, SimError> {
    Builder::locate(&request.board_dir.join("models"))
}

/// An option that a level cannot do without.
fn needed(option: &str, level: Level) -> SimError {
    let reason = format!("level {} needs it", level.name());
    SimError::Option { option: option.into(), reason, command: COMMAND }
}

/// Refuses what could only fail after the work is done.
fn check_trace(request: &Request) -> Result<(), SimError> {
    let Some(path) = &request.trace else { return Ok(()) };
    let refuse = |reason: &str| {
        let reason = reason.to_owned();
        Err(SimError::Option { option: "--trace".into(), reason, command: COMMAND })
    };
    match request.level {
        Level::Golden => return refuse("level golden has no clock, so no waves"),
        Level::Board => return refuse("a board shows no waves"),
        Level::Hdl | Level::Rtl | Level::Netlist | Level::Bitstream => {}
    }
    if path.extension().is_none_or(|extension| extension != "vcd") {
        return refuse("waves are written as VCD: the file's name must end in .vcd");
    }
    std::fs::write(path, "").map_err(|e| unwritable(path, &e))
}

/// A port that is not used would be a surprise.
fn check_port(request: &Request) -> Result<(), SimError> {
    if request.port.is_none() || request.level == Level::Board {
        return Ok(());
    }
    let reason = format!("level {} uses no port", request.level.name());
    Err(SimError::Option { option: "--port".into(), reason, command: COMMAND })
}

/// A number of images for pins that a level does not have would be a surprise.
fn check_pins(request: &Request) -> Result<(), SimError> {
    let reason = match request.level {
        Level::Golden | Level::Hdl => "has no pins",
        Level::Board => "runs every image through them: --images N takes N",
        Level::Rtl | Level::Netlist | Level::Bitstream => return Ok(()),
    };
    if request.pins.is_none() {
        return Ok(());
    }
    let reason = format!("level {} {reason}", request.level.name());
    Err(SimError::Option { option: "--pins".into(), reason, command: COMMAND })
}

/// The command whose options a request holds.
const COMMAND: &str = "verify";

pub(crate) fn unwritable(path: &Path, error: &std::io::Error) -> SimError {
    SimError::Unwritable { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests;
