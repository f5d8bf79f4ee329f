//! Lattice iCE40: nextpnr-ice40 and icepack.

mod asc;
mod error;
mod icebox;
mod oscillator;
mod pads;
mod pcf;
mod pll;
mod routed;
mod switching;

use std::collections::BTreeMap;
use std::path::Path;

use spikestream::neuron::program::FACTOR_BITS;
use yosys_netlist_json::Module;

use super::clock::{ClockCell, Crystal};
use super::costs::{Costs, MemoryCosts};
use super::large::Large;
use super::multipliers::{Multipliers, Registered};
use super::pins::{Pins, Refused};
use super::plan::{Kind, Tiles};
use super::ram::{BlockRam, Filled};
use super::switching::Switching;
use super::unpack::{Device, Source, Unpacking, text};
use super::untimed::Untimed;
use super::{Family, Packing, Resources, Routing, common, count};
use crate::base::error::FlowError;
use crate::run::plan::Plan;
use crate::tool::{Tool, Tools};

/// See the module.
#[derive(Debug)]
pub(super) struct Ice40;

const NEXTPNR: Tool = Tool::named("nextpnr-ice40");
const ICEPACK: Tool = Tool::named("icepack");

const ROUTED: &str = "top.asc";
const BITSTREAM: &str = "top.bin";

const RESOURCES: Resources = Resources {
    logic: "ICESTORM_LC",
    ram: "ICESTORM_RAM",
    plain: &[
        ("ICESTORM_LC", "logic cells"),
        ("ICESTORM_RAM", "block RAMs"),
        ("SB_IO", "pins"),
        ("SB_GB", "global buffers"),
        ("ICESTORM_DSP", "multipliers"),
        ("ICESTORM_SPRAM", "single-port RAMs"),
        ("ICESTORM_PLL", "PLLs"),
        ("ICESTORM_HFOSC", "oscillators"),
    ],
};

/// The four single-port RAMs of the UltraPlus, side by side. nextpnr takes an input of one to be needed 0.1 ns before the
/// edge of the clock and an output to be there 0.1 ns behind it; by Project IceStorm's table
/// (`icefuzz/timings_up5k.txt`) it is 0.404 ns at most, and 1.821. They run at 70 MHz (FPGA-DS-02008).
const LARGE: Large = Large {
    resource: "ICESTORM_SPRAM",
    cell: "SB_SPRAM256KA",
    count: 4,
    verilog: include_str!("spram.v"),
    loader: 380.0,
    untimed: Untimed { at_most_mhz: 70.0, late_ns: 1.721 },
};

/// Those of the UltraPlus. nextpnr takes every input of one to be needed 0.1 ns before the edge of the clock and every
/// output to be there 0.1 ns behind it, with registers inside and without. With them the first is more than Project
/// IceStorm's table has (`icefuzz/timings_up5k.txt`: at most 0.011 ns for A and B), and the second less (at most
/// 1.601 ns, over all ways of using one). From register to register a product of 16 by 16 bits that bypasses the
/// registers between its parts runs at 50 MHz (FPGA-DS-02008, sysDSP Timing).
const MULTIPLIERS: Multipliers = Multipliers {
    resource: "ICESTORM_DSP",
    bits: FACTOR_BITS,
    registered: Some(Registered {
        cell: "SB_MAC16",
        verilog: include_str!("multiplier.v"),
        registers: &["A_REG", "B_REG", "PIPELINE_16x16_MULT_REG2"],
        untimed: Untimed { at_most_mhz: 50.0, late_ns: 1.51 },
    }),
};

const BLOCK_RAM: BlockRam = BlockRam {
    is: |kind| kind.starts_with("SB_RAM40") || kind == "ICESTORM_RAM",
    bits: 4096,
    widths: &[16, 8, 4, 2],
    depth: |width| 4096 / width,
    rows: (16, 256),
    row: |row| format!("INIT_{row:X}"),
    place,
};

const COSTS: Costs = Costs {
    logic: [409.48, 7.71, 12.95, 5.64, 4.35, 0.66, 20.99],
    events: [1062.37, 2.94, 1.08],
    neurons: 1.1,
    delay: (11.1, 0.028),
    event_delay: (9.3, 0.0, 9.4),
    links: (1.13, 1.16),
    memory: MemoryCosts { forms: &[(2, 2048), (4, 1024), (8, 512), (16, 256)], byte: 1, cost: 64 },
};

/// Sixteen bits of a row are one word of the widest kind, with their numbers reversed, so that a narrower
/// word lies in every second, fourth or eighth.
fn place(width: usize, word: usize, bit: usize) -> (usize, usize) {
    let flat = word * width + bit;
    let low = (flat as u8 & 15).reverse_bits() >> 4;
    (flat >> 8, flat & 0xf0 | usize::from(low))
}

