//! Cells replaced by what they do: one flat module of expressions, flip-flops and memories.

use std::path::{Path, PathBuf};

use crate::error::FlowError;
use crate::family::Family;
use crate::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};
use crate::wrapper;

/// What comes out.
const FLAT: &str = "flat.v";

/// What is flattened.
pub(super) enum Source {
    /// Yosys's netlist, as JSON.
    Netlist(Vec<u8>),
    /// nextpnr's netlist after routing, as JSON.
    Routed(Vec<u8>),
    /// Verilog from an unpacked bitstream.
    Unpacked(String),
}

/// Flattens in `folder`; returns the file.
pub(super) fn run(
    family: Family,
    source: Source,
    tools: &Tools,
    folder: &Path,
) -> Result<PathBuf, FlowError> {
    run::run(&plan(family, source)?, tools, folder, &Options::default())?;
    Ok(folder.join(FLAT))
}

fn plan(family: Family, source: Source) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file("models.v", models(family, &source))?;
    plan.file("flatten.ys", script(family, &source))?;
    match source {
        Source::Netlist(json) | Source::Routed(json) => plan.file("device.json", json)?,
        Source::Unpacked(verilog) => plan.file("device.v", verilog)?,
    }
    plan.step("flatten", Tool::Yosys, ["-q", "-l", "yosys.txt", "-s", "flatten.ys"])?;
    plan.product(FLAT)?;
    Ok(plan)
}

fn models(family: Family, source: &Source) -> String {
    let own = match family {
        Family::Ice40 => include_str!("../../models/ice40.v"),
        Family::Ecp5 => include_str!("../../models/ecp5.v"),
    };
    match source {
        Source::Routed(_) => own.to_owned() + include_str!("../../models/ecp5_routed.v"),
        Source::Netlist(_) | Source::Unpacked(_) => own.to_owned(),
    }
}

/// The script. A netlist brings empty modules for its cells, which are dropped. `-defer`: a cell's
/// model is only read where one is used, with that one's parameters. `-simcheck` refuses a cell that
/// has no model. The multiplexers of the LUTs' models are reduced to what their constants leave.
fn script(family: Family, source: &Source) -> String {
    let top = wrapper::MODULE;
    let read = match source {
        Source::Netlist(_) | Source::Routed(_) => {
            format!("read_json device.json\ndelete =* {top} %d\n")
        }
        Source::Unpacked(_) => "read_verilog device.v\n".to_owned(),
    };
    let library = match (family, source) {
        // Yosys's own describe half of what place and route makes of them.
        (_, Source::Routed(_)) => "",
        (Family::Ice40, _) => "read_verilog -defer +/ice40/cells_sim.v\n",
        (Family::Ecp5, _) => "read_verilog -defer -D NO_INCLUDES +/ecp5/cells_sim.v\n",
    };
    format!(
        "{read}{library}read_verilog -defer -overwrite models.v\nhierarchy -simcheck -top {top}\n\
         proc\nflatten\nsimplemap t:$mux\nopt_expr\nopt_clean -purge\nwrite_verilog -noattr {FLAT}\n"
    )
}
