//! What is counted of a netlist: the reference designs of `flows/energy.toml` again, whose toggles belong to their
//! published currents.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream_flows::board::part;
use spikestream_flows::energy::{self, Activity, Measured};
use spikestream_flows::family::switching::Class;
use spikestream_flows::proof::{COUNTED, Counted, Event, PORT};
use spikestream_flows::run::plan::Plan;
use spikestream_flows::run::{self, Options};
use spikestream_flows::tool::{Tool, Tools};
use spikestream_sim::build::{Builder, Source};
use spikestream_sim::dut::Dut;

/// Cycles that a reference design is run: whole periods of its small counters.
const CYCLES: u64 = 1 << 16;

/// What is counted of the reference design, with the product of its counters or without.
fn counted(product: bool) -> Activity {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("reference-{product}"));
    let tools = Tools::locate(&[Tool::YOSYS]).unwrap();
    let mut plan = Plan::default();
    plan.file("reference.v", include_str!("reference.v")).unwrap();
    let set = format!("chparam -set PRODUCT {} board", u8::from(product));
    let script = format!(
        "read_verilog reference.v; {set}; synth_ice40 -device u -top board -json netlist.json"
    );
    plan.step("synth", Tool::YOSYS, ["-q", "-p", &script]).unwrap();
    plan.product("netlist.json").unwrap();
    run::run(&plan, &tools, &folder.join("synthesis"), &Options::default()).unwrap();
    let netlist = std::fs::read(folder.join("synthesis/netlist.json")).unwrap();
    let family = part::find("ice40up5k-sg48").unwrap().family;
    let of = (family, family.switching().unwrap());
    let counted = Counted::new(of, &netlist, "clk", &tools, &folder.join("counted")).unwrap();
    let source =
        Source { verilog: &counted.verilog, top: COUNTED, clock: Some("clk"), waivers: None };
    let builder = Builder::locate(&folder.join("models")).unwrap();
    let mut model = builder.model(&source, false).unwrap();
    model.run(CYCLES + 1).unwrap();
    let port = model.port(PORT).unwrap();
    let mut words = vec![0; counted.counts.len()];
    model.peek(port, &mut words).unwrap();
    let counts = counted.counts.into_iter().zip(words.into_iter().map(|count| count as f64));
    Activity { cycles: CYCLES as f64, mhz: 12.0, counts: counts.collect(), cells: counted.cells }
}

fn cells(activity: &Activity, class: Class) -> u64 {
    activity.cells.iter().find(|(of, _)| *of == class).unwrap().1
}

fn published() -> Measured {
    energy::of(&part::find("ice40up5k-sg48").unwrap(), &[]).unwrap().0
}

/// As many logic cells as the measurer reports, about: 28 and 208. A counter of n bits changes `2 - 2^(1-n)` of its flip-flops a cycle.
#[test]
fn the_toggles_of_the_reference_designs_are_those_of_the_table() {
    let [alone, with] = [false, true].map(counted);
    assert_eq!([&alone, &with].map(|of| cells(of, Class::FlipFlop)), [24, 40]);
    let tables = [&alone, &with].map(|of| cells(of, Class::Table));
    assert!(tables[0].abs_diff(28) < 6 && tables[1].abs_diff(208) < 6, "{tables:?}");
    let changes = |of: &Activity, class| {
        let count = of.counts.iter().find(|(c, _)| c.class == class && c.event == Event::Toggle);
        count.unwrap().1 / of.cycles
    };
    let flip_flops = changes(&alone, Class::FlipFlop);
    assert!((flip_flops - 2.0).abs() < 1e-3, "{flip_flops}");
    let toggles = [alone.toggles_a_cycle(), with.toggles_a_cycle() - alone.toggles_a_cycle()];
    let table = published().toggles();
    for (counted, stated) in toggles.into_iter().zip(table) {
        assert!(
            (counted - stated).abs() < 0.01,
            "{toggles:?}, and the table has {table:?}: {with:?}"
        );
    }
}
