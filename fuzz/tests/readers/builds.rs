//! What stages of a build leave for one another: memories, netlists, reports.

use std::sync::OnceLock;

use spikestream::hardware::Shortcuts;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, example};
use spikestream_flows::build::design;
use spikestream_flows::build::netlist as checks;
use spikestream_flows::build::report::{Report, Routed};
use spikestream_flows::contents::{self, Memory};
use spikestream_flows::family::{FAMILIES, Family};
use spikestream_flows::run::manifest::Manifest;
use spikestream_fuzz::{Given, Refusal};
use spikestream_hw::emit::{Emitted, Options, emit};
use spikestream_hw::neuron::Multipliers;
use spikestream_report::page::Verified;
use spikestream_sim::verify::Built;

use crate::{files, of_flows, of_sim, texts};

pub(crate) const OPTIONS: Options = Options {
    clock_hz: 1_000_000,
    baud: 125_000,
    lanes: 16,
    schedule: Schedule::Planes,
    loaded: None,
    multipliers: Multipliers::NONE,
    shortcuts: Shortcuts::NONE,
    led_active_low: true,
    button_active_low: true,
};

/// A small network, as it is emitted.
pub(crate) fn emitted() -> &'static (Net, Emitted) {
    static EMITTED: OnceLock<(Net, Emitted)> = OnceLock::new();
    EMITTED.get_or_init(|| {
        let net = example(&[4, 3, 2]);
        let emitted = emit(&net, &OPTIONS).unwrap();
        (net, emitted)
    })
}

pub(crate) fn memories_files() -> Vec<Vec<u8>> {
    let whole = serde_json::to_vec(&emitted().1.memories).unwrap();
    vec![SMALL.as_bytes().to_vec(), whole]
}

/// The memory of the block RAMs of [`netlists`].
const SMALL: &str = r#"[{ "name": "engine.weights", "width": 16, "shape": ["8001", "7ffe"],
    "contents": ["1234", "5678"] }]"#;

fn ice40() -> &'static dyn Family {
    FAMILIES.into_iter().find(|family| family.name() == "ice40").unwrap()
}

/// What is read also goes into a netlist, or is not to be found there.
pub(crate) fn memories(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("memories.json");
    let memories = design::read_memories(given.folder).map_err(of_flows)?;
    let netlist = given.lay("top.json", &netlists()[0]);
    match contents::fill_netlist(ice40(), &memories, &netlist) {
        Ok(filled) => assert!(serde_json::from_slice::<serde_json::Value>(&filled).is_ok()),
        Err(error) => assert_eq!(error.code(), "flows::contents::mapping", "{error}"),
    }
    Ok(())
}

pub(crate) fn designs() -> Vec<Vec<u8>> {
    vec![serde_json::to_vec_pretty(&emitted().1.design).unwrap()]
}

pub(crate) fn design(given: &Given<'_>) -> Result<(), Refusal> {
    given.lay("top.v", b"module top; endmodule\n");
    given.file("design.json");
    let built = Built::read(given.folder, &emitted().0).map_err(of_sim)?;
    assert!(built.clocks_per_bit() > 0 && built.max_cycles() > 0);
    Ok(())
}

pub(crate) fn netlists() -> Vec<Vec<u8>> {
    files("flows/fake-tools/good", "json").into_iter().rev().collect()
}

pub(crate) fn netlist(given: &Given<'_>) -> Result<(), Refusal> {
    let path = given.file("top.json");
    let module = checks::read(&path, "board").map_err(of_flows)?;
    let ice40 = ice40();
    checks::reject_latches(&module).map_err(of_flows)?;
    checks::ensure_weights_in_ram(&module, ice40.block_ram(), &["weights".into()], 4096)
        .map_err(of_flows)?;
    let memory = Memory {
        name: "engine.weights".to_owned(),
        width: 16,
        shape: vec![0x8001, 0x7ffe],
        contents: vec![0x1234, 0x5678],
    };
    contents::fill_netlist(ice40, &[memory], &path).map(drop).map_err(of_flows)
}

