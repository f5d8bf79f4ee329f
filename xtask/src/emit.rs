//! Emits the Verilog of a net for a board, unless what it is made from has not changed.
//!
//! Asking cargo costs most of a second even when there is nothing to build, so a stamp beside the
//! Verilog holds the hash of everything that goes into it: the sources of the emitter, the net,
//! the arguments.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use spikestream_flows::FlowError;
use spikestream_flows::base::{digest, files};
use spikestream_flows::board::{Board, hertz};
use spikestream_flows::estimate::{self, Choice, Schedule};

use crate::stages::EMIT;
use crate::workspace::{NetFolder, Workspace};

/// What the emitter writes.
const FILES: [&str; 4] = ["top.v", "shape.v", "memories.json", "design.json"];

/// How the engine is built.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Engine {
    pub(crate) lanes: u32,
    pub(crate) schedule: String,
    /// The clock it runs at, Hz.
    #[serde(rename = "board_clock_hz")]
    pub(crate) clock_hz: u64,
    /// Bits a second of its serial line.
    pub(crate) baud: u64,
}

/// The lanes that are taken where no number of them fits.
pub(crate) const LANES: u32 = 64;
/// The fast one.
pub(crate) const SCHEDULE: &str = "planes";

impl Engine {
    /// The engine to verify or simulate: the one that was last emitted into the folder, so that what
    /// is verified is what was built, or else the one that `synth` would build.
    pub(crate) fn to_simulate(net: &NetFolder, board: &Board, folder: &Path) -> Self {
        Self::last_in(folder).unwrap_or_else(|| Self::fitting(net, board))
    }

    fn fitting(net: &NetFolder, board: &Board) -> Self {
        let mhz = board.clock.run_mhz;
        let shape = estimate::read(&net.path, Schedule::Planes);
        let chosen = shape.and_then(|shape| {
            estimate::choose(&Choice { shape: &shape, board, lanes: None, mhz, others: &[] })
        });
        // What does not fit can be simulated all the same; a wrong net.toml is for the emitter to
        // complain of.
        let lanes = chosen.map_or(LANES, |estimate| estimate.lanes);
        let (schedule, clock_hz) = (SCHEDULE.to_owned(), hertz(mhz));
        Self { lanes, schedule, clock_hz, baud: board.baud() }
    }

    /// The same with a serial line of another rate, if one is asked for.
    pub(crate) fn with_baud(self, board: &Board, asked: Option<u64>) -> Result<Self, FlowError> {
        let Some(baud) = asked else { return Ok(self) };
        let baud = board.baud_at(Some(baud), self.clock_hz as f64 / 1e6)?;
        Ok(Self { baud, ..self })
    }

    pub(crate) fn last_in(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.join("design.json")).ok()?).ok()
    }
}

/// What was emitted from what.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    made_from: String,
    made: Vec<String>,
}

/// Emits `top.v` and `design.json` into `folder`.
pub(crate) fn run(
    workspace: &Workspace,
    net: &NetFolder,
    board: &Board,
    engine: &Engine,
    folder: &Path,
) -> Result<(), FlowError> {
    let args = arguments(net, board, engine, folder);
    let made_from = made_from(workspace, net, &args)?;
    let stamp_file = folder.join("emit.json");
    let last: Option<Stamp> =
        std::fs::read(&stamp_file).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if last.is_some_and(|last| last.made_from == made_from && Some(last.made) == made(folder)) {
        return Ok(());
    }
    files::make_folder(folder)?;
    files::remove(&stamp_file)?;
    EMIT.run(workspace, args)?;
    match made(folder) {
        Some(made) => files::write_json(&stamp_file, &Stamp { made_from, made }),
        None => Err(FlowError::Unreadable {
            path: folder.join(FILES[0]),
            reason: "the emitter did not write it".to_owned(),
        }),
    }
}

