//! `cargo xtask COMMAND`: compiles the program that has the command, if need be, and becomes it.
//!
//! It has no dependencies, so that it is there in a second, and knows no option: those belong to the programs.

use std::env;
use std::ffi::OsString;
use std::io::{IsTerminal, Write, stderr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// A program of the workspace.
struct Program {
    package: &'static str,
    bin: &'static str,
    /// Cargo's profile that it is compiled with.
    release: bool,
    /// How long that takes on two cores, for the note; empty where it is told by cargo alone.
    first_build: &'static str,
}

/// What users run, with every command that no other program has.
const SPIKESTREAM: Program = Program {
    package: "spikestream-cli",
    bin: "spikestream",
    release: true,
    first_build: "a good minute",
};
/// The client of a board alone, which compiles neither the hardware nor a simulator.
const INFER: Program = Program {
    package: "spikestream-host",
    bin: "spikestream-infer",
    release: true,
    first_build: "under a minute",
};
/// Training, which compiles burn.
const TRAIN: Program = Program {
    package: "spikestream-train",
    bin: "spikestream-train",
    release: true,
    first_build: "several minutes",
};
const IMPORT: Program = Program { bin: "spikestream-import", ..TRAIN };
/// Programs of training that `spikestream` starts, and finds beside itself.
const EVAL_FLOAT: Program = Program { bin: "spikestream-eval-float", ..TRAIN };
const BENCH_TRAIN: Program = Program { bin: "spikestream-bench-train", ..TRAIN };
/// What serves the people who work on the code.
const DEV: Program =
    Program { package: "spikestream-dev", bin: "spikestream-dev", release: false, first_build: "" };
/// The mutants of the Verilog, which are simulated.
const MUTANTS: Program = Program {
    package: "spikestream-sim",
    bin: "spikestream-mutants",
    release: true,
    first_build: "a good minute",
};

/// The commands of `spikestream-dev`; its own help explains them.
const OF_DEV: [&str; 6] = ["check", "kills", "mutants", "test", "tools", "vectors"];

fn main() -> ExitCode {
    let given: Vec<OsString> = env::args_os().skip(1).collect();
    let words: Vec<String> = given.iter().map(|word| word.to_string_lossy().into()).collect();
    let (before, program, own) = chosen(&words);
    if let Some(first) = before {
        match cargo(&first, "build", &[]).status() {
            Ok(status) if status.success() => {}
            Ok(_) => return ExitCode::FAILURE,
            Err(error) => return refused(&error),
        }
    }
    // From here on this process is cargo, and then the program: a signal reaches it as if it had been typed.
    refused(&cargo(&program, "run", &given[own..]).exec())
}

/// The program that has a command, another that must be there before, and how many words are not the program's.
fn chosen(words: &[String]) -> (Option<Program>, Program, usize) {
    let has = |word: &str| words.iter().any(|given| given == word);
    match words.first().map(String::as_str) {
        Some("train") => (None, TRAIN, 1),
        Some("import") => (None, IMPORT, 1),
        Some("infer") => (None, INFER, 1),
        Some("mutants") if has("--hardware") => (None, MUTANTS, 1),
        Some(word) if OF_DEV.contains(&word) => (None, DEV, 0),
        Some("eval") if has("--float") => (Some(EVAL_FLOAT), SPIKESTREAM, 0),
        Some("bench") if has("train") => (Some(BENCH_TRAIN), SPIKESTREAM, 0),
        Some("help" | "--help" | "-h") | None => {
            tell(&format!("For those who work on the code, also: {}", OF_DEV.join(", ")));
            (None, SPIKESTREAM, 0)
        }
        Some(_) => (None, SPIKESTREAM, 0),
    }
}

/// Cargo, told to build or run a program. On a terminal it shows its progress; in a pipe it would only be noise.
#[expect(clippy::disallowed_methods, reason = "it has no dependencies, and becomes what it starts")]
fn cargo(program: &Program, verb: &str, rest: &[OsString]) -> Command {
    let Program { package, bin, release, first_build } = program;
    if !first_build.is_empty() && !is_built(bin) {
        tell(&format!("note: compiling {bin} first ({first_build})"));
    }
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(verb).args(["--package", package, "--bin", bin]);
    if *release {
        // Incremental artefacts of what is built once only cost time and space.
        command.arg("--release").env("CARGO_INCREMENTAL", "0");
    }
    if !stderr().is_terminal() {
        command.arg("--quiet");
    }
    // The checkout's manifest, whichever folder this is typed in.
    command.arg("--manifest-path").arg(root().join("Cargo.toml"));
    if verb == "run" {
        command.arg("--").args(rest);
    }
    // What messages call a command.
    command.env("SPIKESTREAM_COMMAND", "cargo xtask");
    command
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// Whether cargo has built a program into the target folder of this one: `TARGET/PROFILE/PROGRAM`.
fn is_built(bin: &str) -> bool {
    let this = env::current_exe().ok();
    let target = this.as_deref().and_then(|this| this.ancestors().nth(2));
    target.is_some_and(|target| target.join("release").join(bin).exists())
}

fn refused(error: &std::io::Error) -> ExitCode {
    tell(&format!(
        "error[cargo::missing]: cargo does not start: {error}\n  help: put cargo on PATH"
    ));
    ExitCode::FAILURE
}

fn tell(text: &str) {
    // Where that cannot be written there is nobody to tell.
    let _ = stderr().write_all(format!("{text}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> (Option<&'static str>, &'static str, usize) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let (before, program, own) = chosen(&words);
        (before.map(|program| program.bin), program.bin, own)
    }

    #[test]
    fn a_command_goes_to_the_program_that_has_it() {
        assert_eq!(of("synth --board icebreaker"), (None, "spikestream", 0));
        assert_eq!(of(""), (None, "spikestream", 0));
        assert_eq!(of("train --data digits"), (None, "spikestream-train", 1));
        assert_eq!(of("import f --data digits"), (None, "spikestream-import", 1));
        assert_eq!(of("infer --port p"), (None, "spikestream-infer", 1));
        assert_eq!(of("eval --net n"), (None, "spikestream", 0));
        assert_eq!(of("eval --net n --float"), (Some("spikestream-eval-float"), "spikestream", 0));
        assert_eq!(of("bench train"), (Some("spikestream-bench-train"), "spikestream", 0));
        assert_eq!(of("mutants --sample 4"), (None, "spikestream-dev", 0));
        assert_eq!(of("mutants --hardware"), (None, "spikestream-mutants", 1));
        assert_eq!(of("check"), (None, "spikestream-dev", 0));
    }
}
