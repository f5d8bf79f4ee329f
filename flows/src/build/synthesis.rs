//! Synthesis of a shape, and what must hold of its netlist.

use std::path::Path;

use super::NETLIST;
use crate::base::error::FlowError;
use crate::board::part::Part;
use crate::build::design::Design;
use crate::build::fit;
use crate::build::netlist;
use crate::build::wrapper;
use crate::family::MODULE;
use crate::run::manifest::Manifest;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// The netlist before mapping, in which latches still show.
const COARSE: &str = "coarse.json";

/// The family's module in the place of the design's, which says what it does.
const MULTIPLIER: &str = "multiplier.v";

/// The same of the memory that weights are loaded into.
const SPRAM: &str = "spram.v";

/// The line of the scripts that reads the design.
const READ: &str = "read_verilog top.v board.v\n";

/// What Yosys says meanwhile.
const LOG: &str = "yosys.txt";

/// The plan: `top.v` (the shape), `board.v` (pins and clock around it) and `top.ys` in, netlists
/// before and after mapping out.
///
/// # Errors
/// [`crate::family::Error::Unreachable`].
pub fn plan(design: &Design<'_>) -> Result<Plan, FlowError> {
    let part = &design.board.part;
    let mut plan = Plan::default();
    plan.file("top.v", design.shape.clone())?;
    plan.file(
        "board.v",
        wrapper::verilog(design.board, design.freq_mhz, design.facts.stored.is_some())?,
    )?;
    let registered = part.family.multipliers().and_then(|of| of.registered.as_ref());
    let registered = registered.filter(|_| design.facts.multipliers > 0);
    let large = part.family.large().filter(|_| design.facts.stored.is_some());
    // Modules of the family's in the place of those that say what they do.
    let own: Vec<(&str, &str)> = registered
        .map(|of| (MULTIPLIER, of.verilog))
        .into_iter()
        .chain(large.map(|of| (SPRAM, of.verilog)))
        .collect();
    for (name, verilog) in &own {
        plan.file(name, *verilog)?;
    }
    plan.file("top.ys", script(part, &own))?;
    plan.step("synth", Tool::YOSYS, ["-q", "-l", LOG, "-s", "top.ys"])?;
    plan.product(COARSE)?;
    plan.product(NETLIST)?;
    Ok(plan)
}

/// The synthesis script of a part, with the family's own modules.
fn script(part: &Part, own: &[(&str, &str)]) -> String {
    let options: String = part.synth.iter().map(|option| format!(" {option}")).collect();
    let script = part.family.synthesis().replace(" @OPTIONS@", &options);
    let own = own.iter().map(|(name, _)| format!("read_verilog -overwrite {name}\n"));
    script.replace(READ, &(READ.to_owned() + &own.collect::<String>()))
}

pub(super) fn run(
    design: &Design<'_>,
    plan: &Plan,
    tools: &Tools,
    folder: &Path,
) -> Result<Manifest, FlowError> {
    let gate = |_: &_, folder: &Path| check(design, folder);
    run::run(plan, tools, folder, &Options { gate: &gate, quiet: false }).map_err(explained)
}

fn check(design: &Design<'_>, folder: &Path) -> Result<(), FlowError> {
    let (facts, board) = (&design.facts, design.board);
    let family = board.part.family;
    netlist::ensure_driven(&said(&folder.join(LOG)))?;
    netlist::reject_latches(&netlist::read(&folder.join(COARSE), MODULE)?)?;
    let mapped = netlist::read(&folder.join(NETLIST), MODULE)?;
    netlist::reject_latches(&mapped)?;
    netlist::ensure_registers_inside(&mapped, family)?;
    netlist::ensure_ports_have_pins(&mapped, &board.constraints, family)?;
    fit::ensure_fits(&board.part, family.least_resources(&mapped))?;
    let ram = family.block_ram();
    netlist::ensure_weights_in_ram(&mapped, ram, &facts.weight_memories, facts.weight_bits)
}

/// Tells a failure that has a reason of its own from those of the tool.
fn explained(error: FlowError) -> FlowError {
    let Some(run::Error::StepFailed { log, .. }) = error.of() else { return error };
    netlist::latch_in_log(&said(log)).unwrap_or(error)
}

/// What a log says; nothing where there is none.
fn said(log: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned()
}
