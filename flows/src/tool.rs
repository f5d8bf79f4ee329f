//! The tools that the flows start: the table of them, and finding each one at a version that
//! will do. Everything is found and checked before any work begins.
//!
//! A tool is looked for in three places, in this order: its override variable, PATH, and the
//! environment that [`crate::provision`] installs into the user's cache folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::error::FlowError;
use crate::provision;
use crate::version::Version;
use crate::{digest, run};

/// A program that the flows start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// Synthesis.
    Yosys,
    /// Place and route for iCE40.
    NextpnrIce40,
    /// Place and route for ECP5.
    NextpnrEcp5,
    /// Packs an ECP5 bitstream.
    Ecppack,
    /// Packs an iCE40 bitstream.
    Icepack,
    /// Unpacks an iCE40 bitstream.
    Iceunpack,
    /// Turns an unpacked iCE40 bitstream into Verilog.
    #[serde(rename = "icebox_vlog")]
    IceboxVlog,
    /// Unpacks an ECP5 bitstream.
    Ecpunpack,
    /// Flashes iCE40 boards.
    Iceprog,
    /// Flashes iCESugar boards.
    Icesprog,
    /// Flashes TinyFPGA boards.
    Tinyprog,
    /// Flashes most boards.
    #[serde(rename = "openFPGALoader")]
    OpenFpgaLoader,
    /// Flashes the ULX3S.
    Fujprog,
    /// Flashes boards with a USB bootloader.
    DfuUtil,
    /// Flashes ECP5 boards through a CMSIS-DAP probe.
    Ecpdap,
    /// Turns Verilog into C++.
    Verilator,
    /// Compiles Verilog for the four-state simulator.
    Iverilog,
    /// The four-state simulator.
    Vvp,
    /// The C++ compiler.
    #[serde(rename = "c++")]
    Cxx,
    /// GNU make.
    Make,
    /// Perl, which Verilator's front end is written in.
    Perl,
    /// Python, which installs the tools that are not on PATH.
    Python3,
    /// A browser, which the tests look at pages with.
    Chromium,
    /// Cargo, which builds and starts the stages.
    Cargo,
}

/// One row of `tools.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolSpec {
    /// The tool.
    pub id: Tool,
    /// Programs to look for on PATH, best first.
    pub names: Vec<String>,
    /// The override variable.
    pub env: String,
    /// How to ask for the version; some tools have none.
    pub version: Option<VersionQuery>,
    /// The oldest version that will do.
    pub minimum: Option<String>,
    /// Where the provisioned environment has it.
    pub script: Option<Script>,
    /// How to get it by hand.
    pub install: String,
    /// What it is for.
    pub does: String,
    /// Whether most users do without.
    #[serde(default)]
    pub optional: bool,
}

/// How a tool is asked for its version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionQuery {
    /// The arguments that make it print one.
    pub args: Vec<String>,
    /// The words that the number directly follows.
    pub after: Vec<String>,
}

/// A program of the provisioned environment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Its path inside the environment.
    pub program: String,
    /// The package that holds it, whose pin is its version.
    pub package: String,
}

/// The whole of `tools.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) provision: Pins,
    tool: Vec<ToolSpec>,
}

/// The packages that are installed together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pins {
    pub(crate) packages: Vec<String>,
}

/// The table, read once. It is part of the program, so a mistake in it is a bug that the tests
/// of this module find.
#[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
pub(crate) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| toml::from_str(include_str!("../tools.toml")).expect("tools.toml"))
}

impl Tool {
    /// All tools, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        table().tool.iter().map(|spec| spec.id)
    }

    /// The tool's row in the table.
    #[expect(clippy::expect_used, reason = "a test asks for every row")]
    pub fn spec(self) -> &'static ToolSpec {
        table().tool.iter().find(|spec| spec.id == self).expect("a row for every tool")
    }

    /// The tool's name in the table.
    pub fn id(self) -> &'static str {
        match self {
            Self::Yosys => "yosys",
            Self::NextpnrIce40 => "nextpnr-ice40",
            Self::NextpnrEcp5 => "nextpnr-ecp5",
            Self::Ecppack => "ecppack",
            Self::Icepack => "icepack",
            Self::Iceunpack => "iceunpack",
            Self::IceboxVlog => "icebox_vlog",
            Self::Ecpunpack => "ecpunpack",
            Self::Iceprog => "iceprog",
            Self::Icesprog => "icesprog",
            Self::Tinyprog => "tinyprog",
            Self::OpenFpgaLoader => "openFPGALoader",
            Self::Fujprog => "fujprog",
            Self::DfuUtil => "dfu-util",
            Self::Ecpdap => "ecpdap",
            Self::Verilator => "verilator",
            Self::Iverilog => "iverilog",
            Self::Vvp => "vvp",
            Self::Cxx => "c++",
            Self::Make => "make",
            Self::Perl => "perl",
            Self::Python3 => "python3",
            Self::Chromium => "chromium",
            Self::Cargo => "cargo",
        }
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
    /// Its version; for a tool that prints none, the start of its hash.
    pub version: String,
    /// Where it was found.
    pub origin: Origin,
    /// Variables that it and what it makes need.
    pub env: Vec<(&'static str, PathBuf)>,
    /// How a script names it when the override variable is not set: free of this machine's
    /// paths unless the user gave one.
    pub word: String,
}

