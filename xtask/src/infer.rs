//! `infer`: images through a board on a serial port, real or simulated.

use std::path::{Path, PathBuf};

use clap::ArgGroup;
use spikestream_flows::{FlowError, source};

use crate::stages::INFER;
use crate::workspace::Workspace;

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
    /// Bits a second
    #[arg(long, default_value_t = 1_000_000)]
    baud: u32,
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
    let mut give = |option: &str, value: Option<String>| {
        stage.extend(value.into_iter().flat_map(|value| [option.to_owned(), value]));
    };
    give("--net", Some(net.path.display().to_string()));
    give("--port", Some(from_here(&args.port).display().to_string()));
    give("--image", args.image.as_deref().map(|path| from_here(path).display().to_string()));
    give("--data", args.data.as_deref().map(source::from_here));
    give("--split", args.split.clone());
    give("--images", args.images.map(|images| images.to_string()));
    give("--baud", Some(args.baud.to_string()));
    give("--timeout", args.timeout.map(|seconds| seconds.to_string()));
    stage.extend(args.json.then(|| "--json".to_owned()));
    INFER.run(workspace, stage)
}
