//! What an image costs: its work, as the golden model has it, and what switches in the netlist of a build meanwhile.

use std::path::Path;

use spikestream::hardware::work::{Work, Works};
use spikestream::hardware::{self, On};
use spikestream::spec::Net;
use spikestream_flows::energy::Activity;
use spikestream_flows::proof::{COUNTED, Counted, PORT};

use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::Dut;
use crate::flash::beside_if_loaded;
use crate::verify::{Built, PinBench, Watched, progress_bar, sample, test_set};

/// The command whose options these are.
const COMMAND: &str = "energy";

/// A network and some of its test images.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The network.
    pub net: Net,
    /// All test images.
    images: Vec<Vec<u8>>,
    /// The numbers of those that are run, spread evenly.
    pub sample: Vec<usize>,
}

impl Subject {
    /// The network in a folder, and `count` test images of the data that is given, or that it was made for.
    ///
    /// # Errors
    /// [`SimError::Net`] for what cannot be read; [`SimError::Option`] for more images than there are.
    pub fn read(net: &Path, data: Option<&str>, count: usize) -> Result<Self, SimError> {
        let net = Net::load(net)?;
        let images = test_set(&net, data)?.test.images;
        if count > images.len() {
            return Err(SimError::Option {
                option: "--images".into(),
                reason: format!("there are {} test images", images.len()),
                command: COMMAND,
            });
        }
        let sample = sample::spread(images.len(), count, sample::SEED);
        Ok(Self { net, images, sample })
    }

    /// The work of each image in an engine.
    pub fn works(&self, on: On) -> Vec<Work> {
        let golden = hardware::golden_on(&self.net, on.shortcuts);
        let works = Works::of(&self.net, on);
        self.sample.iter().map(|&image| works.infer(&golden, &self.images[image]).1).collect()
    }

    /// Runs the images on a build's netlist with its counters, through its pins, and returns what was counted of an
    /// image in the mean: from the last bit of its data to the first of the reply. Every answer is held against the
    /// golden model.
    ///
    /// # Errors
    /// [`SimError::Mismatch`] for an answer that is not the model's, and what building and running report.
    pub fn activity(
        &self,
        built: &Built,
        counted: &Counted,
        builder: &Builder,
    ) -> Result<Activity, SimError> {
        let pins = (COUNTED, counted.clock.as_str());
        let verilog = counted.verilog.clone();
        let (verilog, top) = beside_if_loaded(built, verilog, pins, builder.folder())?;
        let source = Source { verilog: &verilog, top, clock: Some(&counted.clock), waivers: None };
        let model = builder.build(&source, false, &[])?;
        let dut = source.load(&model)?;
        let port = dut.port(PORT)?;
        let mut bench = PinBench::new(&self.net, built, "netlist", Box::new(dut))?;
        let progress = progress_bar("energy", self.sample.len(), "images");
        let mut all = Vec::new();
        // One behind the other: what an image changes depends on what the one before it has left.
        for &image in &self.sample {
            let (checked, watched) = bench.check_watched(image, &self.images[image], port)?;
            if let Some(mismatch) = checked.first {
                return Err(SimError::Mismatch(Box::new(mismatch)));
            }
            all.push(watched);
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok(mean(&all, built, counted))
    }
}

/// The mean of what was counted.
fn mean(all: &[Watched], built: &Built, counted: &Counted) -> Activity {
    let of = |value: &dyn Fn(&Watched) -> u64| {
        all.iter().map(value).sum::<u64>() as f64 / all.len().max(1) as f64
    };
    let counts = counted.counts.iter().enumerate();
    Activity {
        cycles: of(&|watched| watched.cycles),
        mhz: f64::from(built.design.board_clock_hz) / 1e6,
        counts: counts.map(|(at, count)| (*count, of(&|watched| watched.grown[at]))).collect(),
        cells: counted.cells.clone(),
    }
}
