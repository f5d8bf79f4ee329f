//! The tools that the flows start: the table of them, and finding each one at a version that
//! will do. Everything is found and checked before any work begins.
//!
//! A tool is looked for in three places, in this order: its override variable, PATH, and the
//! environment that [`crate::install`] installs into the user's cache folder.

pub mod environment;
mod error;
pub(crate) mod identity;
pub(crate) mod record;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize, de};
use spikestream::shell::quoted;

use record::Look;

use crate::base::nearest::offer;

pub use error::Error;
pub(crate) use table::table;
pub use table::{Script, ToolSpec, VersionQuery};

/// A program that the flows start: the name of a row of `tools.toml`. What only one family or programmer
/// needs is named there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Tool(&'static str);

impl Tool {
    /// Synthesis.
    pub const YOSYS: Self = Self("yosys");
    /// Verilog to C++.
    pub const VERILATOR: Self = Self("verilator");
    /// Verilog to what [`Tool::VVP`] runs.
    pub const IVERILOG: Self = Self("iverilog");
    /// Simulation in four states.
    pub const VVP: Self = Self("vvp");
    /// Formal proofs.
    pub const Z3: Self = Self("z3");
    /// The C++ compiler.
    pub const CXX: Self = Self("c++");
    /// Builds of C++.
    pub const MAKE: Self = Self("make");
    /// What Verilator's wrapper runs on.
    pub const PERL: Self = Self("perl");
    /// Installation, and the libraries of the benches.
    pub const PYTHON3: Self = Self("python3");
    /// A browser, for tests of the page.
    pub const CHROMIUM: Self = Self("chromium");
    /// Builds of this workspace.
    pub const CARGO: Self = Self("cargo");

    /// The tool of that name, which is a row of the table.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Every tool, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        table().tools().iter().map(|spec| Self(&spec.id))
    }

    /// The tool's row.
    #[expect(clippy::expect_used, reason = "tests ask for every row that is named")]
    pub fn spec(self) -> &'static ToolSpec {
        table().tools().iter().find(|spec| spec.id == self.0).expect("a row for every tool")
    }

    /// Its name in code, logs and errors.
    pub fn id(self) -> &'static str {
        self.0
    }
}

impl<'de> Deserialize<'de> for Tool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || {
            let legal: Vec<String> = Self::all().map(|tool| tool.0.to_owned()).collect();
            de::Error::custom(format!("unknown tool `{name}`: {}", offer(&name, &legal)))
        };
        Self::all().find(|tool| tool.0 == name).ok_or_else(unknown)
    }
}

/// Where a tool was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Its override variable named it.
    Override,
    /// It is on PATH.
    Path,
    /// It was installed into the user's cache folder.
    Provisioned,
}

/// A tool that was found and whose version will do.
#[derive(Debug, Clone)]
pub struct Located {
    /// The tool.
    pub tool: Tool,
    /// The program.
    pub path: PathBuf,
    /// Arguments that its override variable puts before those of a step.
    pub args: Vec<String>,
    /// Its version; for a tool that prints none, the start of its hash.
    pub version: String,
    /// What tells it from another program of the same version; means nothing on another machine.
    pub identity: String,
    /// Where it was found.
    pub origin: Origin,
    /// Variables that it and what it makes need.
    pub env: Vec<(&'static str, String)>,
    /// The environment that it was installed into, if it was.
    pub root: Option<PathBuf>,
    /// How a script names it when the override variable is not set: free of this machine's
    /// paths unless the user gave one.
    pub word: String,
}

impl Located {
    /// The program as a script names it, and its own arguments.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.word).chain(&self.args).map(String::as_str)
    }

    /// The same as one line of a shell.
    pub fn typed(&self) -> String {
        self.words().map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// Finds out whether it is as it was installed, by every file's content.
    ///
    /// # Errors
    /// [`Error::Damaged`] with the first file that differs.
    pub(crate) fn ensure_undamaged(&self) -> Result<(), Error> {
        self.root.as_deref().map_or(Ok(()), |root| record::ensure_undamaged(root, Look::Whole))
    }
}

/// The tools of a run, found and checked.
#[derive(Debug, Clone, Default)]
pub struct Tools(BTreeMap<Tool, Located>);

impl Tools {
    /// Adds a tool.
    pub fn insert(&mut self, located: Located) {
        self.0.insert(located.tool, located);
    }

    /// A tool that was asked for.
    ///
    /// # Errors
    /// [`Error::NotLocated`] when it was not.
    pub fn get(&self, tool: Tool) -> Result<&Located, Error> {
        self.0.get(&tool).ok_or(Error::NotLocated { tool })
    }

    /// All tools that were found.
    pub fn iter(&self) -> impl Iterator<Item = &Located> {
        self.0.values()
    }
}