impl Family for Ice40 {
    fn name(&self) -> &'static str {
        "ice40"
    }

    fn one(&self) -> &'static str {
        "an iCE40"
    }

    fn tools(&self) -> &'static [Tool] {
        &[Tool::YOSYS, NEXTPNR, ICEPACK]
    }

    fn synthesis(&self) -> &'static str {
        include_str!("synth.ys")
    }

    fn package(&self) -> (&'static str, &'static str) {
        ("--package", "[\"--up5k\", \"--package\", \"sg48\"]")
    }

    fn route(&self, routing: &Routing<'_>) -> (Tool, Vec<String>) {
        let mut args = routing.flags.to_vec();
        args.extend(["--pcf".to_owned(), routing.constraints.to_owned()]);
        args.extend(["--asc".to_owned(), ROUTED.to_owned()]);
        args.extend(common(routing));
        (NEXTPNR, args)
    }

    fn routed(&self) -> &'static str {
        ROUTED
    }

    fn no_pin(&self, pin: &str) -> String {
        format!("package does not have a pin named '{pin}'")
    }

    fn bitstream(&self) -> &'static str {
        BITSTREAM
    }

    fn pack(&self, plan: &mut Plan, _: &Packing<'_>) -> Result<(), FlowError> {
        plan.step("pack", ICEPACK, [ROUTED, BITSTREAM])?;
        plan.product(BITSTREAM)
    }

    fn takes(&self, key: &str) -> bool {
        ["pll", "oscillator"].contains(&key)
    }

    fn resources(&self) -> &'static Resources {
        &RESOURCES
    }

    fn multipliers(&self) -> Option<&'static Multipliers> {
        Some(&MULTIPLIERS)
    }

    fn large(&self) -> Option<&'static Large> {
        Some(&LARGE)
    }

    /// A logic cell holds one LUT, one flip-flop and one carry at best, so the largest of the three
    /// counts is a lower bound.
    fn least_resources(&self, module: &Module) -> BTreeMap<&'static str, u64> {
        let luts = count(module, |kind| kind == "SB_LUT4");
        let flip_flops = count(module, |kind| kind.starts_with("SB_DFF"));
        let carries = count(module, |kind| kind == "SB_CARRY");
        let rams = count(module, BLOCK_RAM.is);
        BTreeMap::from([
            (RESOURCES.logic, luts.max(flip_flops).max(carries)),
            (RESOURCES.ram, rams),
            (MULTIPLIERS.resource, count(module, |kind| kind == "SB_MAC16")),
            (LARGE.resource, count(module, |kind| kind == LARGE.cell)),
        ])
    }

    fn block_ram(&self) -> &'static BlockRam {
        &BLOCK_RAM
    }

    fn swap(&self, routed: &Path, filled: &[Filled<'_>]) -> Result<Vec<u8>, FlowError> {
        Ok(asc::swap(routed, &text(routed)?, filled)?.into_bytes())
    }

    fn costs(&self) -> &'static Costs {
        &COSTS
    }

    fn clock_of_crystal(&self, crystal: &Crystal<'_>, mhz: f64) -> Result<ClockCell, FlowError> {
        let setting = pll::Setting::find(crystal.mhz, mhz)?;
        pads::ensure(crystal)?;
        let verilog = setting.verilog(crystal.port, crystal.input);
        Ok(ClockCell { verilog, locks: true, at_most: mhz })
    }

    fn clock_of_oscillator(&self, mhz: f64) -> Option<Result<ClockCell, FlowError>> {
        Some(oscillator::clock(mhz))
    }

    fn switching(&self) -> Option<&'static [Switching]> {
        Some(switching::SWITCHING)
    }

    fn read_pins(&self, text: &str, part: &str, flags: &[String]) -> Result<Pins, Refused> {
        pcf::read(text, part, flags)
    }

    fn pin_line(&self, port: &str) -> String {
        format!("set_io {port} PIN")
    }

    fn library(&self) -> &'static str {
        "read_verilog -defer +/ice40/cells_sim.v\n"
    }

    fn models(&self) -> &'static str {
        include_str!("models.v")
    }

    fn unpacking_tools(&self) -> &'static [Tool] {
        &icebox::TOOLS
    }

    fn unpack(
        &self,
        unpacking: &Unpacking<'_>,
        tools: &Tools,
    ) -> Result<(Source, &'static str), FlowError> {
        // icebox knows the wires to a single-port RAM and to a multiplier, and not what they do.
        let routed = text(&unpacking.routing.join(super::ROUTED))?;
        if [LARGE.resource, MULTIPLIERS.resource].iter().any(|kind| routed.contains(kind)) {
            let device = Device::Netlist(routed::netlist(unpacking, tools)?);
            let from = "nextpnr's netlist after routing, of which every bit is in the bitstream";
            return Ok((Source::of(self, device), from));
        }
        let verilog = icebox::verilog(unpacking, tools)?;
        Ok((Source::of(self, Device::Verilog(verilog)), "the bitstream, unpacked"))
    }

    fn cell_names(&self) -> &'static [&'static str] {
        &["_SB_"]
    }

    /// Block RAM spans two tiles, upwards.
    fn tiles(&self) -> &'static Tiles {
        &Tiles { upwards: true, ram: (1, 2) }
    }

    fn kind(&self, cell: &str, site: &str) -> Kind {
        match cell {
            // `lc5` is the sixth of its tile.
            "ICESTORM_LC" => {
                Kind::Logic(site.chars().last().and_then(|c| c.to_digit(10)).unwrap_or_default())
            }
            "SB_IO" => Kind::Pin,
            "ICESTORM_PLL" | "ICESTORM_HFOSC" => Kind::Clock,
            "ICESTORM_RAM" => Kind::Ram,
            _ => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logic_cell_is_told_by_its_site() {
        let slots = ["lc0", "lc7"].map(|site| Ice40.kind("ICESTORM_LC", site));
        assert_eq!(slots, [Kind::Logic(0), Kind::Logic(7)]);
        assert_eq!(Ice40.kind("ICESTORM_RAM", "ram"), Kind::Ram);
    }
}
