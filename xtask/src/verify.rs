//! `verify`: emits the engine that is to be verified, then starts the verification stage.

use std::path::PathBuf;

use spikestream_flows::FlowError;
use spikestream_flows::build::Places;
use spikestream_flows::proof::{self, Build, Level};
use spikestream_flows::tool::Tools;

use crate::emit::{self, Engine};
use crate::stages::VERIFY;
use crate::workspace::{Workspace, build_command};

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name in nets/, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    pub(crate) net: String,
    /// What is compared with the golden model
    #[arg(long, value_parser = ["golden", "hdl", "rtl", "netlist", "bitstream", "board"])]
    pub(crate) level: String,
    /// The board that the design is for
    #[arg(long, default_value = "icebreaker")]
    pub(crate) board: String,
    /// How many test images [default: all]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) images: Option<u32>,
    /// How many of them go through simulated pins, spread evenly [default: all; a sample if they take long]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) pins: Option<u32>,
    /// Level board: its serial port
    #[arg(long, value_name = "PATH", required_if_eq("level", "board"))]
    pub(crate) port: Option<PathBuf>,
    /// Bits a second of the serial line [default: those of the build]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) baud: Option<u32>,
    /// Write waves to this file (.vcd)
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
}

/// Verifies one level.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let board = workspace.board(&args.board)?;
    let net = workspace.net(&args.net)?;
    let folder = workspace.products(&net, &board);
    // All tools before any work: a missing one is cheaper to hear of now.
    let proved = Level::parse(&args.level);
    let tools = proved.map(|level| Tools::locate(level.tools(board.part.family))).transpose()?;
    // The golden model is compared with itself: no engine, so a network that none takes can be too.
    let command = build_command(&args.net, &board);
    let mut baud = args.baud.map(u64::from);
    if args.level != "golden" {
        let engine = Engine::to_simulate(&net, &board, &folder).with_baud(&board, baud)?;
        baud = Some(engine.baud);
        emit::run(workspace, &net, &board, &engine, &folder)?;
        if proved.is_none() {
            workspace.tell_other_build(&net, &folder, &command)?;
        }
    }
    let mut stage = vec!["--net".to_owned(), net.path.display().to_string()];
    if let (Some(level), Some(tools)) = (proved, tools) {
        let (routed, product) = (workspace.routed(&board), workspace.products(&net, &board));
        let places = Places { routed: &routed, product: &product };
        let build = Build { board: &board, places, command: &command };
        stage.extend(device(&build, level, &tools)?);
    }
    let folder = folder.display().to_string();
    stage.extend(["--level".to_owned(), args.level.clone()]);
    stage.extend(["--board-dir".to_owned(), folder.clone(), "--out".to_owned(), folder]);
    if let Some(images) = args.images {
        stage.extend(["--images".to_owned(), images.to_string()]);
    }
    if let Some(pins) = args.pins {
        stage.extend(["--pins".to_owned(), pins.to_string()]);
    }
    if let Some(trace) = &args.trace {
        // The stage runs in the workspace; the file is meant from where the user is.
        let trace = std::path::absolute(trace).unwrap_or_else(|_| trace.clone());
        stage.extend(["--trace".to_owned(), trace.display().to_string()]);
    }
    if let Some(port) = &args.port {
        let port = std::path::absolute(port).unwrap_or_else(|_| port.clone());
        stage.extend(["--port".to_owned(), port.display().to_string()]);
        stage.extend(baud.into_iter().flat_map(|baud| ["--baud".to_owned(), baud.to_string()]));
    }
    VERIFY.run(workspace, stage)
}

/// Turns what was built back into Verilog; the arguments that tell the stage of it.
fn device(build: &Build<'_>, level: Level, tools: &Tools) -> Result<Vec<String>, FlowError> {
    let device = proof::device(build, level, tools)?;
    let pairs = [
        ("--device", device.verilog.display().to_string()),
        ("--clock", device.clock),
        ("--made-from", device.made_from.to_owned()),
    ];
    Ok(pairs.into_iter().flat_map(|(option, value)| [option.to_owned(), value]).collect())
}
