//! `verify --level formal` as its users type it.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;
use std::process::Stdio;

use spikestream_flows::run::{Captured, Stage, stage_to};

fn verify(words: &[&str], env: &[(&str, &str)]) -> Captured {
    let text = |word: &&str| (*word).to_owned();
    let stage = Stage {
        name: "verify".to_owned(),
        program: env!("CARGO_BIN_EXE_spikestream").into(),
        args: ["verify", "--level", "formal"].iter().chain(words).map(text).collect(),
        env: env.iter().map(|(name, value)| (text(name), text(value))).collect(),
        folder: Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned(),
    };
    stage_to(Stdio::piped(), &stage).unwrap()
}

/// Every unit, of each way to sum.
#[test]
fn the_engines_that_ship_are_proved() {
    let prove = |net: &str, board: &str, engine: &str, units: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().display().to_string();
        let said = verify(&["--net", net, "--board", board, "--out", &out], &[]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        let begins = format!("{net} on {board}, {engine}");
        assert!(said.stdout.starts_with(&begins), "{}", said.stdout);
        for unit in units {
            let line = said.stdout.lines().find(|line| line.starts_with(unit));
            assert!(line.is_some(), "{unit}: {}", said.stdout);
        }
        let report = folder.path().join(net).join(board).join("verify-formal.json");
        let report = std::fs::read_to_string(report).unwrap();
        assert!(report.contains("\"level\": \"formal\""), "{report}");
        assert!(report.contains("\"readout\""), "{report}");
    };
    let all = ["neuron ", "noise ", "readout "];
    let events = [&all[..], &["sums ", "scan "]].concat();
    prove("digits", "icebreaker", "12 lanes, schedule events", &events);
    let planes = [&all[..], &["dot product ", "ruler ", "encoder "]].concat();
    prove("digits-tiny", "icestick", "32 lanes, schedule planes", &planes);
}

#[test]
fn what_it_cannot_use_is_told() {
    let said = verify(&["--images", "3"], &[]);
    assert_ne!(said.code, Some(0));
    assert!(said.stderr.contains("sim::formal::option"), "{}", said.stderr);
    let said = verify(&[], &[("Z3", "/nowhere/z3")]);
    assert_ne!(said.code, Some(0));
    assert!(said.stderr.contains("flows::tool::") && said.stderr.contains("z3"), "{}", said.stderr);
    assert!(said.stderr.contains("help: "), "{}", said.stderr);
}
