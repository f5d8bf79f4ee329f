//! Builds and installations that are killed at random moments, with all that they have started: the next run
//! ends with the same files as one that was left alone.
//!
//! `SPIKESTREAM_KILLS` says how many of each, `SPIKESTREAM_SEED` which moments; `cargo xtask kills` sets both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use spikestream_flows::run::Stage;
use spikestream_flows::run::kill::{self, Ended, Moments};
use spikestream_flows::tool::{Tool, Tools};

use crate::world::{build, environment, folder};

/// The folder that a test of this binary works in, when it is started to be killed.
const PLACE: &str = "SPIKESTREAM_TEST_KILLED";

/// How often each is killed, unless told otherwise.
const KILLS: u64 = 20;

/// Starts with what it is told when nothing is.
const SEED: u64 = 1;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// One test of this binary, as a program that works in a folder.
fn stage(test: &str, place: &Path) -> Stage {
    Stage {
        name: test.to_owned(),
        program: std::env::current_exe().unwrap(),
        args: ["--exact", test].map(str::to_owned).to_vec(),
        env: vec![(PLACE.to_owned(), place.display().to_string())],
        folder: place.to_path_buf(),
    }
}

/// What lies in a folder, but for what tells of a run: logs, times, and which arguments the fakes were given.
fn content(place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![place.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let of_the_run = ["manifest.json", ".complete", "pip.env", "pip.requirements"];
            if path.is_symlink() {
                continue; // to the interpreter, or to a folder that is looked at by its own name
            }
            if path.is_dir() {
                folders.push(path);
            } else if !of_the_run.contains(&name.as_str())
                && ![".log", ".argv", ".lock"].iter().any(|end| name.ends_with(end))
            {
                let bytes = std::fs::read(&path).unwrap();
                found.insert(path.strip_prefix(place).unwrap().to_path_buf(), bytes);
            }
        }
    }
    found
}

/// Kills a test of this binary at random moments of its time; lets it finish after each.
#[allow(clippy::print_stdout)] // the counts are to be seen
fn killed_at_random(what: &str, test: &str) {
    let (kills, seed) = (number("SPIKESTREAM_KILLS", KILLS), number("SPIKESTREAM_SEED", SEED));
    let patience = Duration::from_secs(120);
    let whole = folder();
    let begin = Instant::now();
    assert_eq!(kill::after(&stage(test, whole.path()), patience).unwrap(), Ended::Before(true));
    let time = begin.elapsed();
    let expected = content(whole.path());
    assert!(expected.len() > 5, "{:?}", expected.keys());
    let (mut moments, mut killed, mut tries) = (Moments::of(seed), 0, 0);
    while killed < kills {
        let place = folder();
        let stage = stage(test, place.path());
        let moment = moments.next(time);
        killed += u64::from(kill::after(&stage, moment).unwrap() == Ended::Killed);
        tries += 1;
        assert!(tries < 4 * kills + 10, "{killed} of {tries} were killed in time");
        let again = kill::after(&stage, patience).unwrap();
        assert_eq!(again, Ended::Before(true), "after a kill at {moment:?}, seed {seed}");
        let found = content(place.path());
        let names = |all: &BTreeMap<PathBuf, _>| all.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(&expected), "after a kill at {moment:?}, seed {seed}");
        assert!(found == expected, "after a kill at {moment:?}, seed {seed}");
    }
    println!("{what}: {killed} kills within {time:?}, seed {seed}, 0 results apart");
}

#[test]
fn a_build_that_is_killed_ends_the_same_the_next_time() {
    killed_at_random("synth on fake tools", "kills::builds_where_it_is_told");
}

#[test]
fn an_installation_that_is_killed_ends_the_same_the_next_time() {
    killed_at_random("installation by a fake pip", "kills::installs_where_it_is_told");
}

/// Does nothing unless it is started to be killed.
#[test]
fn builds_where_it_is_told() {
    if let Some(place) = std::env::var_os(PLACE) {
        build(&["good"], Path::new(&place)).unwrap();
    }
}

/// Does nothing unless it is started to be killed.
#[test]
fn installs_where_it_is_told() {
    if let Some(place) = std::env::var_os(PLACE) {
        let environment = environment(&["python"], Path::new(&place));
        Tools::locate_in(&environment, &[Tool::YOSYS, Tool::VERILATOR]).unwrap();
    }
}
