//! `flash`: writes a bitstream to the board that it was made for.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use spikestream::command::{self, shown};
use spikestream_flows::board::Board;
use spikestream_flows::board::programmer::usb::System;
use spikestream_flows::flash::{self, Image, Part, Wish};
use spikestream_flows::place::Place;
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::{FlowError, output};

/// The network, unless another is named.
const NET: &str = "digits";

/// Arguments of `flash`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The board: a name that `boards` lists
    #[arg(long)]
    board: String,
    /// The network: a name of one that ships, or a folder with a net.toml [default: digits, or with
    /// --bitstream any]
    #[arg(long)]
    net: Option<String>,
    /// A bitstream with its report.json beside it, instead of the one that `synth` made
    #[arg(long, value_name = "FILE")]
    bitstream: Option<PathBuf>,
    /// Load the FPGA until it loses power, and leave flash alone
    #[arg(long)]
    sram: bool,
    /// Write the network alone, where the bitstream loads it from flash: one of the same shape needs no other bitstream
    #[arg(long, conflicts_with = "sram")]
    weights: bool,
    /// Which board, if several are plugged in: a serial number, or a port such as 3-1.2
    #[arg(long, value_name = "SELECTOR", value_parser = NonEmptyStringValueParser::new())]
    device: Option<String>,
    /// The programmer [default: the first of the board's that is on PATH]
    #[arg(long, value_name = "NAME")]
    programmer: Option<String>,
    /// Check everything and print the command, but do not start it
    #[arg(long)]
    dry_run: bool,
    /// The folder of products
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Checks the bitstream, then writes it or prints how.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.out.as_deref())?;
    let board = place.board(&args.board)?;
    let image = image(args, &board, &place)?;
    let net = image.report.identity();
    let (environment, system) = (Environment::of_process(), System::linux());
    // The network first: a bitstream starts as soon as it is written.
    let orders = parts(args, &image).into_iter().map(|part| {
        let (programmer, device) = (args.programmer.as_deref(), args.device.as_deref());
        let wish = Wish { part, programmer, device };
        flash::order(&image, &board, wish, &environment, &system)
    });
    let orders = orders.collect::<Result<Vec<_>, _>>()?;
    if args.dry_run {
        output::tell(format_args!("note: {} is of the network {net}", shown(&image.file)));
        for order in orders {
            output::line(order.command(&environment))?;
        }
        return Ok(());
    }
    for order in orders {
        order.run(&environment, &system)?;
    }
    let until = if args.sram { " until it loses power" } else { "" };
    output::line(format_args!("the {} runs {net}{until}", board.description))?;
    if args.sram && image.report.stored.is_some() {
        output::tell("note: it loads the network from flash, which `flash --weights` writes");
    }
    Ok(())
}

/// What is written: the bitstream, and the network that it loads from flash.
fn parts(args: &Args, image: &Image) -> Vec<Part> {
    let bitstream = Part::Bitstream { sram: args.sram };
    match (args.weights, image.report.stored.is_some() && !args.sram) {
        (true, _) => vec![Part::Network],
        (false, true) => vec![Part::Network, bitstream],
        (false, false) => vec![bitstream],
    }
}

/// The bitstream that is meant, which is of the network that is meant.
fn image(args: &Args, board: &Board, place: &Place) -> Result<Image, FlowError> {
    let net = args.net.as_deref();
    let name = net.unwrap_or(NET);
    let command = command::build(name, &board.name);
    let Some(file) = &args.bitstream else {
        let net = place.net(name)?;
        return Image::built(&place.products(&net, board), board, &net.identity()?, &command);
    };
    let image = Image::check(file, board, &command)?;
    if let Some(net) = net {
        image.ensure_of(&place.net(net)?.identity()?, &command)?;
    }
    Ok(image)
}
