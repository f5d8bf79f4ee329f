//! The module that a family has in the place of [`MULTIPLIER`], of whose cell Yosys has a model: it does what that says.

use spikestream::random::Random;
use spikestream_flows::family::{FAMILIES, Family};
use spikestream_flows::run::{self, Options, plan::Plan};
use spikestream_flows::tool::{Tool, Tools};
use spikestream_hw::neuron::MULTIPLIER;
use spikestream_sim::build::Source;
use spikestream_sim::dut::Dut;

use super::units::builder;

const ROWS: usize = 200_000;

/// The family's module down to expressions and flip-flops; none where it has none of its own.
fn made(family: &dyn Family) -> Option<String> {
    let registered = family.multipliers()?.registered.as_ref()?;
    let script = format!(
        "{}read_verilog multiplier.v\nhierarchy -simcheck -top multiplier\nproc\nflatten\nopt_clean -purge\n\
         rename multiplier made\nwrite_verilog -noattr flat.v\n",
        family.library()
    );
    let mut plan = Plan::default();
    plan.file("flatten.ys", script).unwrap();
    plan.file("multiplier.v", registered.verilog).unwrap();
    plan.step("flatten", Tool::YOSYS, ["-q", "-s", "flatten.ys"]).unwrap();
    plan.product("flat.v").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tools = Tools::locate(&[Tool::YOSYS]).unwrap();
    run::run(&plan, &tools, folder.path(), &Options::default()).unwrap();
    Some(std::fs::read_to_string(folder.path().join("flat.v")).unwrap())
}

/// Factors at their ends and anywhere, a new pair each cycle; a product comes two cycles behind its factors.
#[test]
fn the_multiplier_of_a_family_is_what_the_design_says() {
    let made: Vec<String> = FAMILIES.iter().filter_map(|family| made(*family)).collect();
    assert_eq!(made.len(), 1, "the iCE40's");
    for made in made {
        let ports = "input clock, input [15:0] a, input [15:0] b";
        let verilog = format!(
            "{MULTIPLIER}{made}module both({ports}, output [31:0] said, output [31:0] cell_);\n\
             multiplier one(.clock(clock), .a(a), .b(b), .product(said));\n\
             made other(.clock(clock), .a(a), .b(b), .product(cell_));\nendmodule\n"
        );
        let source = Source { verilog: &verilog, top: "both", clock: Some("clock"), waivers: None };
        let mut model =
            builder().model(&source, false).unwrap_or_else(|e| panic!("{}", e.render()));
        let [inputs, outputs] =
            [["a", "b"], ["said", "cell_"]].map(|names| names.map(|n| model.port(n).unwrap()));
        let mut random = Random::new(5);
        let rows: Vec<u64> = (0..2 * ROWS).map(|_| random.corner_value(16)).collect();
        let seen = model.play(&inputs, &outputs, ROWS, &rows).unwrap();
        for (cycle, factors) in rows.chunks_exact(2).enumerate().take(ROWS - 2) {
            let product = factors.iter().map(|&f| i32::from(f as u16 as i16)).product::<i32>();
            let came = &seen[2 * (cycle + 2)..][..2];
            assert_eq!(came, [u64::from(product as u32); 2], "{factors:x?} in cycle {cycle}");
        }
    }
}
