//! `flash`: writes a bitstream to the board that it was made for.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use spikestream_flows::FlowError;
use spikestream_flows::environment::Environment;
use spikestream_flows::flash::usb::System;
use spikestream_flows::flash::{self, Image, Wish};
use spikestream_flows::script::quoted;

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
    /// Load the FPGA until it loses power, and leave flash alone
    #[arg(long)]
    sram: bool,
    /// Which board, if several are plugged in: a serial number, or a port such as 3-1.2
    #[arg(long, value_name = "SELECTOR", value_parser = NonEmptyStringValueParser::new())]
    device: Option<String>,
    /// The programmer [default: the first of the board's that is on PATH]
    #[arg(long, value_name = "NAME")]
    programmer: Option<String>,
    /// Check everything and print the command, but do not start it
    #[arg(long)]
    dry_run: bool,
}

/// Checks the bitstream, then writes it or prints how.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let board = workspace.board(&args.board)?;
    let build = format!("cargo xtask synth --board {} --net {}", board.name, quoted(&args.net));
    let image = match &args.bitstream {
        Some(file) => Image::check(file, &board, &build)?,
        None => {
            let folder = workspace.products(&workspace.net(&args.net)?, &board);
            Image::built(&folder, &board, &build)?
        }
    };
    let wish = Wish {
        sram: args.sram,
        programmer: args.programmer.as_deref(),
        device: args.device.as_deref(),
    };
    let (environment, system) = (Environment::of_process(), System::linux());
    let order = flash::order(&image, &board, wish, &environment, &system)?;
    if args.dry_run {
        println!("{}", order.command(&environment));
        return Ok(());
    }
    order.run(&environment, &system)?;
    let until = if args.sram { " until it loses power" } else { "" };
    println!("the {} runs {}{until}", board.description, image.report.net);
    Ok(())
}
