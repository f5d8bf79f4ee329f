//! Private Python environments: pinned packages in a virtual environment in the user's cache
//! folder, `spikestream/<name>-<digest of the pins>`.
//!
//! Nothing that the user set for another Python reaches one: no `PYTHON*` variable, no package of the
//! current folder, and of pip's settings only those that say where to fetch from ([`crate::pip`]).
//!
//! An environment is finished when its `.complete` marker is there, which is written last; one
//! without is wiped. A lock keeps two processes from installing at once.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::digest;
use crate::environment::Environment;
use crate::error::FlowError;
use crate::files::{self, unwritable};
use crate::output;
use crate::pip::{self, Cause};
use crate::progress;
use crate::run::{self, Captured, Inherit};
use crate::tool::{Finding, Located, Tool, probe};
use crate::version::Version;

/// The marker of a finished environment; holds the interpreter that it was made with.
const COMPLETE: &str = ".complete";

/// Packages that are installed together, and never upgraded in place: another list is another
/// folder.
#[derive(Debug, Clone)]
pub struct Packages {
    /// What the environment's folder is called, before the digest.
    pub name: &'static str,
    /// The pins, `package==version`, as pip takes them.
    pub pins: Vec<String>,
    /// More options of pip.
    pub options: &'static [&'static str],
    /// The oldest Python that they run on, where it is newer than the tools'.
    pub python: Option<&'static str>,
    /// What they are, for messages.
    pub what: String,
    /// What installing costs: time, and space when it is much.
    pub cost: &'static str,
}

impl Packages {
    /// The name of the environment's folder.
    pub(crate) fn folder_name(&self) -> String {
        let pins = digest::of_parts(self.pins.iter().map(String::as_bytes));
        format!("{}-{}", self.name, &pins[..12])
    }

    /// The environment's folder, whether it is there or not.
    ///
    /// # Errors
    /// [`FlowError::NoCache`].
    pub(crate) fn root(&self, environment: &Environment) -> Result<PathBuf, FlowError> {
        let cache = environment.cache.as_ref().ok_or(FlowError::NoCache)?;
        Ok(cache.join("spikestream").join(self.folder_name()))
    }

    /// The environment's folder, if it is there and finished.
    pub(crate) fn installed(&self, environment: &Environment) -> Option<PathBuf> {
        let root = self.root(environment).ok()?;
        let made_with = std::fs::read_to_string(root.join(COMPLETE)).ok()?;
        // An upgraded Python leaves an environment that looks whole and cannot run.
        (interpreter(&root)? == made_with).then_some(root)
    }

    /// The environment's folder; what is not there yet is installed now, and `finish` then does
    /// with it what pip cannot.
    ///
    /// # Errors
    /// [`FlowError::NoVenv`], [`FlowError::Download`], [`FlowError::Unwritable`], whatever finding
    /// python3 reports, and whatever `finish` does.
    pub fn ensure(
        &self,
        environment: &Environment,
        finish: impl FnOnce(&Path) -> Result<(), FlowError>,
    ) -> Result<PathBuf, FlowError> {
        if let Some(root) = self.installed(environment) {
            return Ok(root);
        }
        let root = self.root(environment)?;
        let python = self.python(environment)?;
        let parent = root.parent().unwrap_or(&root).to_path_buf();
        files::make_folder(&parent)?;
        let _lock = lock(&parent)?;
        if let Some(root) = self.installed(environment) {
            return Ok(root); // another process was faster
        }
        self.install(&root, &python, finish)?;
        self.installed(environment).ok_or_else(|| FlowError::Provision {
            what: "the environment is not complete".to_owned(),
            root,
        })
    }

    /// A Python that the packages run on.
    fn python(&self, environment: &Environment) -> Result<PathBuf, FlowError> {
        let Located { path, version, .. } = python(environment)?;
        let older = |minimum: &&str| {
            let parsed = (version.parse::<Version>(), minimum.parse::<Version>());
            matches!(parsed, (Ok(found), Ok(minimum)) if !found.is_at_least(&minimum))
        };
        match self.python.filter(older) {
            Some(minimum) => {
                let (tool, minimum) = (Tool::Python3.spec(), minimum.to_owned());
                Err(FlowError::ToolTooOld { tool, path, found: version, minimum })
            }
            None => Ok(path),
        }
    }

