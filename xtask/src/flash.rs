//! `flash`: writes a bitstream to the board that it was made for.

use std::path::{Path, PathBuf};

use spikestream_flows::FlowError;
use spikestream_flows::program::{self, USB_DEVICES};
use spikestream_flows::tool::Tools;

use crate::workspace::Workspace;

/// Arguments of `flash`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The board: a name in boards/
    #[arg(long)]
    board: String,
    /// The network: a name in nets/, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    net: String,
    /// A bitstream with its report.json beside it, instead of the one that `synth` made
    #[arg(long, value_name = "FILE")]
    bitstream: Option<PathBuf>,
    /// Check everything and print the command, but do not start it
    #[arg(long)]
    dry_run: bool,
}

/// Checks the bitstream, then writes it or prints how.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let board = workspace.board(&args.board)?;
    let bitstream = match &args.bitstream {
        Some(file) => file.clone(),
        None => workspace
            .products(&workspace.net(&args.net)?, &board)
            .join(board.part.family.bitstream()),
    };
    let checked = program::check(&bitstream, &board)?;
    if args.dry_run {
        println!("{}", program::command(&checked, &board));
        return Ok(());
    }
    let tools = Tools::locate(&[board.programmers[0].tool])?;
    program::flash(&checked, &board, &tools, Path::new(USB_DEVICES))?;
    println!("{} runs {}", board.description, checked.report.net);
    Ok(())
}
