//! Lattice iCE40: nextpnr-ice40 and icepack.

use std::collections::BTreeMap;

use yosys_netlist_json::Module;

use super::{Routing, common, count};
use crate::board::Board;
use crate::error::FlowError;
use crate::plan::Plan;
use crate::tool::Tool;

pub(super) const TOOLS: [Tool; 3] = [Tool::Yosys, Tool::NextpnrIce40, Tool::Icepack];
pub(super) const SYNTHESIS: &str = include_str!("../../templates/ice40.ys");
pub(super) const ROUTED: &str = "top.asc";
pub(super) const BITSTREAM: &str = "top.bin";

pub(super) fn route(board: &Board, routing: &Routing<'_>) -> Vec<String> {
    let mut args = board.part.flags.clone();
    args.extend(["--pcf".to_owned(), board.constraints.file.clone()]);
    args.extend(["--asc".to_owned(), ROUTED.to_owned()]);
    args.extend(common(routing));
    args
}

pub(super) fn pack(plan: &mut Plan) -> Result<(), FlowError> {
    plan.step("pack", Tool::Icepack, [ROUTED, BITSTREAM])?;
    plan.product(BITSTREAM)
}

/// A logic cell holds one LUT, one flip-flop and one carry at best, so the largest of the three
/// counts is a lower bound.
pub(super) fn least_resources(module: &Module) -> BTreeMap<&'static str, u64> {
    let luts = count(module, |kind| kind == "SB_LUT4");
    let flip_flops = count(module, |kind| kind.starts_with("SB_DFF"));
    let carries = count(module, |kind| kind == "SB_CARRY");
    let rams = count(module, |kind| kind.starts_with("SB_RAM40"));
    BTreeMap::from([("ICESTORM_LC", luts.max(flip_flops).max(carries)), ("ICESTORM_RAM", rams)])
}
