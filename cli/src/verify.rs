//! `verify`: emits the engine that is to be verified, and compares it with the golden model.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use spikestream::command;
use spikestream_flows::build::Places;
use spikestream_flows::estimate::Engine;
use spikestream_flows::formal::TOOLS;
use spikestream_flows::place::Place;
use spikestream_flows::proof::{self, Build};
use spikestream_flows::tool::Tools;
use spikestream_flows::{FlowError, output};
use spikestream_sim::emit::emit;
use spikestream_sim::formal;
use spikestream_sim::verify::{self, Device, Level, Request};

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    net: String,
    /// What is compared with the golden model; or formal: what is proved for all values
    #[arg(long, value_parser = PossibleValuesParser::new(levels()))]
    level: String,
    /// The board that the design is for
    #[arg(long, default_value = "icebreaker")]
    board: String,
    /// How many test images [default: all]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    images: Option<u32>,
    /// How many of them go through simulated pins, spread evenly [default: all; a sample if they take long]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pins: Option<u32>,
    /// The data whose test images are run: a name, a folder or a file [default: what the network was made for]
    #[arg(long)]
    data: Option<String>,
    /// Level board: its serial port
    #[arg(long, value_name = "PATH", required_if_eq("level", "board"))]
    port: Option<PathBuf>,
    /// Bits a second of the serial line [default: those of the build]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    baud: Option<u32>,
    /// Write waves to this file (.vcd)
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// The folder of products
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The names of all levels: those that run images, and the one that proves.
fn levels() -> Vec<&'static str> {
    Level::ALL.map(Level::name).into_iter().chain([formal::LEVEL]).collect()
}

/// Verifies one level, prints what came out, and fails unless all agrees.
pub(crate) fn run(args: &Args) -> Result<ExitCode, FlowError> {
    if args.level == formal::LEVEL {
        return prove(args);
    }
    let report = verify::run(&request(args)?)?;
    report.notes.iter().for_each(|note| output::tell(format_args!("note: {note}")));
    output::text(report.table())?;
    if let Some(waves) = &args.trace {
        output::line(format_args!("waves: {}", waves.display()))?;
    }
    Ok(if report.agrees() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Proves the units of the engine, and prints what was proved.
fn prove(args: &Args) -> Result<ExitCode, FlowError> {
    let given = [
        ("--images", args.images.is_some()),
        ("--pins", args.pins.is_some()),
        ("--data", args.data.is_some()),
        ("--trace", args.trace.is_some()),
        ("--port", args.port.is_some()),
    ];
    if let Some((option, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
        return Err(formal::Error::Option { option }.into());
    }
    let tools = Tools::locate(&TOOLS)?;
    let place = Place::find(args.out.as_deref())?;
    let (board, net) = (place.board(&args.board)?, place.net(&args.net)?);
    let folder = place.products(&net, &board);
    let baud = args.baud.map(u64::from);
    let engine = Engine::to_simulate(&net.path, &board, &folder).with_baud(&board, baud)?;
    emit(&net.path, &board, &engine, None, &folder)?;
    place.tell_other_build(&net, &folder, &command::build(&args.net, &board.name))?;
    let report = formal::verify(&net.path, &folder, &tools)?;
    output::line(format_args!(
        "{} on {}, {} lanes, schedule {}\n",
        report.net, board.name, engine.lanes, engine.schedule
    ))?;
    formal::print(&report.proved)?;
    output::line(format_args!("\nneuron: {}", report.split))?;
    output::line(format_args!("all proved in {:.1} s", report.seconds))?;
    Ok(ExitCode::SUCCESS)
}

/// What is compared, with everything that the level needs made.
fn request(args: &Args) -> Result<Request, FlowError> {
    let place = Place::find(args.out.as_deref())?;
    let (board, net) = (place.board(&args.board)?, place.net(&args.net)?);
    let folder = place.products(&net, &board);
    let level = Level::parse(&args.level)?;
    // All tools before any work: a missing one is cheaper to hear of now.
    let proved = proof::Level::parse(level.name());
    let tools = proved.map(|level| Tools::locate(level.tools(board.part.family))).transpose()?;
    let command = command::build(&args.net, &board.name);
    let mut baud = args.baud.map(u64::from);
    // The golden model is compared with itself: no engine, so a network that none takes can be too.
    if level != Level::Golden {
        let engine = Engine::to_simulate(&net.path, &board, &folder).with_baud(&board, baud)?;
        baud = Some(engine.baud);
        emit(&net.path, &board, &engine, args.data.as_deref(), &folder)?;
        if proved.is_none() {
            place.tell_other_build(&net, &folder, &command)?;
        }
    }
    let device = match (proved, tools) {
        (Some(level), Some(tools)) => {
            let places = Places { routed: &place.routed(&board), product: &folder };
            let build = Build { board: &board, places, command: &command };
            let device = proof::device(&build, level, &tools)?;
            let made_from = device.made_from.to_owned();
            Some(Device { verilog: device.verilog, clock: device.clock, made_from })
        }
        _ => None,
    };
    let port = args.port.clone().zip(baud.and_then(|baud| u32::try_from(baud).ok()));
    Ok(Request {
        net: net.path,
        level,
        board_dir: folder.clone(),
        images: args.images.map(|count| count as usize),
        pins: args.pins.map(|count| count as usize),
        trace: args.trace.clone(),
        data: args.data.clone(),
        device,
        port,
        out: folder,
    })
}
