//! What bulk co-simulation costs over a bare C++ loop on the same Verilated model.
//!
//! Both run the same images on objects compiled once, taking turns in one process's lifetime. The
//! bare loop looks at nothing but the end of an image. Co-simulation records every neuron's update,
//! runs the golden model and compares all values; `stepping` is the same without the comparison.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use spikestream::spec::Net;
use spikestream_flows::run;

use crate::SimError;
use crate::build::Builder;
use crate::verify::{
    Bench, Built, Driver, EngineBench, engine_source, progress_bar, test_set, unwritable,
    write_json,
};

/// The bare loop.
const BARE: (&str, &str) = ("bare", include_str!("../shim/bare.cpp"));

/// Images of a round: short rounds, so that what else the machine does meets all three alike.
const IMAGES: usize = 120;

/// The content of `bench-cosim.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The network's name.
    pub net: String,
    /// Images in a round.
    pub images: usize,
    /// Cycles in a round of the bare loop.
    pub cycles: u64,
    /// Rounds, each of all three.
    pub rounds: usize,
    /// Median cycles a second of the bare loop.
    pub bare_hz: f64,
    /// Median cycles a second of stepping with every update recorded.
    pub stepping_hz: f64,
    /// Median cycles a second of co-simulation, comparison included.
    pub cosim_hz: f64,
    /// Median over the rounds of stepping against the bare loop of the same round.
    pub stepping_ratio: f64,
    /// Median over the rounds of co-simulation against the bare loop of the same round.
    pub ratio: f64,
}

/// One round's seconds.
#[derive(Clone, Copy, Debug)]
struct Round {
    bare: f64,
    stepping: f64,
    cosim: f64,
}

/// Measures, and writes `bench-cosim.json` into `out`.
///
/// # Errors
/// What building and running report, and [`SimError::Reply`] should the two loops disagree.
pub fn run(net: &Path, board_dir: &Path, out: &Path, rounds: usize) -> Result<Report, SimError> {
    let net = Net::load(net)?;
    let built = Built::read(board_dir, &net)?;
    let mut images = test_set(&net, None)?.test.images;
    images.truncate(IMAGES);
    let builder = Builder::locate(&board_dir.join("models"))?;
    let source = engine_source(&built.verilog);
    let folder = builder.build(&source, false, &[BARE])?;
    let load = || source.load(&folder);
    let bare = Bare::new(&folder, &images)?;
    let mut dut = load()?;
    let driver = Driver::new(&dut)?;
    let mut cosim = EngineBench::new(&net, &built, "verilator", Box::new(load()?))?;
    let mut measured = Vec::new();
    let mut last = Answer::default();
    let progress = progress_bar("bench cosim", rounds, "rounds");
    for _ in 0..rounds {
        let answer = bare.run()?;
        let (stepping, classes) = timed(&images, |image| {
            let seen = driver.infer(&mut dut, &net, image, built.max_cycles())?;
            Ok(seen.outcome.class)
        })?;
        let (checked, same) = timed(&images, |image| {
            let checked = cosim.check(0, image)?;
            match checked.first {
                Some(first) => Err(SimError::Mismatch(Box::new(first))),
                None => Ok(checked.class),
            }
        })?;
        if [classes, same] != [answer.classes; 2] {
            let reason = "the bare loop gives other classes".to_owned();
            return Err(SimError::Reply { design: source.top.to_owned(), reason });
        }
        measured.push(Round { bare: answer.seconds, stepping, cosim: checked });
        last = answer;
        progress.inc(1);
    }
    progress.finish_and_clear();
    let report = report(&net, images.len(), last.cycles, &measured);
    write_json(&out.join("bench-cosim.json"), &report)?;
    Ok(report)
}

/// Runs all images and sums their classes.
fn timed(
    images: &[Vec<u8>],
    mut infer: impl FnMut(&[u8]) -> Result<usize, SimError>,
) -> Result<(f64, u64), SimError> {
    let begin = Instant::now();
    let mut classes = 0;
    for image in images {
        classes += infer(image)? as u64;
    }
    Ok((begin.elapsed().as_secs_f64(), classes))
}

fn report(net: &Net, images: usize, cycles: u64, rounds: &[Round]) -> Report {
    let over = |value: &dyn Fn(&Round) -> f64| median(rounds.iter().map(value).collect());
    let cycles_f = cycles as f64;
    Report {
        net: net.spec.name.clone(),
        images,
        cycles,
        rounds: rounds.len(),
        bare_hz: over(&|r| cycles_f / r.bare),
        stepping_hz: over(&|r| cycles_f / r.stepping),
        cosim_hz: over(&|r| cycles_f / r.cosim),
        stepping_ratio: over(&|r| r.bare / r.stepping),
        ratio: over(&|r| r.bare / r.cosim),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The bare program with its images.
struct Bare {
    program: PathBuf,
    images: PathBuf,
    pixels: usize,
}

/// What the bare program prints.
#[derive(Clone, Copy, Debug, Default)]
struct Answer {
    seconds: f64,
    cycles: u64,
    classes: u64,
}

impl Bare {
    fn new(folder: &Path, images: &[Vec<u8>]) -> Result<Self, SimError> {
        let path = folder.join("images.bin");
        std::fs::write(&path, images.concat()).map_err(|e| unwritable(&path, &e))?;
        let pixels = images.first().map_or(0, Vec::len);
        Ok(Self { program: folder.join(BARE.0), images: path, pixels })
    }

    fn run(&self) -> Result<Answer, SimError> {
        let arguments = [self.images.display().to_string(), self.pixels.to_string()];
        let said = run::capture(&self.program, arguments)?;
        let mut words = said.stdout.split_whitespace();
        let answer = (|| {
            let seconds = words.next()?.parse().ok()?;
            let cycles = words.next()?.parse().ok()?;
            Some(Answer { seconds, cycles, classes: words.next()?.parse().ok()? })
        })();
        answer.filter(|_| said.success).ok_or_else(|| SimError::Reply {
            design: BARE.0.to_owned(),
            reason: format!("it printed {:?} {:?}", said.stdout, said.stderr),
        })
    }
}

impl Report {
    /// The table that the program prints.
    pub fn table(&self) -> String {
        let row = |name: &str, hz: f64, ratio: f64| {
            format!("{name:<34} {:>10.2} {ratio:>8.3}\n", hz / 1e6)
        };
        format!(
            "{} images of {}, {} cycles a round, medians of {} rounds\n{:<34} {:>10} {:>8}\n",
            self.images, self.net, self.cycles, self.rounds, "", "Mcycles/s", "ratio"
        ) + &row("bare C++ loop", self.bare_hz, 1.0)
            + &row("bulk stepping, all updates seen", self.stepping_hz, self.stepping_ratio)
            + &row("co-simulation with comparison", self.cosim_hz, self.ratio)
    }
}
