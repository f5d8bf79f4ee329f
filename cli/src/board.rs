//! `board`: a board in simulation, on a pseudo-terminal.

use std::path::PathBuf;

use spikestream::command;
use spikestream_flows::estimate::Engine;
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, board};
use spikestream_sim::board::{Wish, serve};
use spikestream_sim::emit::emit;

/// Arguments of `board`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// In simulation: from the design's Verilog (a real board needs no command, only `infer`)
    #[arg(long, required = true)]
    sim: bool,
    /// The board that is simulated
    #[arg(long, default_value = "icebreaker")]
    board: String,
    /// The network: a name of one that ships, or a folder with a net.toml
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
    /// Where the disturbances are drawn from
    #[arg(long, value_name = "N", default_value_t = 1, requires = "disturb")]
    seed: u64,
    /// The folder of products
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Emits the design, and switches the board on.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.out.as_deref())?;
    let board = place.board(&args.board)?;
    if board.uart.is_none() {
        return Err(board::Error::WithoutUart { name: board.name }.into());
    }
    let net = place.net(&args.net)?;
    let folder = place.products(&net, &board);
    let engine = Engine::to_simulate(&net.path, &board, &folder).with_baud(&board, args.baud)?;
    emit(&net.path, &board, &engine, None, &folder)?;
    place.tell_other_build(&net, &folder, &command::build(&args.net, &board.name))?;
    serve(&Wish {
        net: &net.path,
        board_dir: &folder,
        link: args.link.as_deref(),
        disturb: args.disturb.map(|rate| (rate, args.seed)),
    })?;
    Ok(())
}
