//! Private Python environments: locked packages in a virtual environment in the user's cache
//! folder, `spikestream/<name>-<digest of the lock list>`.
//!
//! A lock list ([`Lock`]) names every package and every file that it may come as, so that an environment is
//! the same on every day; `renew` makes one.
//!
//! Nothing that the user set for another Python reaches one: no `PYTHON*` variable, no package of the
//! current folder, and of pip's settings only those that say where to fetch from ([`crate::install::pip`]).
//!
//! An environment is finished when its record is there (`record`), which is written last; one without, or
//! whose files are no longer as recorded, is wiped and made again. A lock keeps two processes from installing
//! at once.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::Error;
use super::lock::Lock;
use super::pip::{self, Cause, Difference};
use super::probe::{Finding, probe};
use crate::base::error::FlowError;
use crate::base::files::{self, unwritable};
use crate::base::version::Version;
use crate::output;
use crate::run::disk;
use crate::run::{self, Captured, Inherit};
use crate::tool::environment::Environment;
use crate::tool::record::{self, Look, Record};
use crate::tool::{self, Located, Tool};
use spikestream::progress;

/// The lock list in the folder of an environment, as pip is given it.
const REQUIREMENTS: &str = "requirements.txt";

/// Packages that are installed together, and never upgraded in place: another list is another
/// folder.
#[derive(Debug, Clone)]
pub struct Packages {
    /// What the environment's folder is called, before the digest.
    pub name: &'static str,
    /// Every package and every file that it may come as.
    pub lock: Lock,
    /// More options of pip.
    pub options: &'static [&'static str],
    /// What they are, for messages.
    pub what: String,
    /// What installing costs: time, and space when it is much.
    pub cost: &'static str,
}

impl Packages {
    /// The name of the environment's folder.
    pub(crate) fn folder_name(&self) -> String {
        format!("{}-{}", self.name, &self.lock.digest()[..12])
    }

    /// The environment's folder, whether it is there or not.
    ///
    /// # Errors
    /// [`Error::NoCache`].
    pub(crate) fn root(&self, environment: &Environment) -> Result<PathBuf, FlowError> {
        let cache = environment.cache.as_ref().ok_or(Error::NoCache)?;
        Ok(cache.join("spikestream").join(self.folder_name()))
    }

    /// The environment's folder, if it is there, finished, and as it was when it was finished.
    pub(crate) fn installed(&self, environment: &Environment) -> Option<PathBuf> {
        let root = self.root(environment).ok()?;
        let record = Record::read(&root)?;
        // An upgraded Python leaves an environment that looks whole and cannot run.
        let runs = interpreter(&root)? == record.python;
        (runs && record.damage(&root, Look::Brief).is_none()).then_some(root)
    }

    /// Whether what is installed is as it was when it was finished; true where nothing is.
    ///
    /// # Errors
    /// [`tool::Error::Damaged`] with the first file that differs.
    pub(crate) fn ensure_undamaged(
        &self,
        environment: &Environment,
        look: Look,
    ) -> Result<(), FlowError> {
        let root = self.root(environment);
        Ok(root.map_or(Ok(()), |root| record::ensure_undamaged(&root, look))?)
    }

    /// The environment's folder; what is not there yet is installed now, and `finish` then does
    /// with it what pip cannot.
    ///
    /// # Errors
    /// [`Error::NoVenv`], [`Error::Download`], [`Error::Install`], [`Error::OtherFile`],
    /// [`FlowError::Unwritable`], whatever finding python3 reports, and whatever `finish` does.
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
        if let Err(damaged) = record::ensure_undamaged(&root, Look::Brief) {
            output::tell(format_args!("note: {damaged}; installing again"));
        }
        if let Err(error) = self.install(&root, &python, finish) {
            if let FlowError::Unwritable { .. } = error {
                // Half of it would keep a full disk full.
                let _ = std::fs::remove_dir_all(&root);
            }
            return Err(error);
        }
        self.installed(environment).ok_or_else(|| {
            let what = "the environment is not complete".to_owned();
            Error::Unexpected { what, root }.into()
        })
    }

    /// A Python that there are packages for.
    ///
    /// # Errors
    /// [`tool::Error::TooOld`], and whatever finding it reports.
    pub(crate) fn python(&self, environment: &Environment) -> Result<PathBuf, FlowError> {
        let Located { path, version, .. } = python(environment)?;
        let minimum = self.lock.python.clone();
        match (version.parse::<Version>(), minimum.parse::<Version>()) {
            (Ok(found), Ok(least)) if !found.is_at_least(&least) => {
                let tool = Tool::PYTHON3.spec();
                Err(tool::Error::TooOld { tool, path, found: version, minimum }.into())
            }
            _ => Ok(path),
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
        progress::timed("recording what is there", || Record::write(root, made_with))
    }

    fn fetch(&self, root: &Path) -> Result<(), FlowError> {
        let python = root.join("bin/python3");
        let list = root.join(REQUIREMENTS);
        files::write(&list, self.lock.requirements().as_bytes())?;
        let list = list.display().to_string();
        let mut args = vec!["-m", "pip", "install", "--no-input", "--disable-pip-version-check"];
        // The list is whole, and its files are wheels: nothing is built, and nothing is asked what else it
        // wants.
        args.extend(["--require-hashes", "--only-binary=:all:", "--no-deps"]);
        args.extend(self.options);
        args.extend(["--requirement", &list]);
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
        if let Some(found) = Difference::of(&words) {
            let expected = self.lock.expected(&found);
            let Difference { package, file, found } = found;
            return Err(Error::OtherFile { package, file, expected, found, log }.into());
        }
        let (what, tail, cause) = (self.what.clone(), run::tail(&said.stderr), Cause::of(&words));
        match cause.is_of_the_way() {
            true => Err(Error::Download { what, tail, cause, log }.into()),
            false => Err(Error::Install { what, tail, cause, log }.into()),
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

pub(super) fn private_with<'a>(
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
    match probe(environment, Tool::PYTHON3) {
        Finding::Found(located) => Ok(located),
        Finding::Unusable(error) => Err(error),
        Finding::Absent { .. } => Err(tool::Error::Missing { tool: Tool::PYTHON3.spec() }.into()),
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

pub(super) fn make(root: &Path, python: &Path) -> Result<(), FlowError> {
    let folder = root.display().to_string();
    let said = progress::timed("making a virtual environment", || {
        private(python, ["-m", "venv", folder.as_str()])
    })?;
    if said.success {
        return Ok(());
    }
    full_disk(&said, root)?;
    Err(Error::NoVenv { tail: run::tail(&(said.stdout + &said.stderr)) }.into())
}

fn full_disk(said: &Captured, root: &Path) -> Result<(), FlowError> {
    match disk::told(&said.stderr).or(disk::told(&said.stdout)) {
        None => Ok(()),
        Some(words) => {
            let reason = words.to_lowercase();
            Err(FlowError::Unwritable { path: root.to_path_buf(), reason })
        }
    }
}
