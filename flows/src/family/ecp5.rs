//! Lattice ECP5: nextpnr-ecp5 and ecppack.

use std::collections::BTreeMap;

use yosys_netlist_json::Module;

use super::{Routing, common, count};
use crate::board::Board;
use crate::error::FlowError;
use crate::plan::Plan;
use crate::tool::Tool;

pub(super) const TOOLS: [Tool; 3] = [Tool::Yosys, Tool::NextpnrEcp5, Tool::Ecppack];
pub(super) const SYNTHESIS: &str = include_str!("../../templates/ecp5.ys");
pub(super) const ROUTED: &str = "top.config";
pub(super) const BITSTREAM: &str = "top.bit";
/// The same as commands for a JTAG player.
const SVF: &str = "top.svf";

pub(super) fn route(board: &Board, routing: &Routing<'_>) -> Vec<String> {
    let mut args = board.part.flags.clone();
    args.extend(["--lpf".to_owned(), board.constraints.file.clone()]);
    args.extend(["--textcfg".to_owned(), ROUTED.to_owned()]);
    args.extend(common(routing));
    args
}

pub(super) fn pack(plan: &mut Plan, board: &Board) -> Result<(), FlowError> {
    let mut args = vec!["--compress".to_owned()];
    args.extend(board.pack.iter().cloned());
    if board.svf {
        args.extend(["--svf".to_owned(), SVF.to_owned()]);
        plan.product(SVF)?;
    }
    args.extend([ROUTED.to_owned(), BITSTREAM.to_owned()]);
    plan.step("pack", Tool::Ecppack, args)?;
    plan.product(BITSTREAM)
}

/// nextpnr counts a LUT as one `TRELLIS_COMB`, a carry cell as two, a RAM of LUTs as four and the
/// writing half of a slice.
pub(super) fn least_resources(module: &Module) -> BTreeMap<&'static str, u64> {
    let of = |cell: &'static str| count(module, move |kind| kind == cell);
    let logic = of("LUT4") + 2 * of("CCU2C") + 4 * of("TRELLIS_DPR16X4");
    BTreeMap::from([
        ("TRELLIS_COMB", logic),
        ("TRELLIS_FF", of("TRELLIS_FF")),
        ("DP16KD", of("DP16KD")),
    ])
}