/// The tools of a run, found and checked.
#[derive(Debug, Clone, Default)]
pub struct Tools(BTreeMap<Tool, Located>);

impl Tools {
    /// Finds every tool of `wanted`, installing what is not there and can be.
    ///
    /// # Errors
    /// The first tool that is missing, too old or of no recognisable version, before anything is
    /// installed; then whatever [`provision::ensure`] reports.
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
        let installed = provision::ensure(environment)?;
        for (tool, note) in absent {
            let located = installed.located(tool)?;
            if let Some(note) = note {
                eprintln!("note: {note}; using {} {}", located.word, located.version);
            }
            tools.insert(located);
        }
        Ok(tools)
    }

    /// Adds a tool.
    pub fn insert(&mut self, located: Located) {
        self.0.insert(located.tool, located);
    }

    /// A tool that was asked for.
    ///
    /// # Errors
    /// [`FlowError::ToolNotLocated`] when it was not.
    pub fn get(&self, tool: Tool) -> Result<&Located, FlowError> {
        self.0.get(&tool).ok_or(FlowError::ToolNotLocated { tool })
    }

    /// All tools that were found.
    pub fn iter(&self) -> impl Iterator<Item = &Located> {
        self.0.values()
    }
}

/// What looking for one tool found, before anything is installed.
#[derive(Debug)]
pub enum Finding {
    /// The tool, at a version that will do.
    Found(Located),
    /// Nothing of use, but it can be installed; the note says what was passed over.
    Absent {
        /// What is on PATH and will not do.
        note: Option<FlowError>,
    },
    /// Nothing of use, and it cannot be installed for the user.
    Unusable(FlowError),
}

/// Looks for one tool by its override variable, on PATH and among what is already installed.
pub fn probe(environment: &Environment, tool: Tool) -> Finding {
    let spec = tool.spec();
    if let Some(value) = environment.over(&spec.env) {
        let Some(path) = environment.which(value) else {
            let value = value.to_owned();
            return Finding::Unusable(FlowError::ToolOverride { tool: spec, value });
        };
        let word = path.display().to_string();
        return match check(spec, path, Origin::Override, word) {
            Ok(located) => Finding::Found(located),
            Err(error) => Finding::Unusable(error),
        };
    }
    let on_path = spec.names.iter().find_map(|name| Some((name, environment.which(name)?)));
    let passed_over = match on_path {
        Some((name, path)) => match check(spec, path, Origin::Path, name.clone()) {
            Ok(located) => return Finding::Found(located),
            Err(error) => Some(error),
        },
        None => None,
    };
    match (&spec.script, passed_over) {
        (Some(_), note) => match provision::installed(environment) {
            Some(installed) if note.is_none() => match installed.located(tool) {
                Ok(located) => Finding::Found(located),
                Err(error) => Finding::Unusable(error),
            },
            _ => Finding::Absent { note },
        },
        (None, Some(error)) => Finding::Unusable(error),
        (None, None) => Finding::Unusable(FlowError::ToolMissing { tool: spec }),
    }
}

/// Asks the program at `path` for its version and compares it with the table.
fn check(
    spec: &'static ToolSpec,
    path: PathBuf,
    origin: Origin,
    word: String,
) -> Result<Located, FlowError> {
    let version = match &spec.version {
        None => fingerprint(&path)?,
        Some(query) => {
            let found = ask(spec, query, &path)?;
            let minimum = spec.minimum.as_deref().and_then(|text| text.parse::<Version>().ok());
            match minimum {
                Some(minimum) if !found.is_at_least(&minimum) => {
                    let minimum = spec.minimum.clone().unwrap_or_default();
                    let found = found.to_string();
                    return Err(FlowError::ToolTooOld { tool: spec, path, found, minimum });
                }
                _ => found.to_string(),
            }
        }
    };
    Ok(Located { tool: spec.id, path, version, origin, env: Vec::new(), word })
}

fn ask(spec: &'static ToolSpec, query: &VersionQuery, path: &Path) -> Result<Version, FlowError> {
    let said = run::capture(path, &query.args)?;
    // nextpnr prints its version on stderr, the others on stdout.
    let text = format!("{}\n{}", said.stdout, said.stderr);
    Version::find(&text, &query.after).ok_or_else(|| FlowError::ToolVersion {
        tool: spec,
        path: path.to_path_buf(),
        printed: text.trim().lines().next().unwrap_or_default().to_owned(),
    })
}

fn fingerprint(path: &Path) -> Result<String, FlowError> {
    match digest::of_file(path) {
        Ok(hash) => Ok(format!("sha256:{}", &hash[..12])),
        Err(e) => Err(FlowError::Unreadable { path: path.to_path_buf(), reason: e.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_has_one_row_and_a_readable_minimum() {
        for tool in Tool::all() {
            let spec = tool.spec();
            assert_eq!(serde_json::to_value(tool).unwrap(), tool.id());
            assert_eq!(table().tool.iter().filter(|row| row.id == tool).count(), 1);
            assert!(!spec.names.is_empty() && !spec.install.is_empty());
            if let Some(minimum) = &spec.minimum {
                minimum.parse::<Version>().unwrap();
                assert!(spec.version.is_some(), "{}: a minimum needs a version", tool.id());
            }
            if let Some(script) = &spec.script {
                let pin = format!("{}==", script.package);
                assert!(table().provision.packages.iter().any(|p| p.starts_with(&pin)));
            }
        }
    }
}
