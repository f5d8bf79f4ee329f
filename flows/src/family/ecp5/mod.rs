//! Lattice ECP5: nextpnr-ecp5 and ecppack.

mod config;
mod lpf;
mod pll;
mod routed;

use std::collections::BTreeMap;
use std::path::Path;

use yosys_netlist_json::Module;

use super::clock::{ClockCell, Crystal};
use super::costs::{Costs, MemoryCosts};
use super::multipliers::Multipliers;
use super::pins::{Pins, Refused};
use super::plan::{Kind, Tiles};
use super::ram::{BlockRam, Filled};
use super::unpack::{Device, Source, Unpacking, text};
use super::{Family, Packing, Resources, Routing, common, count};
use crate::base::error::FlowError;
use crate::run::plan::Plan;
use crate::tool::{Tool, Tools};

/// See the module.
#[derive(Debug)]
pub(super) struct Ecp5;

const NEXTPNR: Tool = Tool::named("nextpnr-ecp5");
const ECPPACK: Tool = Tool::named("ecppack");

const ROUTED: &str = "top.config";
const BITSTREAM: &str = "top.bit";
/// The same as commands for a JTAG player.
const SVF: &str = "top.svf";

const RESOURCES: Resources = Resources {
    logic: "TRELLIS_COMB",
    ram: "DP16KD",
    plain: &[
        ("TRELLIS_COMB", "LUTs"),
        ("TRELLIS_FF", "flip-flops"),
        ("DP16KD", "block RAMs"),
        ("TRELLIS_IO", "pins"),
        ("MULT18X18D", "multipliers"),
        ("DCCA", "global buffers"),
        ("EHXPLLL", "PLLs"),
    ],
};

const MULTIPLIERS: Multipliers = Multipliers { resource: "MULT18X18D", bits: 18, registered: None };

const BLOCK_RAM: BlockRam = BlockRam {
    is: |kind| kind == "DP16KD",
    bits: 18432,
    widths: &[36, 18, 9, 4, 2, 1],
    // The ninth bit is lost below a width of nine.
    depth: |width| if width < 9 { 16384 / width } else { 18432 / width },
    rows: (64, 320),
    row: |row| format!("INITVAL_{row:02X}"),
    place,
};

const COSTS: Costs = Costs {
    logic: [246.55, 5.17, 147.36, 6.04, 0.66, 0.87, 5.24],
    events: [1201.07, 3.06, 0.95],
    neurons: 0.78,
    delay: (7.0, 0.002),
    event_delay: (6.6, 0.0, 7.0),
    links: (1.07, 1.05),
    memory: MemoryCosts {
        forms: &[(1, 16384), (2, 8192), (4, 4096), (9, 2048), (18, 1024), (36, 512)],
        byte: 9,
        cost: 128,
    },
};

/// Sixteen words of 18 bits to a row, 20 bits apart.
fn place(width: usize, word: usize, bit: usize) -> (usize, usize) {
    let flat = if width < 9 {
        let words = 8 / width;
        word / words * 9 + word % words * width + bit
    } else {
        word * width + bit
    };
    let widest = flat / 18;
    (widest / 16, widest % 16 * 20 + flat % 18)
}

/// `SLICEC.K1` is the second LUT of the third slice of its tile, or the flip-flop beside it.
fn slot(site: &str) -> u32 {
    let last = site.chars().last().and_then(|c| c.to_digit(10)).unwrap_or_default();
    let slice = site.strip_prefix("SLICE").and_then(|rest| rest.chars().next());
    slice.map_or(last, |c| 2 * (u32::from(c).saturating_sub(u32::from('A'))) + last) % 8
}

