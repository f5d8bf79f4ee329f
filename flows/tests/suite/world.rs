//! What the tests share: a temporary folder, and an environment in which PATH holds fakes.

use std::path::{Path, PathBuf};

use spikestream_flows::FlowError;
use spikestream_flows::board::{self, Board, Folders};
use spikestream_flows::build::Places;
use spikestream_flows::build::design::Design;
use spikestream_flows::build::report::Report;
use spikestream_flows::contents::Memory;
use spikestream_flows::net::Identity;
use spikestream_flows::run;
use spikestream_flows::run::manifest::Manifest;
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::tool::{Tool, Tools};
use spikestream_report::page;
use tempfile::TempDir;

/// The folder of this crate.
pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of fake tools.
pub(crate) fn fakes(kind: &str) -> PathBuf {
    here().join("fake-tools").join(kind)
}

/// An environment with these kinds of fakes on PATH, first wins, and a cache folder of its own.
pub(crate) fn environment(kinds: &[&str], cache: &Path) -> Environment {
    let folders = kinds.iter().map(|kind| fakes(kind));
    Environment {
        path: std::env::join_paths(folders).unwrap(),
        cache: Some(cache.to_path_buf()),
        ..Environment::default()
    }
}

/// Tools from these kinds of fakes.
pub(crate) fn tools(kinds: &[&str], wanted: &[Tool]) -> Tools {
    Tools::locate_in(&environment(kinds, Path::new("/nonexistent")), wanted).unwrap()
}

/// The folders of boards and constraints that ship.
pub(crate) fn shipped() -> Folders {
    Folders::with(here().parent().unwrap(), None).unwrap()
}

/// The iCEBreaker.
pub(crate) fn icebreaker() -> Board {
    board::load(&shipped(), "icebreaker").unwrap()
}

/// What the emitter says of the small design.
pub(crate) const FACTS: &str = r#"{ "top": "top", "net": "toy", "net_hash": "00", "lanes": 64,
        "schedule": "planes", "board_clock_hz": 24000000, "baud": 1000000, "request_bytes": 70,
        "reply_bytes": 54, "cycles_per_image": 1200,
        "weight_memories": ["weights"], "weight_bits": 4096 }"#;

/// The network of the small design.
pub(crate) fn toy() -> Identity {
    Identity { name: "toy".to_owned(), hash: "00".to_owned() }
}

/// A small design for a board: one memory of two words, which the fake netlist has.
pub(crate) fn design(board: &Board) -> Design<'_> {
    let memory = Memory {
        name: "engine.weights".to_owned(),
        width: 16,
        shape: vec![0x8001, 0x7ffe],
        contents: vec![0x1234, 0x5678],
    };
    Design {
        board,
        shape: b"module top; endmodule\n".to_vec(),
        memories: vec![memory],
        facts: serde_json::from_str(FACTS).unwrap(),
        image: None,
        seeds: vec![1],
        freq_mhz: board.clock.run_mhz,
    }
}

/// Builds the small design with these kinds of fakes.
pub(crate) fn build(kinds: &[&str], folder: &Path) -> Result<(Report, Manifest), FlowError> {
    let board = icebreaker();
    build_design(&design(&board), kinds, folder)
}

/// Builds a design for the iCEBreaker: the routed shape in a folder below that of the products.
pub(crate) fn build_design(
    design: &Design<'_>,
    kinds: &[&str],
    folder: &Path,
) -> Result<(Report, Manifest), FlowError> {
    let tools = tools(kinds, design.board.part.family.tools());
    page::build(design, &tools, Places { routed: &folder.join("routed"), product: folder })
}

/// Runs one test of this binary again in a process with these variables, each `NAME=VALUE`.
#[track_caller]
pub(crate) fn again_with(variables: &[&str], test: &str) {
    let this = std::env::current_exe().unwrap().display().to_string();
    let args = variables.iter().copied().chain([this.as_str(), "--exact", test]);
    let said = run::capture(Path::new("/usr/bin/env"), args).unwrap();
    assert!(said.stdout.contains("test result: ok. 1 passed"), "{}{}", said.stdout, said.stderr);
}

/// A temporary folder.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The code of an error, and its whole text.
pub(crate) fn told(error: &FlowError) -> (&'static str, String) {
    (error.code(), format!("{error}\n{}", error.remedy()))
}

/// How many lines a file has; none if it is not there.
pub(crate) fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

/// Compares with a golden file, or renews it when UPDATE_GOLDEN is set.
#[track_caller]
pub(crate) fn golden(path: &Path, found: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, found).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, expected, "{} (renew with UPDATE_GOLDEN=1)", path.display());
}
