//! Mutants of the emitted Verilog: small faults that Yosys plants, each played against the sound design.
//!
//! One Verilated model holds all of them ([`spikestream_flows::mutate`]); a port chooses. The sound design
//! plays the scenes first: its bytes and LEDs must be the golden model's and the protocol's. A mutant then
//! plays the same scenes until an output differs in any cycle. One that never differs has survived: SAT is
//! asked whether it changes anything at all, and what SAT does not reach may be accepted with a reason.
//! Some scenes are played with other contents of the same hardware, which another port chooses.

mod images;
mod play;
mod report;
mod scenes;
mod script;
mod variant;

pub use report::Report;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use spikestream::data;
use spikestream::spec::Net;
use spikestream_flows::FlowError;
use spikestream_flows::digest;
use spikestream_flows::mutants::{Error, Listed};
use spikestream_flows::mutate::{
    self, Accepted, Choice, Claims, Design, Mutants, PORT, Record, VARIANT,
};
use spikestream_flows::tool::Tools;
use spikestream_flows::verilate;

use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::Dut;
use crate::random::Random;
use crate::verify::{Built, progress_bar};
use play::{Recording, difference, record};
use script::{ENGINE, Script};
use variant::Variant;

/// How the program is called.
pub const USAGE: &str = "spikestream-mutants --net DIR --board-dir DIR [--count N] [--contents N] \
                         [--seed N] [--sample N | --only N,N] [--record FILE] [--accepted FILE] \
                         [--proofs FILE]";

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
    /// Which of them are played.
    pub which: Which,
    /// What is kept of them, and for them.
    pub kept: Kept,
}

/// Which mutants are played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All, which writes the record.
    All,
    /// So many, chosen by the seed: the record must be of this design.
    Sample(usize),
    /// Those with these numbers.
    Only(Vec<usize>),
}

/// Files on the mutants.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The record of all of them.
    pub record: Option<PathBuf>,
    /// The list of those that are accepted.
    pub accepted: Option<PathBuf>,
    /// What is stated so that SAT proves more.
    pub proofs: Option<PathBuf>,
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

impl Fate {
    fn new(number: usize, mutants: &Mutants) -> Self {
        let place = mutants.all[number - 1].place();
        Self { number, place, seen_in: None, excuse: None }
    }
}

/// Runs the mutants of a design.
///
/// # Errors
/// What reading, building and running report; [`SimError::Reply`] when the sound design itself does not do
/// what it must; and what the files on the mutants are refused for.
pub fn run(request: &Request) -> Result<Report, SimError> {
    let Request { kept, choice, .. } = request;
    let net = Net::load(&request.net)?;
    let built = Built::read(&request.board_dir, &net)?;
    if let (Some(record), Which::Sample(_)) = (&kept.record, &request.which) {
        Record::read(record)?.ensure_of(&built.verilog, *choice)?;
    }
    let accepted = kept.accepted.as_deref().map(Accepted::read).transpose()?.unwrap_or_default();
    let claims = kept.proofs.as_deref().map(Claims::read).transpose()?.unwrap_or_default();
    let root = request.board_dir.join("mutants");
    let tools: Vec<_> = mutate::TOOLS.into_iter().chain(verilate::TOOLS).collect();
    let tools = Tools::locate(&tools)?;
    let [own, others @ ..] = [Variant::own(&net), Variant::failing(&net), Variant::saturated(&net)];
    let variants: Vec<_> =
        others.iter().map(|other| other.bits_apart(&own, &built)).collect::<Result<_, _>>()?;
    let design = Design {
        verilog: &built.verilog,
        top: &built.design.top,
        watched: &ENGINE,
        variants: &variants,
    };
    let begin = Instant::now();
    let mutants = mutate::list(&design, *choice, &tools, &root)?;
    ensure_there(kept.accepted.as_deref(), accepted.iter().flat_map(|one| &one.mutants), &mutants)?;
    ensure_there(kept.proofs.as_deref(), claims.mutants(), &mutants)?;
    let chosen = chosen(mutants.all.len(), request)?;
    let prove = |numbers: &[usize]| mutate::prove(&mutants, numbers, &claims, &tools, &root);
    let expected = expected(kept, &claims, &mutants);
    let mut proved =
        prove(&chosen.iter().copied().filter(|n| expected.contains(n)).collect::<Vec<_>>())?;
    let played: Vec<usize> = chosen.iter().copied().filter(|n| !proved.contains(n)).collect();
    let mut fates = Vec::new();
    if !played.is_empty() {
        let verilog = mutants.verilog(&played, &design, &tools, &root)?;
        let builder = Builder::with(tools.clone(), &root);
        let nets = [&own.net, &others[0].net, &others[1].net];
        fates = play_all(nets, &built, (&mutants, &verilog), &played, &builder)?;
    }
    let survivors = fates.iter().filter(|fate| fate.seen_in.is_none()).map(|fate| fate.number);
    proved
        .extend(prove(&survivors.filter(|number| !expected.contains(number)).collect::<Vec<_>>())?);
    let unplayed = chosen.iter().copied().filter(|number| !played.contains(number));
    fates.extend(unplayed.map(|number| Fate::new(number, &mutants)));
    fates.sort_by_key(|fate| fate.number);
    for fate in fates.iter_mut().filter(|fate| fate.seen_in.is_none()) {
        let listed = accepted.iter().find(|one| one.is_of(fate.number, &fate.place));
        fate.excuse = match proved.contains(&fate.number) {
            true => Some(Excuse::Proved),
            false => listed.map(|one| Excuse::Accepted(one.reason.clone())),
        };
    }
    let report = Report {
        choice: *choice,
        of: mutants.all.len(),
        fates,
        seconds: begin.elapsed().as_secs_f64(),
    };
    if let (Some(record), Which::All) = (&kept.record, &request.which) {
        report.record(digest::of_bytes(built.verilog.as_bytes())).write(record)?;
    }
    Ok(report)
}

