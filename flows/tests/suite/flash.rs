//! Flashing: only the right bitstream, and trouble told for what it is.

use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::program::{self, Checked};
use spikestream_flows::tool::Tool;
use tempfile::TempDir;

use crate::world::{build, folder, icebreaker, told, tools};

/// A folder with a finished build in it.
fn built() -> (TempDir, Checked) {
    let folder = folder();
    build(&["good"], folder.path()).unwrap();
    let checked = program::check(&folder.path().join("top.bin"), &icebreaker()).unwrap();
    (folder, checked)
}

fn refusal(bitstream: &Path) -> (&'static str, String) {
    told(&program::check(bitstream, &icebreaker()).unwrap_err())
}

#[test]
fn starts_the_programmer_with_the_bitstream() {
    let (folder, checked) = built();
    let bitstream = folder.path().join("top.bin");
    let shown = bitstream.display().to_string();
    assert_eq!(program::command(&checked, &icebreaker()), format!("iceprog {shown}"));
    let tools = tools(&["good"], &[Tool::Iceprog]);
    program::flash(&checked, &icebreaker(), &tools, Path::new("/nonexistent")).unwrap();
    let argv = std::fs::read_to_string(folder.path().join("iceprog.argv")).unwrap();
    assert_eq!(argv.trim(), shown);
}

#[test]
fn refuses_what_is_not_there() {
    let folder = folder();
    let (code, text) = refusal(&folder.path().join("top.bin"));
    assert_eq!(code, "flows::program::no-bitstream");
    assert!(text.contains("cargo xtask synth --board icebreaker"), "{text}");
}

#[test]
fn refuses_a_bitstream_made_for_another_board() {
    let (folder, checked) = built();
    let mut report = checked.report;
    report.board = "upduino".to_owned();
    report.write(folder.path()).unwrap();
    let (code, text) = refusal(&folder.path().join("top.bin"));
    assert_eq!(code, "flows::program::other-board");
    assert!(text.contains("`upduino`") && text.contains("`icebreaker`"), "{text}");
}

#[test]
fn refuses_a_bitstream_that_was_changed_or_cut_short() {
    let (folder, _) = built();
    std::fs::write(folder.path().join("top.bin"), "half").unwrap();
    assert_eq!(refusal(&folder.path().join("top.bin")).0, "flows::program::changed-bitstream");
}

fn failure(kind: &str, usb: &Path) -> FlowError {
    let (_folder, checked) = built();
    let tools = tools(&[kind], &[Tool::Iceprog]);
    program::flash(&checked, &icebreaker(), &tools, usb).unwrap_err()
}

#[test]
fn no_board_is_told_from_no_permission() {
    let usb = folder();
    let (code, text) = told(&failure("no-device", usb.path()));
    assert_eq!(code, "flows::program::no-device");
    assert!(text.contains("0403:6010"), "{text}");

    // iceprog says the same of a board that is there and may not be opened.
    let device = usb.path().join("1-1");
    std::fs::create_dir(&device).unwrap();
    std::fs::write(device.join("idVendor"), "0403\n").unwrap();
    std::fs::write(device.join("idProduct"), "6010\n").unwrap();
    let (code, text) = told(&failure("no-device", usb.path()));
    assert_eq!(code, "flows::program::permission");
    assert!(text.contains("udev") && text.contains("6010"), "{text}");

    assert_eq!(failure("no-permission", usb.path()).code(), "flows::program::permission");
}
