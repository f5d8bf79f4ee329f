//! The program behind a programmer: a row of the table of tools, or one that a user's own row names.

use std::path::PathBuf;

use crate::base::error::FlowError;
use crate::board::programmer::Programmer;
use crate::install::{Finding, probe};
use crate::tool::environment::Environment;
use crate::tool::{self, Tools};

impl Programmer {
    /// The program as it would be typed.
    pub(super) fn word(&self, environment: &Environment) -> String {
        let Some(tool) = self.tool else { return self.own().to_owned() };
        match probe(environment, tool) {
            Finding::Found(located) => located.word,
            Finding::Absent { .. } | Finding::Unusable(_) => tool.spec().names[0].clone(),
        }
    }

    /// Whether there is something to start, or to hear of: an override variable that names no program
    /// is an error, not a reason to take another programmer.
    pub(super) fn is_there(&self, environment: &Environment) -> bool {
        match self.tool {
            Some(tool) => {
                !matches!(probe(environment, tool), Finding::Unusable(error) if is_missing(&error))
            }
            None => environment.which(self.own()).is_some(),
        }
    }

    /// The program; none if it is not there.
    ///
    /// # Errors
    /// It is there and will not do.
    pub(super) fn locate(&self, environment: &Environment) -> Result<Option<PathBuf>, FlowError> {
        let Some(tool) = self.tool else { return Ok(environment.which(self.own())) };
        match Tools::locate_in(environment, &[tool]) {
            Ok(tools) => Ok(Some(tools.get(tool)?.path.clone())),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The program's name, for messages.
    pub(super) fn program_name(&self) -> &str {
        self.tool.map_or_else(|| self.own(), |tool| &tool.spec().names[0])
    }

    /// How to get the program.
    pub(super) fn how_to_get_it(&self) -> String {
        match (self.tool, &self.install) {
            (Some(tool), _) => {
                let spec = tool.spec();
                format!("{}: {}, or set {} to its path", tool.id(), spec.install, spec.env)
            }
            (None, Some(install)) => format!("{}: {install}", self.own()),
            (None, None) => format!("put {} on PATH", self.own()),
        }
    }

    /// The program of a user's own row.
    fn own(&self) -> &str {
        self.program.as_deref().unwrap_or_default()
    }
}

/// Whether an error says that a tool is not there.
fn is_missing(error: &FlowError) -> bool {
    matches!(error.of(), Some(tool::Error::Missing { .. }))
}
