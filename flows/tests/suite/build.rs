//! The flow: its command lines against the golden ones, its gates, its report.

use spikestream::hardware::flash::Read;
use spikestream_flows::board;
use spikestream_flows::board::clocking;
use spikestream_flows::build::design::Design;
use spikestream_flows::build::report::Report;
use spikestream_flows::build::wrapper;
use spikestream_flows::build::{self, Places};
use spikestream_flows::run::script;
use spikestream_report::page;

use crate::world::{
    build, build_design, design, folder, golden, here, icebreaker, lines, shipped, told, tools,
};

/// Everything that a build of a board would write and start, without starting it.
#[test]
fn every_board_has_its_golden_scripts() {
    for name in shipped().names() {
        let board = board::load(&shipped(), &name).unwrap();
        let design = design(&board);
        let tools = tools(&["good"], board.part.family.tools());
        let folder = here().join("golden").join(&name);
        let synthesis = build::synthesis_plan(&design).unwrap();
        let routing = build::routing_plan(&design, b"netlist", 1).unwrap();
        let pack = build::pack_plan(&design, b"filled".to_vec()).unwrap();
        let script = |plan| script::script(plan, &tools).unwrap();
        let scripts = [&synthesis, &routing, &pack].map(script).join("\n");
        golden(&folder.join("run.sh"), &scripts);
        for file in ["top.ys", "board.v"] {
            let text = String::from_utf8(synthesis.files()[file].clone()).unwrap();
            golden(&folder.join(file), &text);
        }
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
    let routed = folder.path().join("routed").join(&manifest.routed.as_ref().unwrap().synthesis);
    assert_eq!(lines(&routed.join("24-mhz-seed-1/nextpnr-ice40.argv")), 1);
}

/// Builds with a fake that misbehaves; whatever happens, nothing may look finished afterwards.
fn refused(kind: &str) -> (&'static str, String) {
    let folder = folder();
    build(&["good"], folder.path()).unwrap();
    std::fs::remove_file(folder.path().join("top.bin")).unwrap();
    std::fs::remove_dir_all(folder.path().join("routed")).unwrap();
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
    assert!(text.contains("9.75") && text.contains("--seeds"), "{text}");
    assert!(!text.contains("--freq"), "no clock of the iCEBreaker is as slow: {text}");
}

/// A line of the constraints may ask for less than the build: the fake is content with 24 MHz.
#[test]
fn what_place_and_route_was_content_with_is_not_enough() {
    let (folder, board) = (folder(), icebreaker());
    let design = Design { freq_mhz: 33.0, ..design(&board) };
    let (code, text) = told(&build_design(&design, &["good"], folder.path()).unwrap_err());
    assert_eq!(code, "flows::timing::missed");
    assert!(text.contains("reaches 31.50 MHz and must run at 33.00 MHz"), "{text}");
}

#[test]
fn a_slower_clock_is_offered_only_if_the_board_has_it() {
    for (name, limit, expected) in [
        ("ulx3s-85f", 72.9, Some(62.5)),
        ("ulx3s-85f", 20.0, Some(12.5)),
        ("icebreaker", 29.8, Some(29.5)),
        ("icebreaker", 15.9, Some(12.0)),
        ("icebreaker", 9.75, None),
        ("upduino", 23.9, Some(12.0)),
        ("upduino", f64::NAN, None),
    ] {
        let board = board::load(&shipped(), name).unwrap();
        assert_eq!(clocking::fastest(&board, limit), expected, "{name} {limit}");
    }
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
fn a_pin_that_the_package_has_not_is_told_with_its_port() {
    let (code, text) = refused("no-pin");
    assert_eq!(code, "flows::route::pin-unknown");
    for word in ["ice40up5k-sg48 has no pin `9`", "icebreaker.pcf places `uart_tx`", "its package"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
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

/// Synthesis ends well, and its netlist has lost a driver.
#[test]
fn a_signal_that_nothing_drives_is_refused() {
    let (code, text) = refused("conflict");
    assert_eq!(code, "flows::netlist::undriven");
    assert!(text.contains("1 in all") && text.contains("`$abc$59972$o12107`"), "{text}");
}

#[test]
fn weights_outside_block_ram_are_refused() {
    let folder = folder();
    let board = crate::world::icebreaker();
    let mut design = design(&board);
    design.facts.weight_memories = vec!["elsewhere".to_owned()];
    let (code, text) = told(&build_design(&design, &["good"], folder.path()).unwrap_err());
    assert_eq!(code, "flows::netlist::weights-not-in-ram");
    assert!(text.contains("`elsewhere`"), "{text}");

    design.facts.weight_memories = vec!["weights".to_owned()];
    design.facts.weight_bits = 4097;
    let (code, _) = told(&build_design(&design, &["good"], folder.path()).unwrap_err());
    assert_eq!(code, "flows::netlist::weights-not-in-ram", "one block RAM holds 4096 bits");
}

#[test]
fn a_port_without_a_pin_is_refused() {
    let folder = folder();
    let mut board = crate::world::icebreaker();
    board.constraints.pins.remove("button");
    let error = build_design(&design(&board), &["good"], folder.path()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::netlist::port-without-pin");
    assert!(text.contains("set_io button PIN"), "{text}");
}

#[test]
fn the_network_s_contents_are_what_is_packed() {
    let folder = folder();
    build(&["good"], folder.path()).unwrap();
    let packed = std::fs::read_to_string(folder.path().join("top.bin")).unwrap();
    // The first row from its end: the bits of the two words, each reversed in fours of fours.
    let row = packed.lines().find(|line| line.len() == 64).unwrap();
    assert!(row.starts_with("000"), "{row}");
    assert_eq!(&row[56..], &swizzled(0x5678_1234));
    assert!(!packed.contains(&swizzled(0x7ffe_8001)), "{packed}");
}

/// The last eight digits of a row whose first two words are the halves of `words`.
fn swizzled(words: u32) -> String {
    let bit = |at: u32| words >> (at & !15 | (at & 15).reverse_bits() >> 28) & 1;
    format!("{:08x}", (0..32).fold(0, |sum, at| sum | bit(at) << at))
}

#[test]
fn a_shape_is_routed_once_for_all_its_networks() {
    let folder = folder();
    let board = icebreaker();
    let (first, _) = build(&["good"], &folder.path().join("a")).unwrap();
    let shape = folder.path().join("shape");
    let places = |net| Places { routed: &shape, product: net };
    let tools = tools(&["good"], board.part.family.tools());
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let (report, from) = page::build(&design(&board), &tools, places(&one)).unwrap();
    assert_eq!(report.sha256, first.sha256);
    let mut other = design(&board);
    other.memories[0].contents = vec![0x4321, 0x8765];
    let (report, manifest) = page::build(&other, &tools, places(&two)).unwrap();
    assert_ne!(report.sha256, first.sha256);
    assert_eq!(manifest.routed, from.routed);
    let synthesised = shape.join(&from.routed.unwrap().synthesis);
    assert_eq!(lines(&synthesised.join("yosys.argv")), 1);
    assert_eq!(lines(&synthesised.join("24-mhz-seed-1/nextpnr-ice40.argv")), 1);

    other.shape = b"module top; wire more; endmodule\n".to_vec();
    let (_, manifest) = page::build(&other, &tools, places(&two)).unwrap();
    assert_ne!(
        manifest.routed.unwrap().synthesis,
        synthesised.file_name().unwrap().to_str().unwrap()
    );
}

#[test]
fn contents_that_are_not_where_they_should_be_are_refused() {
    let board = icebreaker();
    let mut unlike = design(&board);
    unlike.memories[0].shape[1] = 0x7fff;
    let folder = folder();
    let (code, text) = told(&build_design(&unlike, &["good"], folder.path()).unwrap_err());
    assert_eq!(code, "flows::contents::mapping");
    assert!(text.contains("no part of it is in `core.engine.weights.0.0_RAM`"), "{text}");
    unlike.memories[0].shape = vec![0; 300];
    let (code, _) = told(&build_design(&unlike, &["good"], folder.path()).unwrap_err());
    assert_eq!(code, "flows::contents::mapping");
}

#[test]
fn the_fastest_of_many_seeds_is_taken() {
    let folder = folder();
    let board = icebreaker();
    let mut design = design(&board);
    // The sixth cannot be routed, which is no reason to lose the others.
    design.seeds = (1..=6).collect();
    let (report, manifest) = build_design(&design, &["seeds", "good"], folder.path()).unwrap();
    assert_eq!(report.seed, 3);
    assert_eq!(report.seeds.len(), 5);
    assert_eq!(report.spread(), (21.0, 27.0, 33.0));
    assert_eq!(manifest.routed.unwrap().routing, "24-mhz-seed-3");
    design.seeds = vec![1, 4];
    let (code, text) = told(&build_design(&design, &["seeds", "good"], folder.path()).unwrap_err());
    assert_eq!(code, "flows::timing::missed");
    assert!(text.contains("22.00") && text.contains("--seeds"), "{text}");
    design.seeds = vec![6, 7];
    let (code, text) = told(&build_design(&design, &["seeds", "good"], folder.path()).unwrap_err());
    assert_eq!(code, "flows::tool::failed");
    assert!(text.contains("no route"), "{text}");
}

#[test]
fn the_clock_is_the_crystals_or_the_plls() {
    let board = icebreaker();
    let with_pll = wrapper::verilog(&board, 24.0, false).unwrap();
    assert!(with_pll.contains("SB_PLL40_PAD") && with_pll.contains(".hold(~locked)"), "{with_pll}");
    let without = wrapper::verilog(&board, 12.0, false).unwrap();
    assert!(without.contains(".clk(clk)") && without.contains(".hold(1'b0)"), "{without}");
    assert!(!without.contains("SB_PLL40") && !without.contains("flash"), "{without}");
    let loaded = wrapper::verilog(&board, 12.0, true).unwrap();
    assert!(loaded.contains("    input flash_miso") && loaded.contains("    output flash_cs"));
    assert!(loaded.contains(".flash_sck(flash_sck)"), "{loaded}");
    let ports = |mosi: &str, drive: &str, read: &str| {
        let indent = "        ";
        format!(
            "{indent}.flash_mosi({mosi}),\n{indent}.flash_mosi_drive({drive}),\n{indent}.flash_mosi_in({read}),\n"
        )
    };
    let both = "    assign flash_mosi = flash_mosi_drive ? flash_mosi_out : 1'bz;";
    assert!(loaded.contains("    inout flash_mosi") && loaded.contains(both), "{loaded}");
    assert!(loaded.contains(&ports("flash_mosi_out", "flash_mosi_drive", "flash_mosi")));
    let mut single = board.clone();
    single.flash.as_mut().unwrap().read = Read::default();
    let single = wrapper::verilog(&single, 12.0, true).unwrap();
    assert!(single.contains("    output flash_mosi") && !single.contains("inout"), "{single}");
    assert!(single.contains(&ports("flash_mosi", "", "1'b1")), "{single}");
    assert_eq!(wrapper::verilog(&board, 5.0, false).unwrap_err().code(), "flows::timing::pll");
}