    fn install(
        &self,
        root: &Path,
        python: &Path,
        finish: impl FnOnce(&Path) -> Result<(), FlowError>,
    ) -> Result<(), FlowError> {
        output::tell(format_args!(
            "Installing {} into {} (once; {})",
            self.what,
            root.display(),
            self.cost
        ));
        if root.exists() {
            std::fs::remove_dir_all(root).map_err(|e| unwritable(root, &e))?;
        }
        make(root, python)?;
        self.fetch(root)?;
        finish(root)?;
        let made_with = interpreter(root).unwrap_or_default();
        files::write(&root.join(COMPLETE), made_with.as_bytes())
    }

    fn fetch(&self, root: &Path) -> Result<(), FlowError> {
        let python = root.join("bin/python3");
        let mut args = vec!["-m", "pip", "install", "--no-input", "--disable-pip-version-check"];
        args.extend(self.options);
        args.extend(self.pins.iter().map(String::as_str));
        let said = progress::timed("downloading the packages", || {
            private_with(&python, args, pip::settings(&python)?)
        })?;
        if said.success {
            return Ok(());
        }
        full_disk(&said, root)?;
        let log = root.with_extension("log");
        let words = format!("{}{}", said.stdout, said.stderr);
        files::write(&log, words.as_bytes())?;
        let (what, tail, cause) = (self.what.clone(), run::tail(&said.stderr), Cause::of(&words));
        match cause.is_of_the_way() {
            true => Err(FlowError::Download { what, tail, cause, log }),
            false => Err(FlowError::Install { what, tail, cause, log }),
        }
    }
}

/// Starts a Python of ours, or one that makes one: isolated (`-I`), so that neither variables nor modules
/// in the current folder change what it does.
pub(crate) fn private<'a>(
    python: &Path,
    args: impl IntoIterator<Item = &'a str>,
) -> Result<Captured, FlowError> {
    private_with(python, args, Vec::new())
}

fn private_with<'a>(
    python: &Path,
    args: impl IntoIterator<Item = &'a str>,
    variables: Vec<(String, String)>,
) -> Result<Captured, FlowError> {
    let args = std::iter::once("-I").chain(args);
    run::capture_with(python, args, &Inherit::Private(variables))
}

/// Python as it is found on this machine.
///
/// # Errors
/// Whatever finding it reports.
pub(crate) fn python(environment: &Environment) -> Result<Located, FlowError> {
    match probe(environment, Tool::Python3) {
        Finding::Found(located) => Ok(located),
        Finding::Unusable(error) => Err(error),
        Finding::Absent { .. } => Err(FlowError::ToolMissing { tool: Tool::Python3.spec() }),
    }
}

/// The interpreter behind an environment.
fn interpreter(root: &Path) -> Option<String> {
    Some(std::fs::canonicalize(root.join("bin/python3")).ok()?.display().to_string())
}

fn lock(parent: &Path) -> Result<File, FlowError> {
    let file = File::create(parent.join("install.lock")).map_err(|e| unwritable(parent, &e))?;
    if file.try_lock().is_err() {
        output::tell("note: waiting for another process that is installing packages");
        file.lock().map_err(|e| unwritable(parent, &e))?;
    }
    Ok(file)
}

fn make(root: &Path, python: &Path) -> Result<(), FlowError> {
    let folder = root.display().to_string();
    let said = progress::timed("making a virtual environment", || {
        private(python, ["-m", "venv", folder.as_str()])
    })?;
    if said.success {
        return Ok(());
    }
    full_disk(&said, root)?;
    Err(FlowError::NoVenv { tail: run::tail(&(said.stdout + &said.stderr)) })
}

fn full_disk(said: &Captured, root: &Path) -> Result<(), FlowError> {
    let full = ["No space left", "Disk quota exceeded"];
    let told =
        full.iter().find(|words| said.stderr.contains(**words) || said.stdout.contains(**words));
    match told {
        None => Ok(()),
        Some(words) => {
            let reason = words.to_lowercase();
            Err(FlowError::Unwritable { path: root.to_path_buf(), reason })
        }
    }
}
