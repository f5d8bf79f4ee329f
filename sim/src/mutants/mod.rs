//! Mutants of the emitted Verilog: small faults that Yosys plants, each played against the sound design.
//!
//! One Verilated model holds all of them ([`spikestream_flows::mutate`]); a port chooses. The sound design
//! plays the scenes first: its bytes and LEDs must be the golden model's and the protocol's. A mutant then
//! plays the same scenes until an output differs in any cycle. One that never differs has survived: SAT is
//! asked whether it changes anything at all, and what SAT does not reach may be accepted with a reason.

mod play;
mod report;
mod scenes;
mod script;

pub use report::Report;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use spikestream::data;
use spikestream::spec::Net;
use spikestream_flows::base::digest;
use spikestream_flows::mutate::{self, Accepted, Choice, Design, Mutants, PORT, Record};
use spikestream_flows::simulate::verilate;
use spikestream_flows::tool::Tools;

use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::Dut;
use crate::random::Random;
use crate::verify::{Built, progress_bar};
use play::{Recording, difference, record};
use script::{ENGINE, Script};

/// How the program is called.
pub const USAGE: &str = "spikestream-mutants --net DIR --board-dir DIR [--count N] [--contents N] \
                         [--seed N] [--sample N] [--record FILE] [--accepted FILE]";

/// Test images beside those that are made to disturb.
const IMAGES: usize = 4;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folder of the network.
    pub net: PathBuf,
    /// The folder of `top.v` and `design.json`; everything is made below it.
    pub board_dir: PathBuf,
    /// Which mutants there are.
    pub choice: Choice,
    /// How many of them are run, chosen by the seed; all if not given.
    pub sample: Option<usize>,
    /// The record of all of them: a sample is refused if it is not of this design, and playing all writes it.
    pub record: Option<PathBuf>,
    /// The list of those that are accepted.
    pub accepted: Option<PathBuf>,
}

/// Why a mutant may survive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excuse {
    /// SAT shows that it changes nothing.
    Proved,
    /// It is accepted, for this reason.
    Accepted(String),
}

/// What came of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Its number, from 1.
    pub number: usize,
    /// Where it is.
    pub place: String,
    /// The scene in which it was seen; none if it survived.
    pub seen_in: Option<&'static str>,
    /// Why it may survive; none if it was seen, or may not.
    pub excuse: Option<Excuse>,
}

/// Runs the mutants of a design.
///
/// # Errors
/// What reading, building and running report, and [`SimError::Reply`] when the sound design itself does not
/// do what it must.
pub fn run(request: &Request) -> Result<Report, SimError> {
    let net = Net::load(&request.net)?;
    let built = Built::read(&request.board_dir, &net)?;
    let root = request.board_dir.join("mutants");
    let tools: Vec<_> = mutate::TOOLS.into_iter().chain(verilate::TOOLS).collect();
    let tools = Tools::locate(&tools)?;
    // The self-test's class follows the host's image and the self-test's.
    let design = Design {
        verilog: &built.verilog,
        top: &built.design.top,
        watched: &ENGINE,
        broken: ("engine.pixels.memory", 2 * net.spec.inputs(), 0),
    };
    let accepted = request.accepted.as_deref().map(Accepted::read).transpose()?.unwrap_or_default();
    if let (Some(record), Some(_)) = (&request.record, request.sample) {
        Record::read(record)?.ensure_of(&built.verilog, request.choice)?;
    }
    let begin = Instant::now();
    let mutants = mutate::list(&design, request.choice, &tools, &root)?;
    let chosen = chosen(mutants.all.len(), request);
    let verilog = mutants.verilog(&chosen, &design, &tools, &root)?;
    let builder = Builder::with(tools.clone(), &root);
    let mut fates = play_all(&net, &built, (&mutants, &verilog), &chosen, &builder)?;
    let survivors: Vec<usize> =
        fates.iter().filter(|fate| fate.seen_in.is_none()).map(|fate| fate.number).collect();
    let proved = mutate::prove(&mutants, &survivors, &tools, &root)?;
    for fate in fates.iter_mut().filter(|fate| fate.seen_in.is_none()) {
        let listed = accepted.iter().find(|one| one.is_of(fate.number, &fate.place));
        fate.excuse = match proved.contains(&fate.number) {
            true => Some(Excuse::Proved),
            false => listed.map(|one| Excuse::Accepted(one.reason.clone())),
        };
    }
    let report = Report {
        choice: request.choice,
        of: mutants.all.len(),
        fates,
        seconds: begin.elapsed().as_secs_f64(),
    };
    if let (Some(record), None) = (&request.record, request.sample) {
        report.record(digest::of_bytes(built.verilog.as_bytes())).write(record)?;
    }
    Ok(report)
}

