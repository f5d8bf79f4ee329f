//! `train`: starts the training stage, whose options are its own.

use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::source::from_here;

use crate::stages::TRAIN;
use crate::workspace::Workspace;

/// Arguments of `train`. The stage knows its options, their help and their mistakes; a second list
/// here could only differ from it.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Options of the stage: `--config FILE` or `--data digits [--seed N] [--epochs N] [--out DIR]`,
    /// `--resume DIR` to go on with a run, `--help` for all
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<String>,
}

impl Args {
    /// A net from the digits that ship, with another seed than theirs.
    pub(crate) fn another(folder: &Path) -> Self {
        let folder = folder.display().to_string();
        let options = ["--data", "digits", "--seed", "2", "--out", folder.as_str()];
        Self { options: options.map(str::to_owned).to_vec() }
    }
}

/// Trains.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    TRAIN.run(workspace, with_absolute_paths(&args.options))
}

/// The options with `--config`, `--out`, `--resume` and `--data` made absolute: the stage runs in the
/// workspace, and paths are meant from where the user is.
fn with_absolute_paths(options: &[String]) -> Vec<String> {
    let mut previous = "";
    let mut result = Vec::new();
    for option in options {
        let inline = option.split_once('=').filter(|(name, _)| name.starts_with("--"));
        let (name, value) = inline.unwrap_or((previous, option));
        let value = match name {
            // The next option, where a value is missing: the stage says so.
            _ if value.starts_with("--") => value.to_owned(),
            "--config" | "--out" | "--resume" => absolute(value),
            "--data" => from_here(value),
            _ => value.to_owned(),
        };
        result.push(if inline.is_some() { format!("{name}={value}") } else { value });
        previous = option;
    }
    result
}

fn absolute(path: &str) -> String {
    std::path::absolute(Path::new(path))
        .map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_are_changed() {
        let options = [
            "--data",
            "digits",
            "--config",
            "there",
            "--out",
            "there",
            "--out=here",
            "--resume",
            "there",
            "--resume",
            "--seed=3",
            "--lr",
            "a=b",
        ];
        let here = std::env::current_dir().unwrap();
        let there = here.join("there").display().to_string();
        let out = format!("--out={}", here.join("here").display());
        let expected = [
            "--data", "digits", "--config", &there, "--out", &there, &out, "--resume", &there,
            "--resume", "--seed=3", "--lr", "a=b",
        ];
        assert_eq!(with_absolute_paths(&options.map(str::to_owned)), expected);
    }

    #[test]
    fn data_is_meant_from_where_the_user_is() {
        for path in ["x.csv", "sets/mnist", "x.csv,label=a,split=0.3,test=t.csv"] {
            let options = [format!("--data={path}")];
            let expected = [format!("--data={}", from_here(path))];
            assert_eq!(with_absolute_paths(&options), expected);
        }
    }
}
