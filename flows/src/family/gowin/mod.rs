//! Gowin's LittleBee and Arora: nextpnr-himbaechel for Gowin, and apycula's gowin_pack.

mod cst;
mod pll;
mod routed;

use std::collections::BTreeMap;
use std::path::Path;

use yosys_netlist_json::Module;

use super::clock::{ClockCell, Crystal};
use super::costs::{Costs, MemoryCosts};
use super::pins::{Pins, Refused};
use super::plan::{Kind, Tiles};
use super::ram::{self, BlockRam, Filled};
use super::unpack::{Source, Unpacking};
use super::{Family, Packing, ROUTED, Resources, Routing, common, count};
use crate::base::error::FlowError;
use crate::run::plan::Plan;
use crate::tool::{Tool, Tools};

/// See the module.
#[derive(Debug)]
pub(super) struct Gowin;

const NEXTPNR: Tool = Tool::named("nextpnr-himbaechel-gowin");
const GOWIN_PACK: Tool = Tool::named("gowin_pack");

/// What is packed: nextpnr's netlist after routing, with a network's contents.
const FILLED: &str = "top.json";
const BITSTREAM: &str = "top.fs";

/// How the option of a part begins that names its family to nextpnr and to gowin_pack.
const DEVICE_FAMILY: &str = "family=";

const RESOURCES: Resources = Resources {
    logic: "LUT4",
    ram: "BSRAM",
    plain: &[
        ("LUT4", "LUTs"),
        ("DFF", "flip-flops"),
        ("ALU", "carry cells"),
        ("MUX2_LUT5", "multiplexers of 5 inputs"),
        ("MUX2_LUT6", "multiplexers of 6 inputs"),
        ("MUX2_LUT7", "multiplexers of 7 inputs"),
        ("MUX2_LUT8", "multiplexers of 8 inputs"),
        ("BSRAM", "block RAMs"),
        ("IOB", "pins"),
        ("rPLL", "PLLs"),
        ("BUFG", "global buffers"),
        ("GSR", "global resets"),
        ("GND", "constants of 0"),
        ("VCC", "constants of 1"),
    ],
};

/// A row has 288 bits where a word has a multiple of nine, and 256 otherwise.
const BLOCK_RAM: BlockRam = BlockRam {
    is: |kind| ["SP", "SPX9", "SDPB", "SDPX9B", "DPB", "DPX9B", "SDP", "DP"].contains(&kind),
    bits: 18432,
    widths: &[36, 18, 9, 4, 2, 1],
    depth: |width| if width < 9 { 16384 / width } else { 18432 / width },
    rows: (64, 288),
    row: |row| format!("INIT_RAM_{row:02X}"),
    place: |width, word, bit| {
        let (flat, row) = (word * width + bit, if width < 9 { 256 } else { 288 });
        (flat / row, flat % row)
    },
};

const COSTS: Costs = Costs {
    logic: [764.09, 20.18, -108.97, -0.80, 3.57, 0.40, 36.36],
    events: [1079.33, 2.13, 1.12],
    neurons: 0.55,
    delay: (5.6, 0.05),
    event_delay: (5.9, 0.03, 7.6),
    links: (0.97, 1.03),
    memory: MemoryCosts {
        forms: &[(1, 16384), (2, 8192), (4, 4096), (9, 2048), (18, 1024), (36, 512)],
        byte: 9,
        cost: 128,
    },
};

/// The family as nextpnr and gowin_pack call it, from the options of a part.
fn device_family(flags: &[String]) -> &str {
    flags.iter().find_map(|flag| flag.strip_prefix(DEVICE_FAMILY)).unwrap_or_default()
}

