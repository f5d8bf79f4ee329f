//! The flow for Lattice iCE40: Yosys, nextpnr-ice40, icepack.
//!
//! Files in: `top.v`, `board.v` (the pins and the clock around it), `design.json`, `top.ys`, the board's pins. Products: `coarse.json` and
//! `top.json` (netlists before and after mapping), `top.asc` (routed), `nextpnr.json` (use and
//! timing), `top.bin` (bitstream).

use std::path::Path;

use crate::design::Design;
use crate::error::FlowError;
use crate::files;
use crate::fit;
use crate::manifest::Manifest;
use crate::netlist;
use crate::plan::{Plan, Step};
use crate::report::{REPORT, Report, Routed};
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};
use crate::wrapper;

/// The tools of the flow.
pub const TOOLS: [Tool; 3] = [Tool::Yosys, Tool::NextpnrIce40, Tool::Icepack];

/// The bitstream's name.
pub const BITSTREAM: &str = "top.bin";

const SYNTH: &str = "synth";
const ROUTE: &str = "route";
const PACK: &str = "pack";

/// The plan of a build.
///
/// # Errors
/// [`FlowError::PlanPath`] when the constraint file's name is no plain name.
pub fn plan(design: &Design<'_>) -> Result<Plan, FlowError> {
    let board = design.board;
    let constraints = &board.constraints;
    let mut plan = Plan::default();
    plan.file("top.v", design.verilog.clone())?;
    plan.file("board.v", wrapper::verilog(board, design.freq_mhz)?)?;
    plan.file("design.json", design.facts_json.clone())?;
    plan.file("top.ys", synthesis_script(design))?;
    plan.file(&constraints.file, constraints.text.clone())?;

    plan.step(SYNTH, Tool::Yosys, ["-q", "-l", "yosys.txt", "-s", "top.ys"])?;
    plan.step(ROUTE, Tool::NextpnrIce40, route_args(design))?;
    plan.step(PACK, Tool::Icepack, ["top.asc", BITSTREAM])?;
    for product in ["coarse.json", "top.json", "top.asc", "nextpnr.json", BITSTREAM] {
        plan.product(product)?;
    }
    Ok(plan)
}

fn synthesis_script(design: &Design<'_>) -> String {
    let options = design.board.part.synth.join(" ");
    include_str!("../templates/ice40.ys").replace("@OPTIONS@", &options)
}

fn route_args(design: &Design<'_>) -> Vec<String> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut args = design.board.part.flags.clone();
    args.extend(words("--json top.json --pcf"));
    args.push(design.board.constraints.file.clone());
    args.extend(words("--asc top.asc --report nextpnr.json"));
    args.extend(["--seed".to_owned(), design.seed.to_string()]);
    args.extend(["--freq".to_owned(), design.freq_mhz.to_string()]);
    // A missed clock is reported from the report, with a remedy, instead of from here.
    args.push("--timing-allow-fail".to_owned());
    args
}

/// Builds a design in `folder`, or finds that nothing has changed; writes `report.json`.
///
/// # Errors
/// Those of [`run::run`], the checks of [`netlist`], [`FlowError::Overfull`] and
/// [`FlowError::ClockMissed`].
pub fn build(
    design: &Design<'_>,
    tools: &Tools,
    folder: &Path,
) -> Result<(Report, Manifest), FlowError> {
    let plan = plan(design)?;
    files::remove(&folder.join(REPORT))?;
    let gate = |step: &Step, folder: &Path| gate(design, step, folder);
    let manifest = run::run(&plan, tools, folder, &Options { gate: &gate })
        .map_err(|error| explained(design, error))?;
    let routed = Routed::read(&folder.join("nextpnr.json"))?;
    let report = Report::of(design, routed, &manifest, BITSTREAM);
    report.write(folder)?;
    Ok((report, manifest))
}

/// What must hold after each step.
fn gate(design: &Design<'_>, step: &Step, folder: &Path) -> Result<(), FlowError> {
    match step.name.as_str() {
        SYNTH => check_synthesis(design, folder),
        ROUTE => Routed::read(&folder.join("nextpnr.json"))?.ensure_clocks_met(),
        _ => Ok(()),
    }
}

fn check_synthesis(design: &Design<'_>, folder: &Path) -> Result<(), FlowError> {
    let facts = &design.facts;
    netlist::reject_latches(&netlist::read(&folder.join("coarse.json"), wrapper::MODULE)?)?;
    let mapped = netlist::read(&folder.join("top.json"), wrapper::MODULE)?;
    netlist::reject_latches(&mapped)?;
    netlist::ensure_ports_have_pins(&mapped, &design.board.constraints)?;
    fit::ensure_fits(&design.board.part, netlist::least_resources(&mapped))?;
    netlist::ensure_weights_in_ram(&mapped, &facts.weight_memories, facts.weight_bits)
}

/// Tells failures that have a reason of their own from those of a tool.
fn explained(design: &Design<'_>, error: FlowError) -> FlowError {
    let FlowError::ToolFailed { log, step, .. } = &error else { return error };
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned();
    let reason = match step.split(' ').next() {
        Some(SYNTH) => netlist::latch_in_log(&text),
        Some(ROUTE) => overfull_in_log(design, &text),
        _ => None,
    };
    reason.unwrap_or(error)
}

/// A placement that ran out of room.
fn overfull_in_log(design: &Design<'_>, log: &str) -> Option<FlowError> {
    let needs = fit::needs_in_log(log);
    let needs = needs.iter().map(|(resource, used)| (resource.as_str(), *used));
    fit::ensure_fits(&design.board.part, needs).err()
}
