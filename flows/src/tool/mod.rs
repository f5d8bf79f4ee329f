//! The tools that the flows start: the table of them, and finding each one at a version that
//! will do. Everything is found and checked before any work begins.
//!
//! A tool is looked for in three places, in this order: its override variable, PATH, and the
//! environment that [`crate::provision`] installs into the user's cache folder.

mod identity;
mod probe;
mod start;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::error::FlowError;
use crate::output;
use crate::provision;
use crate::script::quoted;

pub use probe::{Finding, probe};
pub(crate) use table::table;
pub use table::{Script, ToolSpec, VersionQuery};

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

impl Tool {
    /// All tools, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        table().tools().iter().map(|spec| spec.id)
    }

    /// The tool's row in the table.
    #[expect(clippy::expect_used, reason = "a test asks for every row")]
    pub fn spec(self) -> &'static ToolSpec {
        table().tools().iter().find(|spec| spec.id == self).expect("a row for every tool")
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
                output::tell(format_args!(
                    "note: {note}; using {} {}",
                    located.word, located.version
                ));
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
