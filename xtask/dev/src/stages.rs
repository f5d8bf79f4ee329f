//! Stages: cargo and what it has built, started as subprocesses; the target folder is that of this program.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Instant;

use spikestream::command;
use spikestream_flows::run::{self, Stage, interrupt};
use spikestream_flows::tool::{Tool, Tools};
use spikestream_flows::{FlowError, output, parent};

/// A program of the workspace that is built and started through cargo.
pub(crate) struct Program {
    /// What it is called in messages.
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    pub(crate) bin: &'static str,
    pub(crate) build: Build,
    /// How long the first build takes on two cores, for the note.
    pub(crate) first_build: &'static str,
}

/// Which of cargo's builds of a program is started.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    /// What users run; cargo builds it if need be.
    Release,
    /// What the tests of the workspace were built with. It is not asked of cargo: burn, which takes ten minutes to
    /// compile, would be compiled once more with the features of a single package.
    OfTests,
}

impl Build {
    /// Its folder in the target folder.
    const fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::OfTests => "debug",
        }
    }
}

/// The programs that tests run as users do.
pub(crate) const SPIKESTREAM: Program = Program {
    name: "spikestream",
    package: "spikestream-cli",
    bin: "spikestream",
    build: Build::Release,
    first_build: "a good minute",
};
pub(crate) const TRAIN: Program = Program {
    name: "training",
    package: "spikestream-train",
    bin: "spikestream-train",
    build: Build::Release,
    first_build: "several minutes",
};
pub(crate) const MUTANTS: Program = Program {
    name: "the mutants of the Verilog",
    package: "spikestream-sim",
    bin: "spikestream-mutants",
    build: Build::Release,
    first_build: "a good minute",
};
pub(crate) const VECTORS: Program = Program {
    name: "working out the test vectors",
    package: "spikestream-hw",
    bin: "spikestream-vectors",
    build: Build::Release,
    first_build: "about a minute",
};

impl Program {
    /// The same program as the tests of the workspace have it.
    pub(crate) const fn of_tests(self) -> Self {
        Self { build: Build::OfTests, ..self }
    }

    /// Builds the program if need be and runs it with these arguments.
    pub(crate) fn run(&self, root: &Path, args: Vec<String>) -> Result<(), FlowError> {
        let stage = self.built(root, args, &[])?;
        interrupt::left_to_it(|| run::stage(&stage))
    }

    /// Builds the program if need be, and says how to start it.
    pub(crate) fn built(
        &self,
        root: &Path,
        args: Vec<String>,
        env: &[(&str, &str)],
    ) -> Result<Stage, FlowError> {
        let this = std::env::current_exe().ok();
        let target = this.and_then(|this| target_of(&this));
        let target = target.unwrap_or_else(|| root.join("target"));
        let program = target.join(self.build.folder()).join(self.bin);
        if matches!(self.build, Build::Release) {
            self.compile(root, program.exists())?;
        }
        let called = command::program();
        let ours = std::process::id().to_string();
        // Killed, this program takes the stage along.
        let own = [(command::VARIABLE, called.as_str()), (parent::VARIABLE, ours.as_str())];
        let env = own.iter().chain(env).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (name, folder) = (self.name.to_owned(), root.to_path_buf());
        Ok(Stage { name, program, args, env, folder })
    }

    /// Has cargo build it. On a terminal cargo shows its progress; in a pipe it would only be noise.
    fn compile(&self, root: &Path, is_built: bool) -> Result<(), FlowError> {
        if !is_built {
            output::tell(format_args!("note: compiling {} first ({})", self.bin, self.first_build));
        }
        let mut words = vec!["build", "--release", "--package", self.package, "--bin", self.bin];
        if !std::io::stderr().is_terminal() {
            words.push("--quiet");
        }
        cargo(root, self.name, words.into_iter().map(str::to_owned).collect(), &[])
    }
}

/// The target folder of a program that cargo built: `TARGET/PROFILE/PROGRAM`.
fn target_of(program: &Path) -> Option<PathBuf> {
    program.ancestors().nth(2).map(Path::to_path_buf)
}

/// Starts cargo with the user's terminal and waits for it.
pub(crate) fn cargo(
    root: &Path,
    name: &str,
    args: Vec<String>,
    env: &[(&str, &str)],
) -> Result<(), FlowError> {
    let stage = stage(root, name, args, env)?;
    interrupt::left_to_it(|| run::stage(&stage))
}

pub(crate) fn stage(
    root: &Path,
    name: &str,
    args: Vec<String>,
    env: &[(&str, &str)],
) -> Result<Stage, FlowError> {
    let cargo = Tools::locate(&[Tool::CARGO])?;
    // Builds that run once: incremental artefacts only cost time and space.
    let incremental = ("CARGO_INCREMENTAL".to_owned(), "0".to_owned());
    let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    // Cargo takes a relative one from where it is started, which is another folder for the stages.
    let target = std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    let target = target.and_then(|folder| std::path::absolute(folder).ok());
    let target = target.map(|path| ("CARGO_TARGET_DIR".to_owned(), path.display().to_string()));
    // Killed, this program takes the stage along.
    let ours = (parent::VARIABLE.to_owned(), std::process::id().to_string());
    // What tests compare names commands as an installed program does, whichever way they were started.
    let called = (command::VARIABLE.to_owned(), String::new());
    Ok(Stage {
        name: name.to_owned(),
        program: cargo.get(Tool::CARGO)?.path.clone(),
        args,
        env: [incremental, ours, called].into_iter().chain(env).chain(target).collect(),
        folder: root.to_path_buf(),
    })
}

/// One row of a list of checks: what it is called, and cargo's arguments and variables.
pub(crate) struct CargoCheck {
    pub(crate) name: &'static str,
    pub(crate) args: &'static [&'static str],
    pub(crate) env: &'static [(&'static str, &'static str)],
}

/// Runs a list of checks in order, saying which one is on and how long each took.
pub(crate) fn run_all(root: &Path, checks: &[CargoCheck]) -> Result<(), FlowError> {
    for check in checks {
        timed(check.name, || {
            let args = check.args.iter().map(ToString::to_string).collect();
            cargo(root, check.name, args, check.env)
        })?;
    }
    Ok(())
}

/// Runs one piece of work between two lines that name it.
pub(crate) fn timed<T>(
    name: &str,
    work: impl FnOnce() -> Result<T, FlowError>,
) -> Result<T, FlowError> {
    output::tell(format_args!("== {name}"));
    let begin = Instant::now();
    let result = work()?;
    output::tell(format_args!("== {name}: {:.1} s", begin.elapsed().as_secs_f64()));
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What this test was built into is what the stages are built into, from any folder.
    #[test]
    fn stages_are_built_where_this_program_was() {
        let this = std::env::current_exe().unwrap(); // TARGET/debug/deps/NAME
        let target = target_of(this.parent().unwrap()).unwrap();
        assert!(target.join("debug/deps").is_dir(), "{}", target.display());
        let shown = target_of(&target.join("debug").join("xtask (deleted)"));
        assert_eq!(shown, Some(target), "replaced while it runs");
    }
}
