//! The iCE40 flow: its command lines against the golden ones, its gates, its report.

use std::path::Path;

use spikestream_flows::board;
use spikestream_flows::ice40;
use spikestream_flows::report::Report;
use spikestream_flows::script;
use spikestream_flows::wrapper;

use crate::world::{build, design, folder, here, icebreaker, lines, shipped, told, tools};

/// Compares with a golden file, or renews it when UPDATE_GOLDEN is set.
#[track_caller]
fn golden(path: &Path, found: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, found).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, expected, "{} (renew with UPDATE_GOLDEN=1)", path.display());
}

#[test]
fn every_board_has_its_golden_script() {
    for name in shipped().names() {
        let board = board::load(&shipped(), &name).unwrap();
        let plan = ice40::plan(&design(&board)).unwrap();
        let tools = tools(&["good"], &ice40::TOOLS);
        let folder = here().join("golden").join(&name);
        golden(&folder.join("run.sh"), &script::script(&plan, &tools).unwrap());
        let synthesis = String::from_utf8(plan.files()["top.ys"].clone()).unwrap();
        golden(&folder.join("top.ys"), &synthesis);
        let wrapper = String::from_utf8(plan.files()["board.v"].clone()).unwrap();
        golden(&folder.join("board.v"), &wrapper);
    }
}

#[test]
fn reports_what_was_built() {
    let folder = folder();
    let (report, manifest) = build(&["good"], folder.path()).unwrap();
    assert_eq!((report.board.as_str(), report.net.as_str()), ("icebreaker", "toy"));
    assert_eq!(report.utilization["ICESTORM_RAM"].used, 1);
    assert!((report.fmax["clk"].achieved - 31.5).abs() < 1e-9, "the clock under its port's name");
    assert!((report.latency_us - 50.0).abs() < 1e-9, "1200 cycles at 24 MHz");
    assert_eq!(report.sha256, manifest.products["top.bin"]);
    assert_eq!(Report::read(folder.path()).unwrap(), report);

    let (again, manifest) = build(&["good"], folder.path()).unwrap();
    assert!(manifest.unchanged);
    assert_eq!(again, report);
    assert_eq!(lines(&folder.path().join("nextpnr-ice40.argv")), 1);
}

/// Builds with a fake that misbehaves; whatever happens, nothing may look finished afterwards.
fn refused(kind: &str) -> (&'static str, String) {
    let folder = folder();
    build(&["good"], folder.path()).unwrap();
    std::fs::remove_file(folder.path().join("top.bin")).unwrap();
    let error = build(&[kind, "good"], folder.path()).unwrap_err();
    for file in ["manifest.json", "report.json", "top.bin"] {
        assert!(!folder.path().join(file).exists(), "{kind} leaves {file}");
    }
    told(&error)
}

#[test]
fn a_missed_clock_stops_with_a_remedy() {
    let (code, text) = refused("slow");
    assert_eq!(code, "flows::timing::missed");
    assert!(text.contains("9.75") && text.contains("--freq 9"), "{text}");
}

#[test]
fn an_overfull_design_stops_before_place_and_route() {
    let (code, text) = refused("big");
    assert_eq!(code, "flows::fit::overfull");
    assert!(text.contains("6000 logic cells") && text.contains("720 too many"), "{text}");
    assert!(text.contains("--lanes"), "{text}");
}

#[test]
fn a_placement_out_of_room_says_by_how_much() {
    let (code, text) = refused("crowded");
    assert_eq!(code, "flows::fit::overfull");
    assert!(text.contains("6001 logic cells") && text.contains("721 too many"), "{text}");
}

#[test]
fn other_failures_stay_what_they_are() {
    assert_eq!(refused("failing").0, "flows::tool::failed");
    assert_eq!(refused("full-disk").0, "flows::run::unwritable");
    assert_eq!(refused("lazy").0, "flows::run::product-missing");
}

#[test]
fn a_latch_is_refused() {
    let (code, text) = refused("latch");
    assert_eq!(code, "flows::netlist::latch");
    assert!(text.contains("forgot"), "{text}");
}

#[test]
fn weights_outside_block_ram_are_refused() {
    let folder = folder();
    let board = crate::world::icebreaker();
    let tools = tools(&["good"], &ice40::TOOLS);
    let mut design = design(&board);
    design.facts.weight_memories = vec!["elsewhere".to_owned()];
    let (code, text) = told(&ice40::build(&design, &tools, folder.path()).unwrap_err());
    assert_eq!(code, "flows::netlist::weights-not-in-ram");
    assert!(text.contains("`elsewhere`"), "{text}");

    design.facts.weight_memories = vec!["weights".to_owned()];
    design.facts.weight_bits = 4097;
    let (code, _) = told(&ice40::build(&design, &tools, folder.path()).unwrap_err());
    assert_eq!(code, "flows::netlist::weights-not-in-ram", "one block RAM holds 4096 bits");
}

#[test]
fn a_port_without_a_pin_is_refused() {
    let folder = folder();
    let mut board = crate::world::icebreaker();
    board.constraints.pins.remove("button");
    let tools = tools(&["good"], &ice40::TOOLS);
    let error = ice40::build(&design(&board), &tools, folder.path()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::netlist::port-without-pin");
    assert!(text.contains("set_io button PIN"), "{text}");
}

#[test]
fn the_clock_is_the_crystals_or_the_plls() {
    let board = icebreaker();
    let with_pll = wrapper::verilog(&board, 24.0).unwrap();
    assert!(with_pll.contains("SB_PLL40_PAD") && with_pll.contains(".hold(~locked)"), "{with_pll}");
    let without = wrapper::verilog(&board, 12.0).unwrap();
    assert!(without.contains(".clk(clk)") && without.contains(".hold(1'b0)"), "{without}");
    assert!(!without.contains("SB_PLL40"), "{without}");
    assert_eq!(wrapper::verilog(&board, 5.0).unwrap_err().code(), "flows::timing::pll");
}
