//! Programs that are installed by themselves: training needs burn, which takes minutes to compile.

use std::path::PathBuf;

use spikestream_flows::run::{self, Stage, interrupt};
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::{FlowError, Told, parent};

/// Such a program.
#[derive(Debug)]
pub(crate) struct Program {
    /// What it is called in messages.
    pub(crate) name: &'static str,
    /// Its file.
    pub(crate) file: &'static str,
}

pub(crate) const TRAIN: Program = Program { name: "training", file: "spikestream-train" };
pub(crate) const IMPORT: Program =
    Program { name: "importing the weights", file: "spikestream-import" };
pub(crate) const EVAL_FLOAT: Program =
    Program { name: "evaluation in float", file: "spikestream-eval-float" };
pub(crate) const BENCH_TRAIN: Program =
    Program { name: "our training", file: "spikestream-bench-train" };

/// A program that is not there.
#[derive(Debug, thiserror::Error)]
#[error("the program `{file}`, which does the {name}, is neither beside this one nor on PATH", name = .0.name, file = .0.file)]
pub(crate) struct Missing(&'static Program);

impl Told for Missing {
    fn code(&self) -> &'static str {
        "cli::program::missing"
    }

    fn remedy(&self) -> String {
        "install it with the other programs of training: cargo install --locked --path train, in a checkout of \
         spikestream (it compiles for some minutes)"
            .to_owned()
    }
}

impl Program {
    /// Where it is: beside this program, or on PATH.
    ///
    /// # Errors
    /// [`Missing`].
    fn find(&'static self) -> Result<PathBuf, FlowError> {
        let beside = std::env::current_exe().ok().map(|this| this.with_file_name(self.file));
        let beside = beside.filter(|path| path.is_file());
        let found = beside.or_else(|| Environment::of_process().which(self.file));
        found.ok_or_else(|| Missing(self).into())
    }

    /// How it is started with these arguments.
    ///
    /// # Errors
    /// [`Missing`].
    pub(crate) fn stage(&'static self, args: Vec<String>) -> Result<Stage, FlowError> {
        let here = std::env::current_dir()
            .map_err(|e| FlowError::Unreadable { path: ".".into(), reason: e.to_string() })?;
        Ok(Stage {
            name: self.name.to_owned(),
            program: self.find()?,
            args,
            // Killed, this program takes the other along.
            env: vec![(parent::VARIABLE.to_owned(), std::process::id().to_string())],
            folder: here,
        })
    }

    /// Runs it with the user's terminal, and waits for it.
    ///
    /// # Errors
    /// [`Missing`]; [`run::Error::StageFailed`].
    pub(crate) fn run(&'static self, args: Vec<String>) -> Result<(), FlowError> {
        let stage = self.stage(args)?;
        interrupt::left_to_it(|| run::stage(&stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named_with_the_way_to_it() {
        const NONE: Program = Program { name: "nothing", file: "spikestream-nothing" };
        let error = NONE.stage(Vec::new()).unwrap_err();
        assert_eq!(error.code(), "cli::program::missing");
        assert!(error.to_string().contains("`spikestream-nothing`"), "{error}");
        assert!(error.remedy().contains("cargo install --locked --path train"));
    }
}
