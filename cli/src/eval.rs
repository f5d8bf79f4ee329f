//! `eval`: how right a network is on a data set.

use std::path::{Path, PathBuf};

use spikestream::eval::program::{self, Request};
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};

use crate::programs::EVAL_FLOAT;

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    request: Request,
    /// The network in float, as training left it beside its config, instead of the integers
    #[arg(long)]
    float: bool,
    /// Say how soon classes are decided, so that the steps that remain could be left out
    #[arg(long, conflicts_with = "float")]
    early: bool,
}

/// Evaluates.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(None)?;
    let given = &args.request.net;
    let net = if args.float { floats(given, &place)? } else { place.net(given)?.path };
    let request =
        Request { net: net.display().to_string(), early: args.early, ..args.request.clone() };
    if args.float {
        return EVAL_FLOAT.run(request.words());
    }
    output::line(program::run(&request, None)?.trim_end())?;
    Ok(())
}

/// The folder of a network in float: it need not have a `net.toml`.
fn floats(given: &str, place: &Place) -> Result<PathBuf, FlowError> {
    let here = Path::new(given).join("model.safetensors").is_file();
    match here.then(|| std::path::absolute(given)) {
        Some(Ok(path)) => Ok(path),
        _ => Ok(place.net(given)?.path),
    }
}
