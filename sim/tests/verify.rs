//! A verification as the program runs it: reports, faults, and designs that do not belong.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::{Path, PathBuf};

use spikestream::hardware::Shortcuts;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, example};
use spikestream_flows::base::digest;
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::fault::Fault;
use spikestream_sim::verify::{self, Built, Level, Request};

const OPTIONS: Options = Options {
    clock_hz: 12_000_000,
    baud: 1_000_000,
    lanes: 64,
    schedule: Schedule::Planes,
    loaded: None,
    multipliers: Multipliers::NONE,
    shortcuts: Shortcuts::NONE,
    led_active_low: true,
    button_active_low: true,
};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/digits")
}

/// A folder with the shipped network's design, its text changed by `change`.
fn emitted(name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    emitted_with(name, &OPTIONS, change)
}

fn emitted_with(name: &str, options: &Options, change: impl Fn(&str) -> String) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let built = Built::emit(&Net::load(&shipped()).unwrap(), options).unwrap();
    std::fs::write(folder.join("top.v"), change(&built.verilog)).unwrap();
    let json = serde_json::to_string(&built.design).unwrap();
    std::fs::write(folder.join("design.json"), json).unwrap();
    folder
}

fn request(level: Level, folder: &Path) -> Request {
    Request {
        net: shipped(),
        level,
        board_dir: folder.to_owned(),
        images: Some(4),
        pins: None,
        trace: None,
        data: None,
        device: None,
        port: None,
        out: folder.to_owned(),
    }
}

/// The fastest line that an iCEBreaker can have: eight cycles of 24 MHz a bit.
#[test]
fn a_faster_line_answers_as_the_golden_model_does() {
    let options = Options { clock_hz: 24_000_000, baud: 3_000_000, ..OPTIONS };
    let folder = emitted_with("faster", &options, str::to_owned);
    let report = verify::run(&request(Level::Rtl, &folder)).unwrap();
    assert!(report.agrees());
    assert_eq!(report.stages[1].device, "top through its pins");
    assert_eq!(report.stages[1].compared_values, 4 * 22);
}

#[test]
fn the_golden_model_reaches_the_accuracy_of_training() {
    let folder = emitted("golden", str::to_owned);
    let all = Request { images: None, ..request(Level::Golden, &folder) };
    let report = verify::run(&all).unwrap();
    assert!(report.agrees());
    assert_eq!((report.images, report.accuracy), (360, report.trained_accuracy));
    assert!(report.accuracy >= 0.97);
    let json = std::fs::read_to_string(folder.join("verify-golden.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["level"], &json["net"]), (&"golden".into(), &"digits".into()));
    assert_eq!(json["mismatched_values"], 0);
    assert!(json["first_mismatch"].is_null() && json["note"].is_null());
    assert!(!report.table().contains("note:"));
}

/// Levels agree on any weights: that they are not those that were judged is told beside.
#[test]
fn another_accuracy_than_the_recorded_one_is_told() {
    let folder = emitted("unlike", str::to_owned);
    let other = folder.join("net");
    let mut net = Net::load(&shipped()).unwrap();
    net.layers[0].weights.reverse();
    net.save(&other).unwrap();
    let some = Request { net: other, ..request(Level::Golden, &folder) };
    let report = verify::run(&Request { images: None, ..some.clone() }).unwrap();
    assert!(report.agrees() && report.accuracy < 0.5);
    let note = report.note.clone().unwrap();
    assert!(note.starts_with("net.toml records 98.61 % for these images"), "{note}");
    assert!(report.table().ends_with(&format!("note: {note}\n")));
    let json = std::fs::read_to_string(folder.join("verify-golden.json")).unwrap();
    assert!(json.contains("net.toml records 98.61 %"), "{json}");
    // Of a part of the images nothing is recorded.
    assert_eq!(verify::run(&some).unwrap().note, None);
}

#[test]
fn the_rust_hdl_engine_agrees() {
    let folder = emitted("hdl", str::to_owned);
    let waves = folder.join("start.vcd");
    let traced = Request { trace: Some(waves.clone()), ..request(Level::Hdl, &folder) };
    let report = verify::run(&traced).unwrap();
    assert!(report.agrees());
    // So that a report on another design is known as such.
    let verilog = digest::of_file(&folder.join("top.v")).unwrap();
    assert_eq!((report.design, report.bitstream), (Some(verilog), None));
    assert!(std::fs::read_to_string(waves).unwrap().contains("seen_membrane"));
}

#[test]
fn a_planted_fault_fails_with_its_place_and_waves() {
    let fault = Fault::SkippedLeak;
    let folder = emitted("fault", |verilog| fault.plant(verilog).unwrap());
    let waves = folder.join("fault.vcd");
    let traced = Request { trace: Some(waves.clone()), ..request(Level::Rtl, &folder) };
    let report = verify::run(&traced).unwrap();
    assert!(!report.agrees());
    assert!(report.mismatched_images > 0);
    let first = report.first_mismatch.as_ref().unwrap();
    assert_eq!((first.value.as_str(), first.layer), ("membrane", Some(0)));
    assert_eq!(first.waves.as_ref(), Some(&waves));
    assert!(report.table().contains("first mismatch, engine under verilator: image "));
    // The window holds the cycle, counted from the start that follows the 64 pixels.
    let text = std::fs::read_to_string(waves).unwrap();
    let time = format!("#{}\n", 2 * (64 + 1 + first.cycle));
    assert!(text.contains(&time), "{time} is not among the waves");
}

#[test]
fn the_engine_runs_all_and_the_pins_a_sample() {
    let folder = emitted("sample", str::to_owned);
    let sampled = Request { pins: Some(2), images: Some(5), ..request(Level::Rtl, &folder) };
    let report = verify::run(&sampled).unwrap();
    assert!(report.agrees());
    assert_eq!(report.stages.iter().map(|stage| stage.images).collect::<Vec<_>>(), [5, 2]);
    let json = std::fs::read_to_string(folder.join("verify-rtl.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["images"], &json["test_images"]), (&5.into(), &5.into()));
    assert_eq!((&json["stages"][1]["images"], &json["sample_seed"]), (&2.into(), &1.into()));
    assert!(report.table().contains("top through its pins: a sample, 2 of 5 images"));

    let many = Request { pins: Some(6), ..sampled.clone() };
    let no_pins = Request { pins: Some(2), ..request(Level::Hdl, &folder) };
    for wrong in [many, no_pins] {
        let error = verify::run(&wrong).unwrap_err();
        assert_eq!(error.code(), "sim::verify::option");
        assert!(error.to_string().starts_with("--pins: "), "{error}");
    }
}

#[test]
fn what_does_not_belong_is_refused() {
    let folder = emitted("other", str::to_owned);
    let other = folder.join("net");
    let mut net = example(&[64, 12, 10]);
    net.spec.provenance.data = "digits".into();
    net.save(&other).unwrap();
    let error = verify::run(&Request { net: other, ..request(Level::Rtl, &folder) }).unwrap_err();
    assert_eq!(error.code(), "sim::verify::design");
    let fst = Request { trace: Some(folder.join("x.fst")), ..request(Level::Rtl, &folder) };
    assert_eq!(verify::run(&fst).unwrap_err().code(), "sim::verify::option");
    let nowhere = Request { board_dir: folder.join("none"), ..request(Level::Hdl, &folder) };
    assert_eq!(verify::run(&nowhere).unwrap_err().code(), "sim::file::unreadable");
}
