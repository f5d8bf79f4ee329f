//! `spikestream-dev`: the commands of `cargo xtask` for the people who work on the code.

mod check;
mod kills;
mod mutants;
mod stages;
mod test;
mod tools;
mod vectors;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use spikestream::command;
use spikestream_flows::run::interrupt;
use spikestream_flows::{FlowError, output, parent};

/// What serves the people who work on the code of spikestream.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The checks to pass before a commit: format, lints, docs, tidiness
    Check,
    /// Every test, then the whole path for the digits on the iCEBreaker
    Test,
    /// Look after the tools that are installed
    #[command(subcommand)]
    Tools(tools::Args),
    /// Write the test vectors of the contract anew: networks, their numbers, frames
    Vectors,
    /// Kill trainings, builds and installations at random moments, and compare what the next run makes
    Kills(kills::Args),
    /// Change the sources on purpose (with --hardware the Verilog), and see whether the tests notice
    Mutants(mutants::Args),
}

fn main() -> ExitCode {
    parent::end_with_it();
    let line: Line = match command::given(std::env::args_os()) {
        Ok(line) => line,
        Err(code) => return code,
    };
    let Some(root) = command::checkout() else {
        output::tell(
            "error[dev::checkout]: this is no checkout of spikestream\n  help: go to one; what works \
             anywhere is the program spikestream",
        );
        return ExitCode::FAILURE;
    };
    match run(&line.command, &root) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => interrupt::conclude(&error),
    }
}

fn run(command: &Command, root: &Path) -> Result<(), FlowError> {
    match command {
        Command::Check => check::run(root),
        Command::Test => test::run(root),
        Command::Tools(args) => tools::run(args, root),
        Command::Vectors => vectors::run(root),
        Command::Kills(args) => kills::run(args, root, &stages::TRAIN),
        Command::Mutants(args) => mutants::run(args, root),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn options_that_mean_nothing_together_are_refused() {
        let parses = |line: &str| Line::try_parse_from(format!("xtask {line}").split(' ')).is_ok();
        for line in
            ["mutants --sample 0", "mutants --sample 3 --file src/sc/lif.rs", "kills --count 0"]
        {
            assert!(!parses(line), "{line}");
        }
        for line in [
            "mutants --file src/sc/lif.rs --file src/sc/dot.rs",
            "mutants --sample 8 --seed 2",
            "check",
        ] {
            assert!(parses(line), "{line}");
        }
        Line::command().debug_assert();
    }
}