pub(crate) fn reports() -> Vec<Vec<u8>> {
    texts(&[
        r#"{ "board": "icebreaker", "part": "ice40up5k-sg48", "net": "toy", "net_hash": "00",
        "lanes": 64, "schedule": "planes", "seed": 1, "seeds": { "1": 29.5, "7": 30.25 },
        "utilization": { "ICESTORM_LC": { "used": 1200, "available": 5280 } },
        "fmax": { "clk": { "achieved": 29.5, "constraint": 24.0 } }, "clock_mhz": 24.0,
        "cycles_per_image": 1200, "latency_us": 50.0,
        "line": { "baud": 1000000, "request_us": 700.0, "engine_us": 50.0, "reply_us": 540.0 },
        "bitstream": "top.bin", "sha256": "00",
        "tools": { "yosys": { "version": "0.70", "origin": "path", "program": "yosys" } } }"#,
        r#"{"board":"a","part":"b","net":"c","net_hash":"d","lanes":1,"schedule":"stream","seed":0,
        "seeds":{},"utilization":{},"fmax":{},"clock_mhz":1e1,"cycles_per_image":1,"latency_us":0.1,
        "bitstream":"top.bit","sha256":"00","tools":{}}"#,
    ])
}

pub(crate) fn report(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("report.json");
    let report = Report::read(given.folder).map_err(of_flows)?;
    let again = given.folder.join("again");
    report.write(&again).unwrap();
    assert_eq!(Report::read(&again).unwrap(), report);
    let _ = report.spread();
    Ok(())
}

pub(crate) fn manifests() -> Vec<Vec<u8>> {
    texts(&[r#"{ "digest": "00", "tools": {}, "steps": [], "inputs": { "top.v": "00" },
        "products": { "top.bin": "11" } }"#])
}

/// A manifest that cannot be read is no manifest: the run is done again.
pub(crate) fn manifest(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("manifest.json");
    let Some(manifest) = Manifest::read(given.folder) else { return Ok(()) };
    let again = given.folder.join("again");
    manifest.write(&again).unwrap();
    let read = Manifest::read(&again);
    assert_eq!(format!("{read:?}"), format!("{:?}", Some(manifest)));
    Ok(())
}

pub(crate) fn verifications() -> Vec<Vec<u8>> {
    texts(&[
        r#"{ "net": "digits", "net_hash": "net", "design": "00", "bitstream": "11",
        "made_from": "top.bin", "level": "rtl", "images": 360, "accuracy": 0.9806,
        "mismatched_values": 0, "seconds": 1.5, "stages": [
        { "device": "golden", "compared_values": 3960, "mismatched_values": 0 },
        { "device": "rtl", "compared_values": 7920, "mismatched_values": 0 } ] }"#,
        r#"{"net_hash":"a","images":1,"accuracy":1,"mismatched_values":3,"seconds":0,"stages":[]}"#,
    ])
}

pub(crate) fn verification(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("verify-rtl.json");
    let verified = Verified::read(given.folder, "rtl").map_err(of_flows)?;
    // Adding them up must not overflow.
    let _ = verified.values();
    Ok(())
}

pub(crate) fn routed_files() -> Vec<Vec<u8>> {
    texts(&[r#"{ "fmax": { "clk$SB_IO_IN_$glb_clk": { "achieved": 29.5, "constraint": 24.0 } },
        "utilization": { "ICESTORM_LC": { "used": 1200, "available": 5280 } } }"#])
}

pub(crate) fn routed(given: &Given<'_>) -> Result<(), Refusal> {
    let routed = Routed::read(&given.file("report-1.json")).map_err(of_flows)?;
    assert!(!routed.fmax.is_empty() && !routed.slowest().is_nan());
    Ok(())
}
