//! What the flows take from the process around them: override variables, PATH, the cache folder.
//! A value, so that tests can give another one.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::tool::Tool;

/// Variables of these beginnings are meant for a Python or a pip that the user starts. `VIRTUAL_ENV` names
/// the environment that is active in the user's shell.
const OF_PYTHON: [&str; 4] = ["PYTHON", "PIP_", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"];

/// The variables of this process that a private Python environment and the tools in it must not see: each
/// can send their packages elsewhere, or keep their interpreter from starting.
pub(crate) fn of_the_users_python() -> impl Iterator<Item = OsString> {
    let names = std::env::vars_os().map(|(name, _)| name);
    names.filter(|name| OF_PYTHON.iter().any(|begin| name.to_string_lossy().starts_with(begin)))
}

/// Override variables, PATH and the folder that tools are installed into.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Override variables that are set, such as `YOSYS`, and variables that change what a tool makes.
    pub overrides: BTreeMap<String, String>,
    /// The search path for programs.
    pub path: OsString,
    /// The user's cache folder; none when the process has neither XDG_CACHE_HOME nor HOME.
    pub cache: Option<PathBuf>,
}

impl Environment {
    /// What the current process was started with.
    pub fn of_process() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let names = Tool::all().flat_map(|tool| {
            let spec = tool.spec();
            std::iter::once(&spec.env).chain(&spec.reads)
        });
        let overrides = names
            .filter_map(|name| Some((name.clone(), set(name)?.to_string_lossy().into_owned())))
            .collect();
        let cache = set("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| set("HOME").map(|home| Path::new(&home).join(".cache")));
        Self { overrides, path: set("PATH").unwrap_or_default(), cache }
    }

    /// The value of such a variable.
    pub(crate) fn over(&self, variable: &str) -> Option<&str> {
        self.overrides.get(variable).map(String::as_str)
    }

    /// The program that `name` (a name or a path) stands for.
    pub fn which(&self, name: &str) -> Option<PathBuf> {
        let here = std::env::current_dir().unwrap_or_default();
        which::which_in(name, Some(&self.path), here).ok()
    }
}
