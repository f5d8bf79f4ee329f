//! Families of FPGAs: a folder each, behind one trait, and a line each in [`FAMILIES`].
//!
//! Everything in which the flow for one family differs from the flow for another is asked of a [`Family`].
//! What the trait speaks of is beside it: clocks ([`clock`]), pins ([`pins`], [`both_ways`]), block RAM ([`ram`]), multipliers
//! ([`multipliers`]), what estimates need ([`costs`]), what switches ([`switching`]), what a picture needs ([`plan`]) and how a build becomes Verilog
//! again ([`unpack`]).

pub mod both_ways;
pub mod clock;
pub mod costs;
mod ecp5;
mod error;
mod gowin;
mod ice40;
pub mod large;
pub mod multipliers;
pub mod pins;
pub mod plan;
pub mod ram;
pub mod switching;
pub mod unpack;
pub mod untimed;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Deserializer, de};
use yosys_netlist_json::Module;

use crate::base::error::FlowError;
use crate::base::nearest::offer;
use crate::run::plan::Plan;
use crate::tool::{Tool, Tools};
use clock::{ClockCell, Crystal};
use costs::Costs;
use large::Large;
use multipliers::Multipliers;
use pins::{Pins, Refused};
use plan::{Kind, Tiles};
use ram::{BlockRam, Filled};
use switching::Switching;
use unpack::{Source, Unpacking};

pub use error::Error;

/// The families.
pub static FAMILIES: [&dyn Family; 3] = [&ice40::Ice40, &ecp5::Ecp5, &gowin::Gowin];

/// The module whose ports are a board's pins.
pub const MODULE: &str = "board";

/// The netlist after place and route.
pub const ROUTED: &str = "routed.json";

/// A family of FPGAs.
pub trait Family: std::fmt::Debug + Sync {
    /// Its name in `parts.toml`.
    fn name(&self) -> &'static str;

    /// One of its parts in a sentence, such as `an iCE40`.
    fn one(&self) -> &'static str;

    /// The tools of the flow, from Verilog to the bitstream.
    fn tools(&self) -> &'static [Tool];

    /// The script of the synthesis, from `top.v` and `board.v` to `coarse.json` and `top.json`, with
    /// ` @OPTIONS@` for those of the part.
    fn synthesis(&self) -> &'static str;

    /// The option by which place and route is told of a part in its package, and an example of all options.
    fn package(&self) -> (&'static str, &'static str);

    /// The program that places and routes, and its arguments.
    fn route(&self, routing: &Routing<'_>) -> (Tool, Vec<String>);

    /// The file that place and route writes for packing.
    fn routed(&self) -> &'static str;

    /// The same with a network's contents, as packing takes it.
    fn packed(&self) -> &'static str {
        self.routed()
    }

    /// What place and route prints about a pin that the package has not.
    fn no_pin(&self, pin: &str) -> String;

    /// The bitstream's name.
    fn bitstream(&self) -> &'static str;

    /// Adds the step that packs the routed design, and its products.
    ///
    /// # Errors
    /// None, as the names are plain.
    fn pack(&self, plan: &mut Plan, packing: &Packing<'_>) -> Result<(), FlowError>;

    /// Whether a key of a board's or a part's file has a meaning: `pack`, `svf`, `pll`.
    fn takes(&self, key: &str) -> bool;

    /// The names of its resources.
    fn resources(&self) -> &'static Resources;

    /// Its multipliers; none where nothing is known of how long one takes and how long the ways to it are, so that a
    /// clock which is met would say nothing of them.
    fn multipliers(&self) -> Option<&'static Multipliers> {
        None
    }

