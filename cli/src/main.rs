//! The program `spikestream`: a command a file, each with its options.

mod bench;
mod board;
mod boards;
mod doctor;
mod energy;
mod eval;
mod every_board;
mod examples;
mod export;
mod faults;
mod flash;
mod infer;
mod net;
mod neuron;
mod programs;
mod report;
mod sc;
mod sweep;
mod synth;
mod training;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use spikestream::command;
use spikestream_flows::base::system;
use spikestream_flows::run::interrupt;
use spikestream_flows::{FlowError, output, parent};

/// Spiking networks in stochastic computing, from training to a flashed FPGA.
#[derive(Debug, Parser)]
#[command(name = "spikestream", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the tools: versions, where they are, what is missing and how to get it
    Doctor,
    /// List the boards, and whether a network fits on each
    Boards(boards::Args),
    /// Build a bitstream
    Synth(synth::Args),
    /// Compare the golden model with a level of the implementation, value for value
    Verify(verify::Args),
    /// Write a page on a build: what it is, how far it is proved, how to flash it
    Report(report::Args),
    /// Write a bitstream to a board
    Flash(flash::Args),
    /// Switch on a board in simulation
    Board(board::Args),
    /// Run images on a board, real or simulated
    Infer(infer::Args),
    /// Train a network (with the program spikestream-train)
    #[command(disable_help_flag = true)]
    Train(training::Args),
    /// Make a network of float weights or a graph (NIR) that another library, or our own, has trained
    #[command(disable_help_flag = true)]
    Import(training::Args),
    /// Write a network as a file of another framework's
    Export(export::Args),
    /// Say how right a network is on a data set
    Eval(eval::Args),
    /// Compose a network of bitstreams: accuracy by coding, generator, accumulation and length
    Sc(sc::Args),
    /// Flip bits in a network's engine: accuracy by kind of fault, engine and rate
    Faults(faults::Args),
    /// Run commands at every point of a grid, here or on a cluster
    Sweep(sweep::Args),
    /// Say what an image costs: cycles, reads, additions, spikes; and an estimate of its energy
    Energy(energy::Args),
    /// Networks: their layers, and what those hear
    Net(net::Args),
    /// Neurons as equations: what ships, what they become, how they run
    Neuron(neuron::Args),
    /// Measure speed
    Bench(bench::Args),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

fn main() -> ExitCode {
    let command = match given(std::env::args_os()) {
        Ok(cli) => cli.command,
        Err(error) => return command::usage(&error),
    };
    let Some(command) = command else {
        // Help that was not asked for is still no error: there is nothing to correct.
        return match output::checked(line().print_help()) {
            Ok(_) => ExitCode::SUCCESS,
            Err(error) => interrupt::conclude(&error.into()),
        };
    };
    // A board takes its link along.
    if !matches!(command, Command::Board(_)) {
        parent::end_with_it();
    }
    if let Some(note) = system::note() {
        output::tell(format_args!("note: {note}"));
    }
    match run(command) {
        Ok(code) => code,
        Err(error) => interrupt::conclude(&error),
    }
}

/// The command line, called as it is typed.
fn line() -> clap::Command {
    let program = command::program();
    examples::shown(Cli::command(), &program).bin_name(program)
}

fn given(words: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = line().try_get_matches_from(words)?;
    Cli::from_arg_matches(&matches)
}

