//! Turning a build back: what is refused before any tool is started.

use std::path::Path;

use spikestream_flows::board::{self, Board};
use spikestream_flows::build::Places;
use spikestream_flows::proof::{self, Build, Level};
use spikestream_flows::run::manifest::Manifest;
use spikestream_flows::tool::Tool;

use crate::world::{FACTS, build, folder, icebreaker, shipped, told, tools};

/// A build of the small design, beside what its emitter would have written.
fn built(folder: &Path) {
    build(&["good"], folder).unwrap();
    emitted(folder, "module top; endmodule\n", FACTS);
}

fn emitted(folder: &Path, shape: &str, facts: &str) {
    std::fs::write(folder.join("shape.v"), shape).unwrap();
    std::fs::write(folder.join("memories.json"), "[]").unwrap();
    std::fs::write(folder.join("design.json"), facts).unwrap();
}

/// What proving a build is refused with; no tool is there that it could start.
fn refused(board: &Board, folder: &Path, level: Level) -> (&'static str, String) {
    let routed = folder.join("routed");
    let places = Places { routed: &routed, product: folder };
    let build = Build { board, places, command: "make it so" };
    told(&proof::device(&build, level, &tools(&["puzzled"], &[])).unwrap_err())
}

fn both(folder: &Path, code: &str, word: &str) {
    for level in [Level::Netlist, Level::Bitstream] {
        let (found, text) = refused(&icebreaker(), folder, level);
        assert_eq!(found, code, "{text}");
        assert!(text.contains(word) && text.contains("make it so"), "{text}");
    }
}

#[test]
fn what_was_not_built_is_refused() {
    let folder = folder();
    both(folder.path(), "flows::proof::not-built", "no finished build");
    built(folder.path());
    std::fs::remove_dir_all(folder.path().join("routed")).unwrap();
    both(folder.path(), "flows::proof::not-built", "routed");
}

#[test]
fn what_was_changed_is_refused() {
    let folder = folder();
    built(folder.path());
    let routed = Manifest::read(folder.path()).unwrap().routed.unwrap();
    let synthesis = Path::new("routed").join(routed.synthesis);
    for file in [Path::new("top.bin"), &synthesis.join("top.json")] {
        let path = folder.path().join(file);
        let sound = std::fs::read(&path).unwrap();
        std::fs::write(&path, [&sound[..], b"\n"].concat()).unwrap();
        both(folder.path(), "flows::proof::changed", file.file_name().unwrap().to_str().unwrap());
        std::fs::write(&path, sound).unwrap();
    }
}

#[test]
fn the_build_of_another_design_is_refused() {
    let folder = folder();
    built(folder.path());
    emitted(folder.path(), "module top; wire x; endmodule\n", FACTS);
    both(folder.path(), "flows::proof::stale", "shape");
    let other = FACTS.replace("\"net_hash\": \"00\"", "\"net_hash\": \"01\"");
    emitted(folder.path(), "module top; endmodule\n", &other);
    both(folder.path(), "flows::proof::stale", "network was toy (00), and now is toy (01)");
    let faster = FACTS.replace("\"baud\": 1000000", "\"baud\": 3000000");
    emitted(folder.path(), "module top; endmodule\n", &faster);
    both(folder.path(), "flows::proof::stale", "baud rate was 1000000, and now is 3000000");
}

#[test]
fn a_board_without_a_serial_port_is_refused() {
    let folder = folder();
    let board = board::load(&shipped(), "upduino").unwrap();
    let (code, text) = refused(&board, folder.path(), Level::Netlist);
    assert_eq!(code, "flows::proof::no-pins");
    assert!(text.contains("serial port") && text.contains("level rtl"), "{text}");
}

#[test]
fn a_bitstream_that_icebox_does_not_know_is_told_from_a_broken_tool() {
    let folder = folder();
    built(folder.path());
    let board = icebreaker();
    let places = Places { routed: &folder.path().join("routed"), product: folder.path() };
    let build = Build { board: &board, places, command: "make it so" };
    let tools = tools(
        &["puzzled", "good"],
        &[Tool::named("iceunpack"), Tool::named("icebox_vlog"), Tool::YOSYS],
    );
    let (code, text) = told(&proof::device(&build, Level::Bitstream, &tools).unwrap_err());
    assert_eq!(code, "flows::proof::unexplained");
    assert!(text.contains("UP5K") && text.contains("level netlist"), "{text}");
}