    /// Its memory that weights are loaded into, if it has one.
    fn large(&self) -> Option<&'static Large> {
        None
    }

    /// The least of each resource that a netlist can be packed into, by nextpnr's names.
    fn least_resources(&self, module: &Module) -> BTreeMap<&'static str, u64>;

    /// Its block RAM.
    fn block_ram(&self) -> &'static BlockRam;

    /// The routed design, as packing takes it, with other contents of its block RAMs.
    ///
    /// # Errors
    /// [`Error::Routed`] when a block RAM's old contents are not what the design has.
    fn swap(&self, routed: &Path, filled: &[Filled<'_>]) -> Result<Vec<u8>, FlowError>;

    /// What estimates need.
    fn costs(&self) -> &'static Costs;

    /// A clock of some frequency, made from a crystal's by a phase-locked loop.
    ///
    /// # Errors
    /// [`Error::Unreachable`] with the nearest frequency that there is, or why the pins do not let the loop
    /// have its clock.
    fn clock_of_crystal(&self, crystal: &Crystal<'_>, mhz: f64) -> Result<ClockCell, FlowError>;

    /// A clock of some frequency from an oscillator in the FPGA; none where the flow knows of no such.
    fn clock_of_oscillator(&self, _mhz: f64) -> Option<Result<ClockCell, FlowError>> {
        None
    }

    /// What of its netlists' cells switches; none where it is not known how much energy that takes.
    fn switching(&self) -> Option<&'static [Switching]> {
        None
    }

    /// What a constraint file says, for a part that place and route is told of by these options.
    ///
    /// # Errors
    /// The line that the tool would refuse, and what to do about it.
    fn read_pins(&self, text: &str, part: &str, flags: &[String]) -> Result<Pins, Refused>;

    /// A constraint file's text as the tool must have it.
    fn for_the_tool(&self, text: String) -> String {
        text
    }

    /// The line that gives a port its pin, for remedies.
    fn pin_line(&self, port: &str) -> String;

    /// Yosys' commands that read its own models of the cells.
    fn library(&self) -> &'static str;

    /// Models of cells for which that library has none, as Verilog.
    fn models(&self) -> &'static str;

    /// The tools that turn a bitstream back into Verilog.
    fn unpacking_tools(&self) -> &'static [Tool];

    /// A bitstream as what can be flattened into Verilog, and what it was made from, in words.
    ///
    /// # Errors
    /// What the tools report, and [`Error::Unexplained`].
    fn unpack(
        &self,
        unpacking: &Unpacking<'_>,
        tools: &Tools,
    ) -> Result<(Source, &'static str), FlowError>;

    /// What synthesis puts into the names of things, by its cells.
    fn cell_names(&self) -> &'static [&'static str];

    /// How its tiles lie.
    fn tiles(&self) -> &'static Tiles;

    /// What a placed cell is: its type, and where in its tile it lies, as nextpnr writes them.
    fn kind(&self, cell: &str, site: &str) -> Kind;
}

/// What place and route is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Routing<'a> {
    /// How place and route is told of the part.
    pub flags: &'a [String],
    /// The file of the pins.
    pub constraints: &'a str,
    /// The netlist.
    pub netlist: &'a str,
    /// The seed.
    pub seed: u32,
    /// The frequency that the design must reach, MHz.
    pub mhz: f64,
}

/// What packing is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Packing<'a> {
    /// How place and route is told of the part.
    pub flags: &'a [String],
    /// Options of the board.
    pub options: &'a [String],
    /// Whether the bitstream is also wanted as commands for a JTAG player.
    pub svf: bool,
}

/// The names of a family's resources.
#[derive(Debug)]
pub struct Resources {
    /// What logic is counted as.
    pub logic: &'static str,
    /// What block RAMs are counted as.
    pub ram: &'static str,
    /// What a user knows each resource by.
    pub plain: &'static [(&'static str, &'static str)],
}

/// Reads the name of a family.
///
/// # Errors
/// All names, for one that is none.
pub(crate) fn named<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'static dyn Family, D::Error> {
    let name = String::deserialize(deserializer)?;
    let legal = || FAMILIES.iter().map(|family| family.name().to_owned()).collect::<Vec<_>>();
    let found = FAMILIES.into_iter().find(|family| family.name() == name);
    found.ok_or_else(|| {
        de::Error::custom(format!("unknown family `{name}`: {}", offer(&name, &legal())))
    })
}

/// The families for which a key has a meaning, in a sentence.
pub(crate) fn that_take(key: &str) -> String {
    let taking = FAMILIES.iter().filter(|family| family.takes(key));
    taking.map(|family| family.one()).collect::<Vec<_>>().join(" or ")
}

/// The name that a user knows a resource by.
pub fn plain_name(resource: &str) -> &str {
    let known = FAMILIES.iter().flat_map(|family| family.resources().plain);
    known.into_iter().find(|(name, _)| *name == resource).map_or(resource, |(_, plain)| plain)
}

/// How many cells of a netlist are of a kind.
fn count(module: &Module, is: impl Fn(&str) -> bool) -> u64 {
    module.cells.values().filter(|cell| is(&cell.cell_type)).count() as u64
}

/// The arguments that all programs of place and route take alike.
fn common(routing: &Routing<'_>) -> Vec<String> {
    let Routing { netlist, seed, mhz, .. } = routing;
    let pairs = [
        ("--json", (*netlist).to_owned()),
        ("--report", "nextpnr.json".to_owned()),
        ("--write", ROUTED.to_owned()),
        ("--seed", seed.to_string()),
        ("--freq", mhz.to_string()),
    ];
    let pairs = pairs.into_iter().flat_map(|(option, value)| [option.to_owned(), value]);
    // A missed clock is reported from the report, with a remedy, instead of from here.
    pairs.chain(["--timing-allow-fail".to_owned()]).collect()
}

/// The option behind another, such as the package of `--package`.
fn behind<'a>(flags: &'a [String], option: &str) -> Option<&'a str> {
    let at = flags.iter().position(|flag| flag == option)?;
    flags.get(at + 1).map(String::as_str)
}
