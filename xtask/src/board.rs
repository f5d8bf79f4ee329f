//! `board`: a board in simulation, on a pseudo-terminal.

use std::path::PathBuf;

use spikestream_flows::{FlowError, board};

use crate::emit::{self, Engine};
use crate::stages::BOARD;
use crate::workspace::{Workspace, build_command};

/// Arguments of `board`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// In simulation: from the design's Verilog (a real board needs no command, only `infer`)
    #[arg(long, required = true)]
    sim: bool,
    /// The board that is simulated
    #[arg(long, default_value = "icebreaker")]
    board: String,
    /// The network: a name in nets/, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    net: String,
    /// Bits a second of its serial line [default: those of the build]
    #[arg(long, value_name = "N")]
    baud: Option<u64>,
    /// Make a link of this name to its terminal, for as long as it runs
    #[arg(long, value_name = "PATH")]
    link: Option<PathBuf>,
    /// Make its line a bad one: this share of the bytes has a bit flipped, is lost, or has another before
    /// it, in both directions
    #[arg(long, value_name = "RATE")]
    disturb: Option<f64>,
    /// Where the disturbances are drawn from [default: 1]
    #[arg(long, value_name = "N", requires = "disturb")]
    seed: Option<u64>,
}

/// Emits the design if need be, and switches the board on.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let board = workspace.board(&args.board)?;
    if board.uart.is_none() {
        return Err(board::Error::WithoutUart { name: board.name }.into());
    }
    let net = workspace.net(&args.net)?;
    let folder = workspace.products(&net, &board);
    let engine = Engine::to_simulate(&net, &board, &folder).with_baud(&board, args.baud)?;
    emit::run(workspace, &net, &board, &engine, &folder)?;
    workspace.tell_other_build(&net, &folder, &build_command(&args.net, &board))?;
    let mut stage = vec!["--net".to_owned(), net.path.display().to_string()];
    stage.extend(["--board-dir".to_owned(), folder.display().to_string()]);
    if let Some(link) = &args.link {
        // The stage runs in the workspace; the link is meant from where the user is.
        let link = std::path::absolute(link).unwrap_or_else(|_| link.clone());
        stage.extend(["--link".to_owned(), link.display().to_string()]);
    }
    let mut give = |option: &str, value: Option<String>| {
        stage.extend(value.into_iter().flat_map(|value| [option.to_owned(), value]));
    };
    give("--disturb", args.disturb.map(|rate| rate.to_string()));
    give("--seed", args.seed.map(|seed| seed.to_string()));
    BOARD.run(workspace, stage)
}
