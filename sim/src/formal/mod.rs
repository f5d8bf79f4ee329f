//! Level `formal`: what the Verilog of a unit does, proved for all values by a solver.
//!
//! A neuron's block is proved equal to its program, operation by operation ([`neuron`]); the units of stochastic
//! computing do what they are for, by induction over the clock's cycles: what is proved of any state that keeps to what
//! is said of it holds in every cycle, as it holds in the first.

mod broken;
mod claims;
mod context;
mod dot;
mod error;
mod events;
mod lead;
pub mod neuron;
mod readout;
mod sequences;
mod short;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_units;
mod unit;

pub use error::Error;

use std::path::Path;
use std::time::Instant;

use serde::Serialize;
use spikestream::hardware::events::lowered;
use spikestream::hardware::{On, current_bits};
use spikestream::neuron::block::Block;
use spikestream::sc::schedule::{SCHEDULES, Schedule};
use spikestream::spec::{Net, NetSpec};
use spikestream_flows::FlowError;
use spikestream_flows::base::digest;
use spikestream_flows::tool::Tools;
use spikestream_hw::emit::ENGINE_MODULE;
use spikestream_hw::neuron::MULTIPLIER_MODULE;

use crate::SimError;
use crate::verify::{Built, write_json};

pub use unit::Site;

/// What the level is called.
pub const LEVEL: &str = "formal";

/// A proof of a unit in the text of a design, by the name of its module.
type Prove = fn(Site<'_>, &str, &NetSpec) -> Result<Proved, FlowError>;

/// The units of stochastic computing, by the names of their modules below the engine's, and the schedules that have them.
const UNITS: [(&str, Prove, &[Schedule]); 7] = [
    ("dot", dot::prove, &SUMMED),
    ("sequencer_ruler", sequences::ruler, &SUMMED),
    ("encoder", sequences::encoder, &SUMMED),
    ("sums", events::sums, &[Schedule::Events]),
    ("walker_scan", events::scan, &[Schedule::Events]),
    ("noise", sequences::noise, &SCHEDULES),
    ("readout", readout::prove, &SCHEDULES),
];

/// The unit that has the passes of short streams, where they are short.
const SHORT: &str = "sequencer_short";

/// The unit by which a run ends early, where it may.
const LEAD: &str = "readout_lead";

/// The schedules in which a neuron's inputs are summed.
const SUMMED: [Schedule; 2] = [Schedule::Planes, Schedule::Stream];

/// Something that was proved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proved {
    /// The unit.
    pub unit: String,
    /// What of it.
    pub what: String,
    /// For all of what.
    pub over: String,
    /// Claims that the solver decided.
    pub claims: usize,
    /// Seconds that this took.
    pub seconds: f64,
}

/// Prints proofs as a table.
///
/// # Errors
/// As printing does.
pub fn print(proofs: &[Proved]) -> Result<(), FlowError> {
    let row = |proved: &Proved| {
        let Proved { unit, what, over, claims, seconds } = proved;
        let seconds = format!("{seconds:.1}");
        vec![unit.clone(), what.clone(), over.clone(), claims.to_string(), seconds]
    };
    let rows: Vec<_> = proofs.iter().map(row).collect();
    let headings = ["unit", "proved", "over", ">claims", ">seconds"];
    spikestream::columns::print(&headings, &rows)?;
    Ok(())
}

/// The content of `verify-formal.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`LEVEL`].
    pub level: &'static str,
    /// The network's name.
    pub net: String,
    /// The network's hash.
    pub net_hash: String,
    /// The hash of the Verilog.
    pub design: Option<String>,
    /// What was proved.
    pub proved: Vec<Proved>,
    /// How the neuron's proof was split.
    pub split: String,
    /// Seconds from begin to end.
    pub seconds: f64,
}

/// Proves the units of the engine that was emitted into a folder, and writes `verify-formal.json` there.
///
/// # Errors
/// [`SimError::Flow`] with an [`Error`] where something is not proved; what reading and the tools report.
pub fn verify(net: &Path, folder: &Path, tools: &Tools) -> Result<Report, SimError> {
    let begin = Instant::now();
    let net = Net::load(net)?;
    let built = Built::read(folder, &net)?;
    let proofs = folder.join(LEVEL);
    let site = Site { verilog: &built.verilog, tools, folder: &proofs };
    let (proved, split) = engine(site, &net.spec, built.on())?;
    let report = Report {
        level: LEVEL,
        net: net.spec.name.clone(),
        net_hash: net.hash_text(),
        design: digest::of_file(&folder.join("top.v")).ok(),
        proved,
        split,
        seconds: begin.elapsed().as_secs_f64(),
    };
    write_json(&folder.join(format!("verify-{LEVEL}.json")), &report)?;
    Ok(report)
}

/// Proves the units of a network's engine, on the text of the design. Also says how the neuron's proof was split.
///
/// # Errors
/// [`Error`] where something is not proved, and whatever the tools report.
pub fn engine(site: Site<'_>, spec: &NetSpec, on: On) -> Result<(Vec<Proved>, String), FlowError> {
    let spec = &*on.shortcuts.spec(spec);
    let module = |unit: &str| format!("{ENGINE_MODULE}_{unit}");
    let program = Block::of(&lowered(spec).populated(), current_bits(spec) as u32).program;
    let name = module("neurons");
    let verilog = [&*name, MULTIPLIER_MODULE].map(|own| unit::with_below(site.verilog, own));
    let neuron = neuron::Block {
        unit: "neuron",
        verilog: &verilog.concat(),
        module: &name,
        program: &program,
        multipliers: on.multipliers,
    };
    let neuron::Proof { mut proved, split } =
        neuron::prove(neuron, site.tools, &site.folder.join("neuron"))?;
    for (unit, prove, _) in UNITS.into_iter().filter(|(.., of)| of.contains(&on.schedule)) {
        proved.push(prove(site, &module(unit), spec)?);
    }
    if !spec.stream.is_full() {
        proved.push(short::prove(site, &module(SHORT), spec, on.schedule)?);
    }
    if on.shortcuts.early {
        proved.push(lead::prove(site, &module(LEAD), spec)?);
    }
    Ok((proved, split))
}
