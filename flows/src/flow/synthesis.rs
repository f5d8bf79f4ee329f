//! Synthesis of a shape, and what must hold of its netlist.

use std::path::Path;

use super::NETLIST;
use crate::design::Design;
use crate::error::FlowError;
use crate::fit;
use crate::manifest::Manifest;
use crate::netlist;
use crate::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};
use crate::wrapper;

/// The netlist before mapping, in which latches still show.
const COARSE: &str = "coarse.json";

/// The plan: `top.v` (the shape), `board.v` (pins and clock around it) and `top.ys` in, netlists
/// before and after mapping out.
///
/// # Errors
/// [`FlowError::PllUnreachable`].
pub fn plan(design: &Design<'_>) -> Result<Plan, FlowError> {
    let part = &design.board.part;
    let mut plan = Plan::default();
    plan.file("top.v", design.shape.clone())?;
    plan.file("board.v", wrapper::verilog(design.board, design.freq_mhz)?)?;
    plan.file("top.ys", part.family.synthesis_script(part))?;
    plan.step("synth", Tool::Yosys, ["-q", "-l", "yosys.txt", "-s", "top.ys"])?;
    plan.product(COARSE)?;
    plan.product(NETLIST)?;
    Ok(plan)
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
    netlist::reject_latches(&netlist::read(&folder.join(COARSE), wrapper::MODULE)?)?;
    let mapped = netlist::read(&folder.join(NETLIST), wrapper::MODULE)?;
    netlist::reject_latches(&mapped)?;
    netlist::ensure_ports_have_pins(&mapped, &board.constraints, family)?;
    fit::ensure_fits(&board.part, family.least_resources(&mapped))?;
    let ram = family.block_ram();
    netlist::ensure_weights_in_ram(&mapped, ram, &facts.weight_memories, facts.weight_bits)
}

/// Tells a failure that has a reason of its own from those of the tool.
fn explained(error: FlowError) -> FlowError {
    let FlowError::ToolFailed { log, .. } = &error else { return error };
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned();
    netlist::latch_in_log(&text).unwrap_or(error)
}
