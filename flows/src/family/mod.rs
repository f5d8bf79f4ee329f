//! Families of FPGAs: everything in which the flow for one differs from the flow for another.

mod ecp5;
mod ice40;

use std::collections::BTreeMap;

use serde::Deserialize;
use yosys_netlist_json::Module;

use crate::board::Board;
use crate::error::FlowError;
use crate::part::Part;
use crate::plan::Plan;
use crate::tool::Tool;

/// What a family of FPGAs is built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Lattice iCE40: nextpnr-ice40 and icepack.
    Ice40,
    /// Lattice ECP5: nextpnr-ecp5 and ecppack.
    Ecp5,
}

/// What place and route is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Routing<'a> {
    /// The netlist.
    pub netlist: &'a str,
    /// The seed.
    pub seed: u32,
    /// The frequency that the design must reach, MHz.
    pub mhz: f64,
}

/// A family's block RAM: the cells that are one, and how many bits of contents each holds.
#[derive(Debug, Clone, Copy)]
pub struct BlockRam {
    /// How the names of its cells start.
    pub cell: &'static str,
    /// What place and route turns it into.
    pub routed: &'static str,
    /// Bits.
    pub bits: u64,
}

impl Family {
    /// The tools of the flow, from Verilog to the bitstream.
    pub fn tools(self) -> &'static [Tool] {
        match self {
            Self::Ice40 => &ice40::TOOLS,
            Self::Ecp5 => &ecp5::TOOLS,
        }
    }

    /// The synthesis script of a part: from `top.v` and `board.v` to `coarse.json` and `top.json`.
    pub fn synthesis_script(self, part: &Part) -> String {
        let template = match self {
            Self::Ice40 => ice40::SYNTHESIS,
            Self::Ecp5 => ecp5::SYNTHESIS,
        };
        let options: String = part.synth.iter().map(|option| format!(" {option}")).collect();
        template.replace(" @OPTIONS@", &options)
    }

    /// The program that places and routes, and its arguments.
    pub fn route(self, board: &Board, routing: &Routing<'_>) -> (Tool, Vec<String>) {
        match self {
            Self::Ice40 => (Tool::NextpnrIce40, ice40::route(board, routing)),
            Self::Ecp5 => (Tool::NextpnrEcp5, ecp5::route(board, routing)),
        }
    }

    /// The file that place and route writes for packing.
    pub fn routed(self) -> &'static str {
        match self {
            Self::Ice40 => ice40::ROUTED,
            Self::Ecp5 => ecp5::ROUTED,
        }
    }

    /// The bitstream's name.
    pub fn bitstream(self) -> &'static str {
        match self {
            Self::Ice40 => ice40::BITSTREAM,
            Self::Ecp5 => ecp5::BITSTREAM,
        }
    }

    /// Adds the step that packs the routed design, and its products.
    ///
    /// # Errors
    /// [`FlowError::PlanPath`] never, as the names are plain.
    pub fn pack(self, plan: &mut Plan, board: &Board) -> Result<(), FlowError> {
        match self {
            Self::Ice40 => ice40::pack(plan),
            Self::Ecp5 => ecp5::pack(plan, board),
        }
    }

    /// The family's block RAM.
    pub fn block_ram(self) -> BlockRam {
        match self {
            Self::Ice40 => BlockRam { cell: "SB_RAM40", routed: "ICESTORM_RAM", bits: 4096 },
            Self::Ecp5 => BlockRam { cell: "DP16KD", routed: "DP16KD", bits: 18432 },
        }
    }

    /// The resource that block RAMs are counted as.
    pub fn ram_resource(self) -> &'static str {
        match self {
            Self::Ice40 => "ICESTORM_RAM",
            Self::Ecp5 => "DP16KD",
        }
    }

    /// The resource that logic is counted as.
    pub fn logic_resource(self) -> &'static str {
        match self {
            Self::Ice40 => "ICESTORM_LC",
            Self::Ecp5 => "TRELLIS_COMB",
        }
    }

    /// The least of each resource that a netlist can be packed into, by nextpnr's names.
    pub fn least_resources(self, module: &Module) -> BTreeMap<&'static str, u64> {
        match self {
            Self::Ice40 => ice40::least_resources(module),
            Self::Ecp5 => ecp5::least_resources(module),
        }
    }

    /// Whether a PLL takes its clock from a pin of its own, unless told otherwise.
    pub fn has_pll_pins(self) -> bool {
        match self {
            Self::Ice40 => true,
            Self::Ecp5 => false,
        }
    }

    /// The line that gives a port its pin, for remedies.
    pub fn pin_line(self, port: &str) -> String {
        match self {
            Self::Ice40 => format!("set_io {port} PIN"),
            Self::Ecp5 => format!("LOCATE COMP \"{port}\" SITE \"PIN\";"),
        }
    }
}

/// How many cells of a netlist are of a kind.
fn count(module: &Module, is: impl Fn(&str) -> bool) -> u64 {
    module.cells.values().filter(|cell| is(&cell.cell_type)).count() as u64
}

/// The arguments that both programs of place and route take alike.
fn common(routing: &Routing<'_>) -> Vec<String> {
    let Routing { netlist, seed, mhz } = routing;
    let pairs = [
        ("--json", (*netlist).to_owned()),
        ("--report", "nextpnr.json".to_owned()),
        ("--write", "routed.json".to_owned()),
        ("--seed", seed.to_string()),
        ("--freq", mhz.to_string()),
    ];
    let pairs = pairs.into_iter().flat_map(|(option, value)| [option.to_owned(), value]);
    // A missed clock is reported from the report, with a remedy, instead of from here.
    pairs.chain(["--timing-allow-fail".to_owned()]).collect()
}
