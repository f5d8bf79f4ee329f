//! `infer`: images through a board on a serial port, real or simulated.

use std::path::{Path, PathBuf};

use clap::ArgGroup;
use spikestream_flows::board::{self, BAUD};
use spikestream_flows::build::report::Report;
use spikestream_flows::{FlowError, source};

use crate::emit::Engine;
use crate::stages::INFER;
use crate::workspace::{NetFolder, Workspace, build_command};

/// Arguments of `infer`.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("what").required(true).args(["image", "data"]))]
pub(crate) struct Args {
    /// The board's serial port, such as /dev/ttyUSB1
    #[arg(long, value_name = "PATH")]
    port: PathBuf,
    /// An image: numbers of 0 to 255 as text, or a PGM file; a row of numbers for a network of a table
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    image: Option<PathBuf>,
    /// A data set: digits, a folder of IDX files, or a CSV file, with labels or without
    #[arg(long, value_name = "DATA")]
    data: Option<String>,
    /// Which part of it [default: test; all rows of a table without labels]
    #[arg(long, requires = "data", value_parser = ["train", "test", "all"])]
    split: Option<String>,
    /// How many of them [default: all]
    #[arg(long, requires = "data", conflicts_with = "image", value_parser = clap::value_parser!(u32).range(1..))]
    images: Option<u32>,
    /// The network that the board must carry: a name in nets/, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    net: String,
    /// The board that its bitstream was built for, which says how fast the line is [default: any that
    /// it was built for]
    #[arg(long, conflicts_with = "baud")]
    board: Option<String>,
    /// Bits a second [default: those that it was built for]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    baud: Option<u32>,
    /// How long an answer may take
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<f64>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Starts the client.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let net = workspace.net(&args.net)?;
    // The stage runs in the workspace; files are meant from where the user is.
    let from_here = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut stage = Vec::new();
    let baud = match args.baud {
        Some(baud) => baud.into(),
        None => baud(args, &net, workspace)?,
    };
    let mut give = |option: &str, value: Option<String>| {
        stage.extend(value.into_iter().flat_map(|value| [option.to_owned(), value]));
    };
    give("--net", Some(net.path.display().to_string()));
    give("--port", Some(from_here(&args.port).display().to_string()));
    give("--image", args.image.as_deref().map(|path| from_here(path).display().to_string()));
    give("--data", args.data.as_deref().map(source::from_here));
    give("--split", args.split.clone());
    give("--images", args.images.map(|images| images.to_string()));
    give("--baud", Some(baud.to_string()));
    give("--timeout", args.timeout.map(|seconds| seconds.to_string()));
    stage.extend(args.json.then(|| "--json".to_owned()));
    INFER.run(workspace, stage)
}

/// The rate that the network was built for, or last emitted for a board in simulation; the usual one if
/// it was neither.
fn baud(args: &Args, net: &NetFolder, workspace: &Workspace) -> Result<u64, FlowError> {
    let boards = match &args.board {
        Some(name) => vec![workspace.board(name)?],
        None => workspace.boards(),
    };
    let meant = net.identity()?;
    let mut rates = Vec::new();
    for board in &boards {
        let folder = workspace.products(net, board);
        let report = Report::read(&folder).ok();
        if args.board.is_some() {
            workspace.tell_other_build(net, &folder, &build_command(&args.net, board))?;
        }
        let built = report.filter(|report| report.net_hash == meant.hash);
        let built = built.and_then(|report| report.line).map(|line| line.baud);
        rates.extend(built.or_else(|| Engine::last_in(&folder).map(|engine| engine.baud)));
    }
    rates.sort_unstable();
    rates.dedup();
    match rates.as_slice() {
        [] if args.board.is_some() => Ok(boards[0].baud()),
        [] => Ok(BAUD),
        [rate] => Ok(*rate),
        _ => Err(board::Error::BaudUnclear { net: meant.to_string(), rates }.into()),
    }
}
