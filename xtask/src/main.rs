//! The command line: `cargo xtask COMMAND`.
//!
//! It links `flows` and nothing heavier, so that it compiles in seconds; the numbers, the RTL and
//! the simulation are stages that it starts as cargo subprocesses.

mod bench;
mod board;
mod boards;
mod check;
mod doctor;
mod emit;
mod eval;
mod every_board;
mod flash;
mod import;
mod infer;
mod interrupt;
mod kills;
mod mutants;
mod report;
mod stages;
mod synth;
mod table;
mod test;
mod tools;
mod train;
mod vectors;
mod verify;
mod workspace;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use spikestream_flows::base::system;
use spikestream_flows::{FlowError, output, run as runs};

use crate::workspace::Workspace;

/// Spiking networks in stochastic computing, from training to a flashed FPGA.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the tools: versions, where they are, what is missing and how to get it
    Doctor,
    /// Look after the tools that are installed
    #[command(subcommand)]
    Tools(tools::Args),
    /// Train a network
    Train(train::Args),
    /// Make a network of float weights that another library, or our own, has trained
    Import(import::Args),
    /// Say how right a network is on a data set
    Eval(eval::Args),
    /// Compare the golden model with a level of the implementation, value for value
    Verify(verify::Args),
    /// List the boards, and whether a network fits on each
    Boards(boards::Args),
    /// Build a bitstream
    Synth(synth::Args),
    /// Write a page on a build: what it is, how far it is proved, how to flash it
    Report(report::Args),
    /// Write a bitstream to a board
    Flash(flash::Args),
    /// Switch on a board in simulation
    Board(board::Args),
    /// Run images on a board, real or simulated
    Infer(infer::Args),
    /// Write the test vectors of the contract anew: networks, their numbers, frames
    Vectors,
    /// Measure speed
    Bench(bench::Args),
    /// Kill trainings, builds and installations at random moments, and compare what the next run makes
    Kills(kills::Args),
    /// Change the sources or the Verilog on purpose, and see whether the tests notice
    Mutants(mutants::Args),
    /// The checks to pass before a commit: format, lints, docs, tidiness
    Check,
    /// Every test, then the whole path for the digits on the iCEBreaker
    Test,
}

fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => return usage(&error),
    };
    let Some(command) = command else {
        // Help that was not asked for is still no error: there is nothing to correct.
        return help(Cli::command().print_help());
    };
    if let Some(note) = system::note() {
        output::tell(format_args!("note: {note}"));
    }
    match Workspace::find().and_then(|workspace| run(command, &workspace)) {
        Ok(code) => code,
        Err(error) => match error.of() {
            Some(runs::Error::StageFailed { exit_code: Some(interrupt::ENDED), .. }) => {
                interrupt::end()
            }
            _ => {
                complain(&error);
                ExitCode::FAILURE
            }
        },
    }
}

fn run(command: Command, workspace: &Workspace) -> Result<ExitCode, FlowError> {
    match command {
        Command::Doctor => return doctor::run(),
        Command::Tools(args) => tools::run(&args, workspace)?,
        Command::Train(args) => train::run(&args, workspace)?,
        Command::Import(args) => import::run(&args, workspace)?,
        Command::Eval(args) => eval::run(&args, workspace)?,
        Command::Verify(args) => verify::run(&args, workspace)?,
        Command::Boards(args) => boards::run(&args, workspace)?,
        Command::Synth(args) if args.all => every_board::run(&args, workspace)?,
        Command::Synth(args) => synth::run(&args, workspace)?,
        Command::Report(args) => report::run(&args, workspace)?,
        Command::Flash(args) => flash::run(&args, workspace)?,
        Command::Board(args) => board::run(&args, workspace)?,
        Command::Infer(args) => infer::run(&args, workspace)?,
        Command::Vectors => vectors::run(workspace)?,
        Command::Bench(args) => bench::run(&args, workspace)?,
        Command::Kills(args) => kills::run(&args, workspace)?,
        Command::Mutants(args) => mutants::run(&args, workspace)?,
        Command::Check => check::run(workspace)?,
        Command::Test => test::run(workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What came of printing help.
fn help(printed: std::io::Result<()>) -> ExitCode {
    match output::checked(printed) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.into());
            ExitCode::FAILURE
        }
    }
}

