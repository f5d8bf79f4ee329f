//! Cells replaced by what they do: one flat module of expressions, flip-flops and memories.

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;
use crate::family::MODULE;
use crate::family::unpack::{Device, Source};
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// What comes out.
const FLAT: &str = "flat.v";

/// Flattens in `folder`; returns the file.
pub(super) fn run(source: Source, tools: &Tools, folder: &Path) -> Result<PathBuf, FlowError> {
    run::run(&plan(source)?, tools, folder, &Options::default())?;
    Ok(folder.join(FLAT))
}

fn plan(source: Source) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file("flatten.ys", script(&source))?;
    plan.file("models.v", source.models)?;
    match source.device {
        Device::Netlist(json) => plan.file("device.json", json)?,
        Device::Verilog(verilog) => plan.file("device.v", verilog)?,
    }
    plan.step("flatten", Tool::YOSYS, ["-q", "-l", "yosys.txt", "-s", "flatten.ys"])?;
    plan.product(FLAT)?;
    Ok(plan)
}

/// The script. A netlist brings empty modules for its cells, which are dropped. `-defer`: a cell's
/// model is only read where one is used, with that one's parameters. `-simcheck` refuses a cell that
/// has no model. The multiplexers of the LUTs' models are reduced to what their constants leave.
/// A bit of a block RAM that is never written keeps a write without an address, at which Verilator stops, so it gets one.
fn script(source: &Source) -> String {
    let read = match source.device {
        Device::Netlist(_) => format!("read_json device.json\ndelete =* {MODULE} %d\n"),
        Device::Verilog(_) => "read_verilog device.v\n".to_owned(),
    };
    let library = source.library;
    format!(
        "{read}{library}read_verilog -defer -overwrite models.v\nhierarchy -simcheck -top {MODULE}\n\
         proc\nflatten\nsimplemap t:$mux\nopt_expr\nsetundef -zero t:$memwr_v2\nopt_clean -purge\nwrite_verilog -noattr {FLAT}\n"
    )
}
