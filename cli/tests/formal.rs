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

/// Every unit of the network and the board that are meant if nothing is said.
#[test]
fn the_engine_that_ships_is_proved() {
    let folder = tempfile::tempdir().unwrap();
    let said = verify(&["--out", &folder.path().display().to_string()], &[]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let begins = "digits on icebreaker, 12 lanes, schedule events";
    assert!(said.stdout.starts_with(begins), "{}", said.stdout);
    for unit in ["neuron ", "sums ", "scan ", "noise ", "readout "] {
        let line = said.stdout.lines().find(|line| line.starts_with(unit));
        assert!(line.is_some(), "{unit}: {}", said.stdout);
    }
    let report = folder.path().join("digits/icebreaker/verify-formal.json");
    let report = std::fs::read_to_string(report).unwrap();
    assert!(report.contains("\"level\": \"formal\"") && report.contains("\"readout\""), "{report}");
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
