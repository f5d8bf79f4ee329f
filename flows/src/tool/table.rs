//! `tools.toml` as it is read: a row for each tool, and the packages that are installed together.

use std::sync::OnceLock;

use serde::Deserialize;

use super::Tool;

/// One row of `tools.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolSpec {
    /// The tool.
    pub id: String,
    /// Programs to look for on PATH, best first.
    pub names: Vec<String>,
    /// The override variable.
    pub env: String,
    /// Whether the override may hold arguments after the program, as `CXX="ccache g++"` does.
    #[serde(default)]
    pub arguments: bool,
    /// Variables that change what it makes.
    #[serde(default)]
    pub reads: Vec<String>,
    /// How to ask for the version; some tools have none.
    pub version: Option<VersionQuery>,
    /// The arguments that a tool without a version is tried with: it must print something.
    pub start: Option<Vec<String>>,
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

impl ToolSpec {
    /// The tool that this is the row of.
    pub fn tool(&'static self) -> Tool {
        Tool::named(&self.id)
    }
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

impl Table {
    /// The rows, in order.
    pub(super) fn tools(&self) -> &[ToolSpec] {
        &self.tool
    }
}

/// The table, read once. It is part of the program, so a mistake in it is a bug that the tests
/// of this module find.
#[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
pub(crate) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| toml::from_str(include_str!("../../tools.toml")).expect("tools.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::version::Version;

    #[test]
    fn every_tool_has_one_row_and_a_readable_minimum() {
        for tool in Tool::all() {
            let spec = tool.spec();
            assert_eq!(serde_json::to_value(tool).unwrap(), tool.id());
            assert_eq!(table().tools().iter().filter(|row| row.id == tool.id()).count(), 1);
            assert!(!spec.names.is_empty() && !spec.install.is_empty());
            if let Some(minimum) = &spec.minimum {
                minimum.parse::<Version>().unwrap();
                assert!(spec.version.is_some(), "{}: a minimum needs a version", tool.id());
            }
            let start = spec.start.as_ref().map_or(0, Vec::len);
            assert!(spec.version.is_none() || start == 0, "{}: started twice", tool.id());
            let reason = "every tool can be tried";
            assert!(spec.version.is_some() || start > 0, "{}: {reason}", tool.id());
        }
    }
}