/// The numbers of the mutants that SAT is asked of before they are played, which takes longer: those that
/// relations are of, and those that were proved before.
fn expected(kept: &Kept, claims: &Claims, mutants: &Mutants) -> BTreeSet<usize> {
    let before = kept.record.as_deref().and_then(|record| Record::read(record).ok());
    let before = before.map_or_else(Vec::new, |record| record.proved);
    let related: BTreeSet<&str> = claims.mutants().collect();
    let of_relations = mutants
        .all
        .iter()
        .zip(1..)
        .filter(|(one, number)| related.contains(mutate::name(*number, &one.place()).as_str()));
    of_relations.map(|(_, number)| number).chain(before).collect()
}

/// Refuses a list that speaks of a mutant that there is not.
fn ensure_there(
    path: Option<&Path>,
    listed: impl Iterator<Item = impl AsRef<str>>,
    mutants: &Mutants,
) -> Result<(), SimError> {
    let names = mutants.all.iter().zip(1..).map(|(one, number)| mutate::name(number, &one.place()));
    let names: BTreeSet<String> = names.collect();
    for name in listed {
        if !names.contains(name.as_ref()) {
            let path = path.unwrap_or(Path::new("")).to_path_buf();
            let unknown = Error::HardwareUnknown { path, mutant: name.as_ref().to_owned() };
            return Err(FlowError::from(unknown).into());
        }
    }
    Ok(())
}

/// The numbers of the mutants that are played.
fn chosen(all: usize, request: &Request) -> Result<Vec<usize>, SimError> {
    let mut numbers: Vec<usize> = (1..=all).collect();
    let mut random = Random::new(request.choice.seed.into());
    match &request.which {
        Which::All => {}
        Which::Sample(count) => {
            for place in 0..(*count).min(all) {
                numbers.swap(place, place + random.below((all - place) as u64) as usize);
            }
            numbers.truncate(*count);
            numbers.sort_unstable();
        }
        Which::Only(only) => numbers.retain(|number| only.contains(number)),
    }
    let reason = match &request.which {
        Which::Only(only) => only.iter().find(|number| !(1..=all).contains(*number)),
        _ => None,
    };
    match reason {
        Some(number) => Err(SimError::Option {
            option: "--only".to_owned(),
            reason: format!("there is no mutant {number}: there are {all}"),
            usage: USAGE,
        }),
        None => Ok(numbers),
    }
}

/// A script with what the sound design did with one of its contents.
struct Act<'a> {
    script: Script<'a>,
    variant: usize,
    sound: Recording,
}

/// A model in its first cycle, with this mutant and these contents.
fn model(
    source: &Source<'_>,
    folder: &Path,
    mutant: usize,
    variant: usize,
) -> Result<crate::verilated::Model, SimError> {
    let mut model = source.load(folder)?;
    let (mutant_port, variant_port) = (model.port(PORT)?, model.port(VARIANT)?);
    model.poke(mutant_port, &[mutant as u64])?;
    model.poke(variant_port, &[variant as u64])?;
    Ok(model)
}

fn play_all(
    [net, failing, saturated]: [&Net; 3],
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
    let mut fails = Script::power_up(failing, built, true);
    scenes::failing(&mut fails, &images[0]);
    let mut ends = Script::power_up(saturated, built, true);
    scenes::saturated(&mut ends, &images[0]);
    let mut acts = Vec::new();
    for (variant, script) in [sound, fails, ends].into_iter().enumerate() {
        let sound = record(&mut model(&source, &folder, 0, variant)?, &script)?;
        acts.push(Act { script, variant, sound });
    }
    let progress = progress_bar("mutants", chosen.len(), "mutants");
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<Fate>, SimError> {
        let mut fates = Vec::new();
        while let Some(&number) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut seen_in = None;
            for act in &acts {
                let mut model = model(&source, &folder, number, act.variant)?;
                let at = difference(&mut model, &act.script, &act.sound)?;
                let scene = |at| act.script.scenes.iter().find(|scene| at < scene.end);
                seen_in = at.map(|at| scene(at).map_or("the end", |scene| scene.name));
                if seen_in.is_some() {
                    break;
                }
            }
            fates.push(Fate { seen_in, ..Fate::new(number, mutants) });
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
    Ok(fates)
}