/// The numbers of the mutants that are run.
fn chosen(all: usize, request: &Request) -> Vec<usize> {
    let mut numbers: Vec<usize> = (1..=all).collect();
    let mut random = Random::new(request.choice.seed.into());
    if let Some(count) = request.sample {
        for place in 0..count.min(all) {
            numbers.swap(place, place + random.below((all - place) as u64) as usize);
        }
        numbers.truncate(count);
        numbers.sort_unstable();
    }
    numbers
}

/// A script with what the sound design, or the one that is broken, did.
struct Act<'a> {
    script: Script<'a>,
    broken: bool,
    sound: Recording,
}

/// A model in its first cycle, with this mutant.
fn model(
    source: &Source<'_>,
    folder: &Path,
    mutant: usize,
    broken: bool,
) -> Result<crate::verilated::Model, SimError> {
    let mut model = source.load(folder)?;
    let (mutant_port, broken_port) = (model.port(PORT)?, model.port(mutate::BROKEN)?);
    model.poke(mutant_port, &[mutant as u64])?;
    model.poke(broken_port, &[broken.into()])?;
    Ok(model)
}

fn play_all(
    net: &Net,
    built: &Built,
    (mutants, verilog): (&Mutants, &str),
    chosen: &[usize],
    builder: &Builder,
) -> Result<Vec<Fate>, SimError> {
    let top = &built.design.top;
    let source = Source { verilog, top, clock: Some("clk"), waivers: None };
    let folder = builder.build(&source, false, &[])?;
    let test = data::load_for(net, &net.spec.provenance.data.parse()?, false)?.test;
    let images = &test.images[..IMAGES.min(test.images.len())];
    let mut sound = Script::power_up(net, built, false);
    scenes::sound(&mut sound, images);
    let mut broken = Script::power_up(net, built, true);
    scenes::broken(&mut broken, &images[0]);
    let mut acts = Vec::new();
    for (script, broken) in [(sound, false), (broken, true)] {
        let sound = record(&mut model(&source, &folder, 0, broken)?, &script)?;
        acts.push(Act { script, broken, sound });
    }
    let progress = progress_bar("mutants", chosen.len(), "mutants");
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<Fate>, SimError> {
        let mut fates = Vec::new();
        while let Some(&number) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut seen_in = None;
            for act in &acts {
                let mut model = model(&source, &folder, number, act.broken)?;
                let at = difference(&mut model, &act.script, &act.sound)?;
                let scene = |at| act.script.scenes.iter().find(|scene| at < scene.end);
                seen_in = at.map(|at| scene(at).map_or("the end", |scene| scene.name));
                if seen_in.is_some() {
                    break;
                }
            }
            let place = mutants.all[number - 1].place();
            fates.push(Fate { number, place, seen_in, excuse: None });
            progress.inc(1);
        }
        Ok(fates)
    };
    let mut fates = Vec::new();
    std::thread::scope(|scope| -> Result<(), SimError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(done) => fates.extend(done?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })?;
    progress.finish_and_clear();
    fates.sort_by_key(|fate| fate.number);
    Ok(fates)
}