impl Family for Ecp5 {
    fn name(&self) -> &'static str {
        "ecp5"
    }

    fn one(&self) -> &'static str {
        "an ECP5"
    }

    fn tools(&self) -> &'static [Tool] {
        &[Tool::YOSYS, NEXTPNR, ECPPACK]
    }

    fn synthesis(&self) -> &'static str {
        include_str!("synth.ys")
    }

    fn package(&self) -> (&'static str, &'static str) {
        ("--package", "[\"--25k\", \"--package\", \"CABGA381\", \"--speed\", \"6\"]")
    }

    fn route(&self, routing: &Routing<'_>) -> (Tool, Vec<String>) {
        let mut args = routing.flags.to_vec();
        args.extend(["--lpf".to_owned(), routing.constraints.to_owned()]);
        args.extend(["--textcfg".to_owned(), ROUTED.to_owned()]);
        args.extend(common(routing));
        (NEXTPNR, args)
    }

    fn routed(&self) -> &'static str {
        ROUTED
    }

    fn no_pin(&self, pin: &str) -> String {
        format!("constrained to pin '{pin}', which does not exist")
    }

    fn bitstream(&self) -> &'static str {
        BITSTREAM
    }

    fn pack(&self, plan: &mut Plan, packing: &Packing<'_>) -> Result<(), FlowError> {
        let mut args = vec!["--compress".to_owned()];
        args.extend(packing.options.iter().cloned());
        if packing.svf {
            args.extend(["--svf".to_owned(), SVF.to_owned()]);
            plan.product(SVF)?;
        }
        args.extend([ROUTED.to_owned(), BITSTREAM.to_owned()]);
        plan.step("pack", ECPPACK, args)?;
        plan.product(BITSTREAM)
    }

    fn takes(&self, key: &str) -> bool {
        ["pack", "svf"].contains(&key)
    }

    fn resources(&self) -> &'static Resources {
        &RESOURCES
    }

    fn multipliers(&self) -> Option<&'static Multipliers> {
        Some(&MULTIPLIERS)
    }

    /// nextpnr counts a LUT as one `TRELLIS_COMB`, a carry cell as two, a RAM of LUTs as four and the
    /// writing half of a slice.
    fn least_resources(&self, module: &Module) -> BTreeMap<&'static str, u64> {
        let of = |cell: &'static str| count(module, move |kind| kind == cell);
        let logic = of("LUT4") + 2 * of("CCU2C") + 4 * of("TRELLIS_DPR16X4");
        BTreeMap::from([
            (RESOURCES.logic, logic),
            ("TRELLIS_FF", of("TRELLIS_FF")),
            (RESOURCES.ram, count(module, BLOCK_RAM.is)),
            (MULTIPLIERS.resource, of(MULTIPLIERS.resource)),
        ])
    }

    fn block_ram(&self) -> &'static BlockRam {
        &BLOCK_RAM
    }

    fn swap(&self, routed: &Path, filled: &[Filled<'_>]) -> Result<Vec<u8>, FlowError> {
        Ok(config::swap(routed, &text(routed)?, filled)?.into_bytes())
    }

    fn costs(&self) -> &'static Costs {
        &COSTS
    }

    fn clock_of_crystal(&self, crystal: &Crystal<'_>, mhz: f64) -> Result<ClockCell, FlowError> {
        let setting = pll::Setting::find(crystal.mhz, mhz)?;
        Ok(ClockCell { verilog: setting.verilog(crystal.port), locks: true, at_most: mhz })
    }

    fn read_pins(&self, text: &str, _: &str, _: &[String]) -> Result<Pins, Refused> {
        lpf::read(text)
    }

    fn for_the_tool(&self, text: String) -> String {
        lpf::spaced(&text)
    }

    fn pin_line(&self, port: &str) -> String {
        format!("LOCATE COMP \"{port}\" SITE \"PIN\";")
    }

    fn library(&self) -> &'static str {
        "read_verilog -defer -D NO_INCLUDES +/ecp5/cells_sim.v\n"
    }

    fn models(&self) -> &'static str {
        include_str!("models.v")
    }

    fn unpacking_tools(&self) -> &'static [Tool] {
        &routed::TOOLS
    }

    fn unpack(
        &self,
        unpacking: &Unpacking<'_>,
        tools: &Tools,
    ) -> Result<(Source, &'static str), FlowError> {
        let device = Device::Netlist(routed::netlist(unpacking, tools)?);
        // Yosys's own models describe half of what place and route makes of the cells.
        let models = self.models().to_owned() + include_str!("routed.v");
        let made_from =
            "nextpnr's netlist after routing, with the block RAM contents of the bitstream";
        Ok((Source { device, library: "", models }, made_from))
    }

    fn cell_names(&self) -> &'static [&'static str] {
        &["_LUT4", "_TRELLIS_", "_CCU2C", "_PFUMX", "_L6MUX21", "_DP16KD"]
    }

    /// Block RAM spans two tiles, to the right.
    fn tiles(&self) -> &'static Tiles {
        &Tiles { upwards: false, ram: (2, 1) }
    }

    fn kind(&self, cell: &str, site: &str) -> Kind {
        match cell {
            "TRELLIS_COMB" | "TRELLIS_FF" => Kind::Logic(slot(site)),
            "TRELLIS_IO" => Kind::Pin,
            "EHXPLLL" | "OSCG" => Kind::Clock,
            "DP16KD" => Kind::Ram,
            _ => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logic_cell_is_told_by_its_site() {
        assert_eq!(["SLICEA.K1", "SLICED.FF0", "SLICEC.K1"].map(slot), [1, 6, 5]);
    }
}
