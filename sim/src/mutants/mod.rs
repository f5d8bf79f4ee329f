//! Mutants of the emitted Verilog: small faults that Yosys plants, each played against the sound design.
//!
//! One Verilated model holds all of them ([`spikestream_flows::mutate`]); a port chooses. The sound design
//! plays the scenes first: its bytes and LEDs must be the golden model's and the protocol's. A mutant then
//! plays the same scenes until an output differs in any cycle. One that never differs has survived: SAT is
//! asked whether it changes anything at all, and what SAT does not reach may be accepted with a reason.
//! Some scenes are played with other contents of the same hardware, which another port chooses.

mod acts;
mod chosen;
mod images;
mod play;
mod report;
mod scenes;
mod script;
mod variant;

pub use report::Report;

use std::path::PathBuf;
use std::time::Instant;

use spikestream::spec::Net;
use spikestream_flows::base::digest;
use spikestream_flows::mutants::Listed;
use spikestream_flows::mutate::{self, Accepted, Choice, Claims, Design, Mutants, Record};
use spikestream_flows::simulate::verilate;
use spikestream_flows::tool::Tools;

use crate::SimError;
use crate::build::Builder;
use crate::verify::Built;
use acts::play_all;
use chosen::{chosen, ensure_there, expected};
use script::ENGINE;
use variant::Variant;

/// The command whose options a request holds.
const COMMAND: &str = "mutants --hardware";

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
