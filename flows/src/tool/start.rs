//! Starts a tool once, to see that it runs at all: what is there may still lack a library, an interpreter
//! or a part of its own.

use std::path::Path;

use super::{Located, Origin, ToolSpec};
use crate::error::FlowError;
use crate::run::{self, Captured, Inherit};
use crate::venv::{self, Look};

/// What an interpreter prints when a program of its language cannot begin.
const COLLAPSES: [&str; 2] = ["Traceback (most recent call last)", "Fatal Python error"];

/// The exit codes of a shell and of `env` for what cannot be started, and of the dynamic loader for a
/// library that is missing.
const CANNOT_START: [i32; 2] = [126, 127];

impl Located {
    /// Starts the tool once, as a run would, and has it print its version or its help. A programmer is
    /// told to touch no board.
    ///
    /// # Errors
    /// [`FlowError::ToolBroken`] with the tool's own words, or [`FlowError::ToolNotStarted`].
    pub fn try_start(&self) -> Result<(), FlowError> {
        let spec = self.tool.spec();
        let query = spec.version.as_ref().map(|query| &query.args);
        let Some(args) = query.or(spec.start.as_ref()) else { return Ok(()) };
        let said = run::capture_with(&self.path, self.args.iter().chain(args), &self.inherit())?;
        // Many programs end with 1 after their help.
        let stumbles = if query.is_some() { !said.success } else { collapsed(&said) };
        match stumbles {
            true => Err(broken(spec, &self.path, self.installed_in(), &said)),
            false => Ok(()),
        }
    }

    /// What of this process's variables the tool is given.
    pub(crate) fn inherit(&self) -> Inherit {
        match self.origin {
            Origin::Provisioned => Inherit::Private(Vec::new()),
            Origin::Override | Origin::Path => Inherit::All,
        }
    }

    /// Whether an installed tool is what it was at its installation, its files' contents included; true of any
    /// other.
    ///
    /// # Errors
    /// [`venv::Error::Damaged`].
    pub(crate) fn ensure_undamaged(&self) -> Result<(), FlowError> {
        self.installed_in().map_or(Ok(()), |root| venv::ensure_undamaged(root, Look::Whole))
    }

    /// The environment that it was installed into.
    fn installed_in(&self) -> Option<&Path> {
        let script = self.tool.spec().script.as_ref();
        let script = script.filter(|_| self.origin == Origin::Provisioned)?;
        self.path.ancestors().nth(Path::new(&script.program).components().count())
    }
}

/// Whether a program that was asked for help did not come as far as to print it.
fn collapsed(said: &Captured) -> bool {
    let silent = said.stdout.trim().is_empty() && said.stderr.trim().is_empty();
    let lost = said.code.is_none_or(|code| CANNOT_START.contains(&code));
    silent || lost || COLLAPSES.iter().any(|words| said.stderr.contains(words))
}

/// The error for a tool that does not start; `root` is the folder that it was installed into.
pub(super) fn broken(
    tool: &'static ToolSpec,
    path: &Path,
    root: Option<&Path>,
    said: &Captured,
) -> FlowError {
    let words = format!("{}\n{}", said.stdout, said.stderr);
    FlowError::ToolBroken {
        tool,
        path: path.to_path_buf(),
        status: said.status.clone(),
        words: run::tail(&words),
        root: root.map(Path::to_path_buf),
    }
}
