//! Boards: their files, their pins, and the tables of what they are made of.

use std::path::PathBuf;
use std::sync::OnceLock;

use spikestream_flows::board::constraints::Constraints;
use spikestream_flows::board::{self, Board, Folders};
use spikestream_fuzz::{Given, Refusal};

use crate::{files, of_flows, root};

fn folders(own: Option<PathBuf>) -> Result<Folders, Refusal> {
    Folders::with(root(), own).map_err(of_flows)
}

pub(crate) fn boards() -> Vec<Vec<u8>> {
    files("boards", "toml")
}

pub(crate) fn board(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("own/mine.toml");
    let board = board::load(&folders(Some(given.folder.join("own")))?, "mine").map_err(of_flows)?;
    assert!(!board.programmers.is_empty() && board.clock.run_mhz > 0.0);
    Ok(())
}

fn shipped(name: &str) -> &'static Board {
    static BOARDS: OnceLock<[Board; 3]> = OnceLock::new();
    let all = BOARDS.get_or_init(|| {
        ["icebreaker", "ulx3s-85f", "tangnano9k"]
            .map(|name| board::load(&folders(None).unwrap(), name).unwrap())
    });
    all.iter().find(|board| board.name == name).unwrap()
}

pub(crate) fn pcfs() -> Vec<Vec<u8>> {
    let mut all = files("constraints", "pcf");
    all.extend(files("flows/tests/boards", "pcf"));
    all
}

pub(crate) fn lpfs() -> Vec<Vec<u8>> {
    let mut all = files("constraints", "lpf");
    all.extend(files("flows/tests/boards", "lpf"));
    all
}

pub(crate) fn csts() -> Vec<Vec<u8>> {
    files("constraints", "cst")
}

/// What is read is the same when its text is written and read again.
fn pins(given: &Given<'_>, name: &str, board: &str) -> Result<(), Refusal> {
    let Board { part, clock, .. } = shipped(board);
    let read = |path: PathBuf| Constraints::read(&path, part, clock);
    let constraints = read(given.file(name)).map_err(of_flows)?;
    let again = read(given.lay(&format!("again-{name}"), constraints.text.as_bytes())).unwrap();
    assert_eq!((again.text, again.pins), (constraints.text, constraints.pins));
    Ok(())
}

pub(crate) fn pcf(given: &Given<'_>) -> Result<(), Refusal> {
    pins(given, "pins.pcf", "icebreaker")
}

pub(crate) fn lpf(given: &Given<'_>) -> Result<(), Refusal> {
    pins(given, "pins.lpf", "ulx3s-85f")
}

pub(crate) fn cst(given: &Given<'_>) -> Result<(), Refusal> {
    pins(given, "pins.cst", "tangnano9k")
}

/// The shipped rows under other names, since one that ships may not be named again.
fn renamed(table: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(root().join("flows").join(table)).unwrap();
    text.replace("\n[", "\n[my-").into_bytes()
}

pub(crate) fn parts_files() -> Vec<Vec<u8>> {
    vec![renamed("parts.toml")]
}

pub(crate) fn parts(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("tables/parts.toml");
    folders(Some(given.folder.join("tables"))).map(drop)
}

pub(crate) fn programmers_files() -> Vec<Vec<u8>> {
    vec![renamed("programmers.toml")]
}

pub(crate) fn programmers(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("rows/programmers.toml");
    folders(Some(given.folder.join("rows"))).map(drop)
}