/// Help that was asked for, or what is wrong with the arguments, in the form of every other error.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return help(error.print());
    }
    let text = error.to_string();
    let (sentence, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let hints = rest.lines().map(str::trim).filter(|line| !line.is_empty());
    output::tell(format_args!("error[cli::usage]: {}", sentence.trim_start_matches("error: ")));
    for hint in hints {
        output::tell(format_args!("  help: {hint}"));
    }
    ExitCode::FAILURE
}

fn complain(error: &FlowError) {
    if let Some(runs::Error::StageFailed { stage, exit_code: Some(1), command, .. }) = error.of() {
        // The stage has printed an error with a remedy; a second one would hide it.
        output::tell(format_args!("note: that was {stage}; to repeat it alone: {command}"));
        return;
    }
    output::tell(format_args!("error[{}]: {error}\n  help: {}", error.code(), error.remedy()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(line: &str) -> bool {
        Cli::try_parse_from(format!("xtask {line}").split(' ')).is_ok()
    }

    #[test]
    fn options_that_mean_nothing_together_are_refused() {
        for line in [
            "synth",
            "synth --board icebreaker --json",
            "synth --all --board icebreaker",
            "synth --board icebreaker --seed 4294967295",
            "synth --board icebreaker --seeds 0",
            "infer --port p",
            "infer --image i",
            "infer --port p --image i --data digits",
            "infer --port p --image i --images 3",
            "infer --port p --data digits --images 0",
            "verify --level rtl --images 0",
            "verify --level board",
            "flash",
            "flash --board icebreaker --device",
            "infer --port p --data digits --baud 0",
            "infer --port p --data digits --baud 3000000 --board icebreaker",
            "synth --board icebreaker --baud fast",
            "bench",
            "bench train --rounds 0",
            "bench train --threads 0",
            "mutants --hardware --file src/sc/lif.rs",
            "mutants --sample 0",
            "mutants --count 100",
            "mutants --sample 3 --file src/sc/lif.rs",
            "mutants --hardware --count 5000",
            "eval --net digits",
            "eval --data digits",
            "eval --net digits --data digits --split none",
            "import --data digits --out x",
            "import f.safetensors --out x",
            "import f.safetensors --data digits",
            "import f.safetensors --data digits --out x --steps 25",
            "import f.safetensors --data digits --out x --bits 8",
            "import f.safetensors --data digits --out x --beta 0.9 --leak 4",
            "import f.safetensors --data digits --out x --reset none",
        ] {
            assert!(!parses(line), "{line}");
        }
        assert!(Cli::try_parse_from(["xtask", "flash", "--board", "b", "--device", ""]).is_err());
        for line in [
            "synth --all --json",
            "eval --net digits --data digits --split train --float --json",
            "import f.safetensors --data digits --out x --leak 0 --reset zero --replace",
            "eval --net digits --data x.csv --split all",
            "infer --port p --image i",
            "infer --port p --data digits --images 3",
            "infer --port p --data digits --board icebreaker",
            "synth --board icebreaker --baud 3000000",
            "verify --level rtl --baud 3000000",
            "mutants --file src/sc/lif.rs --file src/sc/dot.rs",
            "mutants --sample 8 --seed 2",
            "mutants --hardware --count 300 --contents 50 --seed 7 --sample 20",
            "board --sim --baud 3000000",
            "bench train --peers --rounds 3 --json",
            "flash --board icebreaker --sram --device 3-1 --programmer iceprog --dry-run",
        ] {
            assert!(parses(line), "{line}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
