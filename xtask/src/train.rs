//! `train`: starts the training stage, whose options are its own.

use std::path::Path;

use spikestream_flows::FlowError;

use crate::stages::TRAIN;
use crate::workspace::Workspace;

/// Arguments of `train`. The stage knows its options, their help and their mistakes; a second list
/// here could only differ from it.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Options of the stage: `--data digits [--seed N] [--epochs N] [--out DIR]`, `--help` for all
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
    TRAIN.run(workspace, with_absolute_folder(&args.options))
}

/// The options with `--out` made absolute: the stage runs in the workspace, and the folder is
/// meant from where the user is.
fn with_absolute_folder(options: &[String]) -> Vec<String> {
    let absolute = |folder: &str| {
        std::path::absolute(Path::new(folder))
            .map_or_else(|_| folder.to_owned(), |path| path.display().to_string())
    };
    let mut previous = "";
    let mut result = Vec::new();
    for option in options {
        result.push(match option.strip_prefix("--out=") {
            Some(folder) => format!("--out={}", absolute(folder)),
            None if previous == "--out" => absolute(option),
            None => option.clone(),
        });
        previous = option;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folder_is_changed() {
        let options = ["--data", "digits", "--out", "there", "--out=here", "--seed=3"];
        let options = options.map(str::to_owned);
        let here = std::env::current_dir().unwrap();
        let there = here.join("there").display().to_string();
        let out = format!("--out={}", here.join("here").display());
        let expected = ["--data", "digits", "--out", &there, &out, "--seed=3"];
        assert_eq!(with_absolute_folder(&options), expected);
    }
}