fn arguments(net: &NetFolder, board: &Board, engine: &Engine, folder: &Path) -> Vec<String> {
    let mut args = vec![
        "--net".to_owned(),
        net.path.display().to_string(),
        "--out".to_owned(),
        folder.display().to_string(),
        "--clock-hz".to_owned(),
        engine.clock_hz.to_string(),
        "--baud".to_owned(),
        engine.baud.to_string(),
        "--lanes".to_owned(),
        engine.lanes.to_string(),
        "--schedule".to_owned(),
        engine.schedule.clone(),
    ];
    let polarity = [
        (board.led_active_low, "--led-active-low"),
        (board.button_active_low, "--button-active-low"),
    ];
    args.extend(polarity.iter().filter(|(low, _)| *low).map(|(_, flag)| (*flag).to_owned()));
    args
}

/// The hash of everything that the emitted files follow from.
fn made_from(workspace: &Workspace, net: &NetFolder, args: &[String]) -> Result<String, FlowError> {
    let mut inputs = Vec::new();
    for folder in ["src", "hw"] {
        collect(&workspace.root.join(folder), &mut inputs)?;
    }
    inputs.extend(["Cargo.toml", "Cargo.lock"].map(|file| workspace.root.join(file)));
    inputs.extend(["net.toml", "weights.safetensors"].map(|file| net.path.join(file)));
    inputs.sort();
    let mut parts: Vec<Vec<u8>> = args.iter().map(|arg| arg.clone().into_bytes()).collect();
    for path in inputs {
        parts.push(path.display().to_string().into_bytes());
        // A file that is not there is for the emitter to complain of.
        parts.push(std::fs::read(&path).unwrap_or_default());
    }
    Ok(digest::of_parts(parts.iter().map(Vec::as_slice)))
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), FlowError> {
    let unreadable =
        |e: std::io::Error| FlowError::Unreadable { path: folder.into(), reason: e.to_string() };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}

/// The hashes of the emitted files, if all are there.
fn made(folder: &Path) -> Option<Vec<String>> {
    FILES.iter().map(|file| digest::of_file(&folder.join(file)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A net folder with this in its `net.toml`.
    fn net(folder: &Path, content: &str) -> NetFolder {
        std::fs::write(folder.join("net.toml"), content).unwrap();
        NetFolder { name: "toy".to_owned(), key: "toy".to_owned(), path: folder.to_path_buf() }
    }

    #[test]
    fn the_stamp_sees_the_net_and_the_arguments() {
        let workspace = Workspace::find().unwrap();
        let folder = std::env::temp_dir().join(format!("spikestream-emit-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let of = |content: &str, args: &[&str]| {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            made_from(&workspace, &net(&folder, content), &args).unwrap()
        };
        let base = of("a", &["--lanes", "64"]);
        assert_eq!(of("a", &["--lanes", "64"]), base);
        assert_ne!(of("b", &["--lanes", "64"]), base);
        assert_ne!(of("a", &["--lanes", "32"]), base);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_was_not_built_is_simulated_as_it_would_be() {
        let workspace = Workspace::find().unwrap();
        let nowhere = Path::new("nonexistent");
        for (net, board, lanes) in [("digits-tiny", "icestick", 32), ("digits", "icestick", LANES)]
        {
            let (net, board) = (workspace.net(net).unwrap(), workspace.board(board).unwrap());
            assert_eq!(Engine::to_simulate(&net, &board, nowhere).lanes, lanes);
        }
    }

    #[test]
    fn the_arguments_are_the_boards() {
        let workspace = Workspace::find().unwrap();
        let board = workspace.board("icebreaker").unwrap();
        let net = NetFolder { name: "toy".to_owned(), key: "toy".to_owned(), path: "toy".into() };
        let engine = Engine::to_simulate(&net, &board, Path::new("nonexistent"));
        let args = arguments(&net, &board, &engine, Path::new("out")).join(" ");
        assert_eq!(
            args,
            "--net toy --out out --clock-hz 24000000 --baud 1000000 --lanes 64 --schedule planes \
             --led-active-low --button-active-low"
        );
        let engine = engine.with_baud(&board, Some(3_000_000)).unwrap();
        assert!(arguments(&net, &board, &engine, Path::new("out")).contains(&"3000000".to_owned()));
        let error = engine.with_baud(&board, Some(12_000_000)).unwrap_err();
        assert_eq!(error.code(), "flows::line::baud");
        assert!(error.remedy().contains("`--baud 3000000`"), "{}", error.remedy());
    }
}