impl Family for Gowin {
    fn name(&self) -> &'static str {
        "gowin"
    }

    fn one(&self) -> &'static str {
        "a Gowin FPGA"
    }

    fn tools(&self) -> &'static [Tool] {
        &[Tool::YOSYS, NEXTPNR, GOWIN_PACK]
    }

    fn synthesis(&self) -> &'static str {
        include_str!("synth.ys")
    }

    fn package(&self) -> (&'static str, &'static str) {
        ("--device", "[\"--device\", \"GW1NR-LV9QN88PC6/I5\", \"--vopt\", \"family=GW1N-9C\"]")
    }

    fn route(&self, routing: &Routing<'_>) -> (Tool, Vec<String>) {
        let mut args = routing.flags.to_vec();
        args.extend(["--vopt".to_owned(), format!("cst={}", routing.constraints)]);
        args.extend(common(routing));
        (NEXTPNR, args)
    }

    fn routed(&self) -> &'static str {
        ROUTED
    }

    fn packed(&self) -> &'static str {
        FILLED
    }

    fn no_pin(&self, pin: &str) -> String {
        format!("Pin {pin} not found")
    }

    fn bitstream(&self) -> &'static str {
        BITSTREAM
    }

    fn pack(&self, plan: &mut Plan, packing: &Packing<'_>) -> Result<(), FlowError> {
        let mut args = vec!["-d", device_family(packing.flags)];
        args.extend(packing.options.iter().map(String::as_str));
        args.extend(["-o", BITSTREAM, FILLED]);
        plan.step("pack", GOWIN_PACK, args)?;
        plan.product(BITSTREAM)
    }

    fn takes(&self, key: &str) -> bool {
        key == "pack"
    }

    fn resources(&self) -> &'static Resources {
        &RESOURCES
    }

    /// A LUT of fewer inputs takes the place of one of four.
    fn least_resources(&self, module: &Module) -> BTreeMap<&'static str, u64> {
        BTreeMap::from([
            (RESOURCES.logic, count(module, |kind| kind.starts_with("LUT"))),
            ("DFF", count(module, |kind| kind.starts_with("DFF"))),
            (RESOURCES.ram, count(module, BLOCK_RAM.is)),
        ])
    }

    fn block_ram(&self) -> &'static BlockRam {
        &BLOCK_RAM
    }

    fn swap(&self, routed: &Path, filled: &[Filled<'_>]) -> Result<Vec<u8>, FlowError> {
        ram::swap(routed, &BLOCK_RAM, filled)
    }

    fn costs(&self) -> &'static Costs {
        &COSTS
    }

    fn clock_of_crystal(&self, crystal: &Crystal<'_>, mhz: f64) -> Result<ClockCell, FlowError> {
        let setting = pll::Setting::find(crystal.mhz, mhz)?;
        let device = device_family(crystal.flags);
        let verilog = setting.verilog(crystal.port, crystal.mhz, device);
        Ok(ClockCell { verilog, locks: true, at_most: mhz })
    }

    fn read_pins(&self, text: &str, _: &str, _: &[String]) -> Result<Pins, Refused> {
        cst::read(text)
    }

    fn pin_line(&self, port: &str) -> String {
        format!("IO_LOC \"{port}\" PIN;")
    }

    fn library(&self) -> &'static str {
        "read_verilog -defer +/gowin/cells_sim.v\n"
    }

    fn models(&self) -> &'static str {
        include_str!("models.v")
    }

    fn unpacking_tools(&self) -> &'static [Tool] {
        &[Tool::YOSYS]
    }

    fn unpack(
        &self,
        unpacking: &Unpacking<'_>,
        _: &Tools,
    ) -> Result<(Source, &'static str), FlowError> {
        let device = routed::device(&unpacking.product.join(FILLED))?;
        let models = self.models().to_owned() + include_str!("routed.v");
        // gowin_unpack does not bring back what block RAMs hold.
        let made_from = "nextpnr's netlist after routing, as it was packed";
        Ok((Source { device, library: self.library(), models }, made_from))
    }

    fn cell_names(&self) -> &'static [&'static str] {
        &["_LUT", "_MUX2_", "_DFF", "_ALU_", "_IBUF", "_OBUF", "_SPX9", "_SDPX9B", "_DPX9B"]
    }

    /// Block RAM spans three tiles, to the right.
    fn tiles(&self) -> &'static Tiles {
        &Tiles { upwards: false, ram: (3, 1) }
    }

    /// `LUT3`, `DFF3` and `ALU3` are in the fourth of the eight places of a tile.
    fn kind(&self, cell: &str, site: &str) -> Kind {
        let place = || site.chars().last().and_then(|c| c.to_digit(10)).unwrap_or_default();
        match cell {
            "IBUF" | "OBUF" | "TBUF" | "IOBUF" => Kind::Pin,
            "rPLL" | "OSC" => Kind::Clock,
            ram if (BLOCK_RAM.is)(ram) => Kind::Ram,
            logic if ["LUT", "DFF", "ALU"].iter().any(|kind| logic.starts_with(kind)) => {
                Kind::Logic(place())
            }
            _ => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_told_by_its_type_and_its_site() {
        for (cell, site, kind) in [
            ("LUT2", "LUT7", Kind::Logic(7)),
            ("DFFRE", "DFF0", Kind::Logic(0)),
            ("ALU", "ALU5", Kind::Logic(5)),
            ("SDP", "BSRAM", Kind::Ram),
            ("MUX2_LUT5", "MUX4", Kind::Other),
            ("IBUF", "IOBA", Kind::Pin),
        ] {
            assert_eq!(Gowin.kind(cell, site), kind, "{cell}");
        }
    }
}