fn run(command: Command) -> Result<ExitCode, FlowError> {
    match command {
        Command::Doctor => return doctor::run(),
        Command::Boards(args) => boards::run(&args)?,
        Command::Synth(args) if args.all => every_board::run(&args)?,
        Command::Synth(args) => synth::run(&args)?,
        Command::Verify(args) => return verify::run(&args),
        Command::Report(args) => report::run(&args)?,
        Command::Flash(args) => flash::run(&args)?,
        Command::Board(args) => board::run(&args)?,
        Command::Infer(args) => infer::run(&args)?,
        Command::Train(args) => training::run(&programs::TRAIN, &args)?,
        Command::Import(args) => training::run(&programs::IMPORT, &args)?,
        Command::Export(args) => export::run(&args)?,
        Command::Eval(args) => eval::run(&args)?,
        Command::Sc(args) => sc::run(&args)?,
        Command::Faults(args) => return faults::run(&args),
        Command::Sweep(args) => sweep::run(&args)?,
        Command::Energy(args) => energy::run(&args)?,
        Command::Net(args) => net::run(&args)?,
        Command::Neuron(args) => neuron::run(&args)?,
        Command::Bench(args) => return bench::run(&args),
        Command::Completions { shell } => completions(shell)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn completions(shell: Shell) -> Result<(), FlowError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "spikestream", &mut text);
    output::text(String::from_utf8_lossy(&text))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(line: &str) -> bool {
        given(format!("spikestream {line}").split(' ').map(OsString::from)).is_ok()
    }

    #[test]
    fn options_that_mean_nothing_together_are_refused() {
        for line in [
            "synth",
            "synth --board icebreaker --json",
            "synth --all --board icebreaker",
            "synth --board icebreaker --seed 4294967295",
            "synth --board icebreaker --seeds 0",
            "verify --level rtl --images 0",
            "verify --level board",
            "verify --level none",
            "flash",
            "flash --board icebreaker --device",
            "synth --board icebreaker --baud fast",
            "bench",
            "bench train --rounds 0",
            "bench train --threads 0",
            "bench train --images 6000",
            "bench sc --samples 0",
            "bench train --conv mnist --images 0",
            "board --board icebreaker",
            "board --sim --seed 3",
            "export digits",
            "export --nir x.nir",
            "eval --net digits",
            "eval --data digits",
            "eval --net digits --data digits --split none",
            "eval --net digits --data digits --float --early",
            "sc --net digits",
            "sc --net digits --data digits --length many",
            "faults --net digits",
            "faults --net digits --data digits --rate many",
            "faults --net digits --data digits --rtl --fault weights",
            "faults --net digits --data digits --images 0",
            "sweep",
            "sweep a.toml --jobs 0",
            "sweep a.toml show b.toml",
            "sweep show",
            "sweep show a.toml --plot a.svg",
            "energy --images 0",
            "energy --schedule rows",
            "completions cmd",
            "neuron synth --board icebreaker",
            "neuron synth lif",
            "neuron synth lif --all --board icebreaker",
            "neuron synth lif --board icebreaker --bits 16",
        ] {
            assert!(!parses(line), "{line}");
        }
        let empty = ["spikestream", "flash", "--board", "b", "--device", ""].map(OsString::from);
        assert!(given(empty).is_err());
        for line in [
            "synth --all --json",
            "eval --net digits --data digits --split train --float --json",
            "eval --net digits --data x.csv --split all",
            "eval --net digits --data digits --early --json",
            "infer --port p --data digits --board icebreaker",
            "synth --board icebreaker --baud 3000000 --out there",
            "verify --level rtl --baud 3000000",
            "board --sim --baud 3000000 --disturb 1e-3 --seed 3",
            "bench train --peers --rounds 3 --json",
            "bench sc --peers --rounds 3 --samples 100 --generator sobol --json",
            "bench train --conv mnist --images 6000 --steps 8",
            "flash --board icebreaker --sram --device 3-1 --programmer iceprog --dry-run",
            "sc --net digits --data digits --coding bipolar --generator ruler/counter --length 16,64 --json",
            "sc --net a --data b --net c --data d --accumulate exact,or --inputs spikes --plot a.svg",
            "faults --net digits --data digits --fault weights --rate 1e-3,1e-2 --seed 1,2 --rtl --json",
            "sweep a.toml --jobs 2 --out there",
            "sweep a.toml --engine slurm --wait --sbatch --partition=short --sbatch -t10",
            "sweep show a.toml --plot a.svg --x bits --y accuracy --by seed",
            "sweep point a.toml --number 3 --out there",
            "train --help",
            "train --data digits --seed 3",
            "import net.safetensors --data digits --out x",
            "export digits --nir x.nir",
            "energy --net digits --schedule events --data digits --images 20 --json",
            "energy --counts",
            "completions bash",
            "neuron synth lif --board icebreaker --bits 16 --fraction 8 --table-bits 5",
            "neuron synth --all --board ulx3s-85f --within 0.001 --freq 40",
        ] {
            assert!(parses(line), "{line}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn completions_know_the_options() {
        let mut text = Vec::new();
        clap_complete::generate(Shell::Bash, &mut Cli::command(), "spikestream", &mut text);
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("--schedule") && text.contains("synth"));
    }
}
