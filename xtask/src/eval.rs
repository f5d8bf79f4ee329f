//! `eval`: how right a network is on a data set; starts the evaluation stage.

use std::path::{Path, PathBuf};

use spikestream_flows::FlowError;
use spikestream_flows::source::from_here;

use crate::stages::{EVAL, EVAL_FLOAT};
use crate::workspace::Workspace;

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name in nets/, or a folder with a net.toml
    #[arg(long)]
    net: String,
    /// The data: digits, a folder of IDX files, or a CSV file
    #[arg(long)]
    data: String,
    /// Which part of it; rows without labels are all taken, and get the class that the network gives
    #[arg(long, default_value = "test", value_parser = ["train", "test", "all"])]
    split: String,
    /// The network in float, as training left it beside its config, instead of the integers
    #[arg(long)]
    float: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Args {
    /// A network's integers on the test images that it was trained for.
    pub(crate) fn of(net: &str, data: &str) -> Self {
        let [net, data, split] = [net, data, "test"].map(str::to_owned);
        Self { net, data, split, float: false, json: false }
    }
}

/// Evaluates.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let net = if args.float { floats(args, workspace)? } else { workspace.net(&args.net)?.path };
    let data = from_here(&args.data);
    let given =
        [("--net", net.display().to_string()), ("--data", data), ("--split", args.split.clone())];
    let mut stage: Vec<String> =
        given.into_iter().flat_map(|(option, value)| [option.to_owned(), value]).collect();
    stage.extend(args.json.then(|| "--json".to_owned()));
    let program = if args.float { EVAL_FLOAT } else { EVAL };
    program.run(workspace, stage)
}

/// The folder of a network in float: it need not have a `net.toml`.
fn floats(args: &Args, workspace: &Workspace) -> Result<PathBuf, FlowError> {
    let given = Path::new(&args.net);
    let here = given.join("model.safetensors").is_file().then(|| std::path::absolute(given));
    match here {
        Some(Ok(path)) => Ok(path),
        _ => Ok(workspace.net(&args.net)?.path),
    }
}
