//! Finds the tools of a run, and installs what is not there and can be.

use super::probe::{Finding, probe};
use crate::base::error::FlowError;
use crate::output;
use crate::tool::environment::Environment;
use crate::tool::{Tool, Tools};

/// The variable that `cargo xtask test` sets: every test then needs its tools.
pub const ALL_TESTS: &str = "SPIKESTREAM_ALL_TESTS";

impl Tools {
    /// Tools for the test that this thread runs, of those that are never installed for a user. Where one is
    /// missing there are none, which is told with the test's name and the remedy: the test is left out.
    ///
    /// # Panics
    /// With [`ALL_TESTS`], where one is missing.
    pub fn for_test(wanted: &[Tool]) -> Option<Self> {
        let error = match Self::locate(wanted) {
            Ok(tools) => return Some(tools),
            Err(error) => error,
        };
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let told = format!("{test} is left out: {error}\n  help: {}", error.remedy());
        assert!(std::env::var_os(ALL_TESTS).is_none(), "{told}");
        output::tell(format_args!("note: {told}"));
        None
    }

    /// Finds every tool of `wanted`, installing what is not there and can be.
    ///
    /// # Errors
    /// The first tool that is missing, too old or of no recognisable version, before anything is
    /// installed; then whatever [`ensure`](super::ensure) reports.
    pub fn locate(wanted: &[Tool]) -> Result<Self, FlowError> {
        Self::locate_in(&Environment::of_process(), wanted)
    }

    /// [`Tools::locate`] with the variables, PATH and cache folder given.
    ///
    /// # Errors
    /// As [`Tools::locate`].
    pub fn locate_in(environment: &Environment, wanted: &[Tool]) -> Result<Self, FlowError> {
        let mut tools = Self::default();
        let mut absent = Vec::new();
        for &tool in wanted {
            match probe(environment, tool) {
                Finding::Found(located) => tools.insert(located),
                Finding::Absent { note } => absent.push((tool, note)),
                Finding::Unusable(error) => return Err(error),
            }
        }
        if absent.is_empty() {
            return Ok(tools);
        }
        let installed = super::ensure(environment)?;
        for (tool, note) in absent {
            let located = installed.located(tool)?;
            if let Some(note) = note {
                output::tell(format_args!(
                    "note: {note}; using {} {}",
                    located.word, located.version
                ));
            }
            tools.insert(located);
        }
        Ok(tools)
    }
}
