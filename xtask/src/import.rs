//! `import`: float weights of any library to a network; starts the import stage.

use std::path::{Path, PathBuf};

use spikestream_flows::{FlowError, source};

use crate::stages::IMPORT;
use crate::workspace::Workspace;

/// Time steps that the integers can have.
const STEPS: [&str; 9] = ["1", "2", "4", "8", "16", "32", "64", "128", "256"];

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Float weights of a net of linear layers and LIF neurons, as safetensors: those of PyTorch
    /// (`save_file(net.state_dict(), ..)`), or the model.safetensors of `train`
    #[arg(value_name = "FILE.safetensors")]
    file: PathBuf,
    /// The data it was trained on, to judge it by: digits, a folder of IDX files, or a CSV file
    #[arg(long)]
    data: String,
    /// The folder that becomes the network
    #[arg(long, value_name = "NET")]
    out: PathBuf,
    /// The network's name [default: that of the folder]
    #[arg(long)]
    name: Option<String>,
    /// Bits of a weight's magnitude, 1 to 7 [default: 4]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=7))]
    bits: Option<u32>,
    /// Bits of a membrane, 8 to 24 [default: 16]
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(8..=24))]
    membrane_bits: Option<u32>,
    /// Time steps [default: 16]
    #[arg(long, value_parser = STEPS)]
    steps: Option<String>,
    /// Share of a membrane that a step leaves, where the file holds none: 0 to 1
    #[arg(long, value_name = "X", conflicts_with = "leak")]
    beta: Option<f32>,
    /// The same as a shift: a step loses V >> A; 0 is no leak
    #[arg(long, value_name = "A", value_parser = clap::value_parser!(u32).range(0..=15))]
    leak: Option<u32>,
    /// Threshold, where the file holds none [default: 1, with a note]
    #[arg(long, value_name = "X")]
    threshold: Option<f32>,
    /// What a spike does to the membrane, where the file does not say [default: subtract, with a note]
    #[arg(long, value_parser = ["subtract", "zero"])]
    reset: Option<String>,
    /// Write over another network in that folder
    #[arg(long)]
    replace: bool,
}

/// Imports.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    IMPORT.run(workspace, stage(args))
}

/// The stage's arguments. It runs in the workspace; files are meant from where the user is.
fn stage(args: &Args) -> Vec<String> {
    let from_here = |path: &Path| {
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
    };
    let number = |value: Option<u32>| value.map(|value| value.to_string());
    let share = |value: Option<f32>| value.map(|value| value.to_string());
    let given = [
        ("--file", Some(from_here(&args.file))),
        ("--data", Some(source::from_here(&args.data))),
        ("--out", Some(from_here(&args.out))),
        ("--name", args.name.clone()),
        ("--bits", number(args.bits)),
        ("--membrane-bits", number(args.membrane_bits)),
        ("--steps", args.steps.clone()),
        ("--beta", share(args.beta)),
        ("--leak", number(args.leak)),
        ("--threshold", share(args.threshold)),
        ("--reset", args.reset.clone()),
    ];
    let pairs = given.into_iter().filter_map(|(option, value)| Some([option.to_owned(), value?]));
    pairs.flatten().chain(args.replace.then(|| "--replace".to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn paths_are_meant_from_where_the_user_is() {
        let line =
            "import net.safetensors --data sets/x.csv,label=a --out nets/x --leak 4 --replace";
        let args = Line::try_parse_from(line.split(' ')).unwrap().args;
        let here = std::env::current_dir().unwrap();
        let path = |name: &str| here.join(name).display().to_string();
        let expected = [
            ("--file", path("net.safetensors")),
            ("--data", path("sets/x.csv,label=a")),
            ("--out", path("nets/x")),
            ("--leak", "4".into()),
        ];
        let expected = expected.into_iter().flat_map(|(option, value)| [option.into(), value]);
        let expected: Vec<String> = expected.chain(["--replace".into()]).collect();
        assert_eq!(stage(&args), expected);
    }
}
