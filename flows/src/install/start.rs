//! Starts a tool once, to see that it runs at all: what is there may still lack a library, an interpreter
//! or a part of its own.

use std::path::Path;

use crate::base::error::FlowError;
use crate::run::{self, Captured, Inherit};
use crate::tool::{self, Located, ToolSpec};

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
    /// [`tool::Error::Broken`] with the tool's own words, or [`run::Error::NotStarted`].
    pub fn try_start(&self) -> Result<(), FlowError> {
        let spec = self.tool.spec();
        let query = spec.version.as_ref().map(|query| &query.args);
        let Some(args) = query.or(spec.start.as_ref()) else { return Ok(()) };
        let said = run::capture_with(&self.path, self.args.iter().chain(args), &Inherit::of(self))?;
        // Many programs end with 1 after their help.
        let stumbles = if query.is_some() { !said.success } else { collapsed(&said) };
        match stumbles {
            true => Err(broken(spec, &self.path, self.root.as_deref(), &said).into()),
            false => Ok(()),
        }
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
) -> tool::Error {
    let words = format!("{}\n{}", said.stdout, said.stderr);
    tool::Error::Broken {
        tool,
        path: path.to_path_buf(),
        status: said.status.clone(),
        words: run::tail(&words),
        root: root.map(Path::to_path_buf),
    }
}
