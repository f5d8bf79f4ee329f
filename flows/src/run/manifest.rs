//! `manifest.json`: what a finished run used, started and made. A run writes it last, so a folder
//! without one holds nothing finished.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::files;
use crate::tool::{self, Located, Tools};

/// The file's name.
pub const MANIFEST: &str = "manifest.json";

/// What a finished run used, started and made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The hash of the plan and of its tools.
    pub digest: String,
    /// The tools, by name.
    pub tools: BTreeMap<String, ToolRecord>,
    /// The steps, in order.
    pub steps: Vec<StepRecord>,
    /// SHA-256 of every file that the plan wrote.
    pub inputs: BTreeMap<String, String>,
    /// SHA-256 of every product.
    pub products: BTreeMap<String, String>,
    /// The routed shape that a bitstream was packed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed: Option<Origin>,
    /// Whether nothing had to run; not written.
    #[serde(skip)]
    pub unchanged: bool,
}

/// Which routed shape a bitstream was packed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// SHA-256 of the shape's Verilog.
    pub shape: String,
    /// The folder of its netlist, among the board's routed shapes.
    pub synthesis: String,
    /// The folder in that one of the routed design.
    pub routing: String,
    /// The digest of the run that routed it.
    pub digest: String,
    /// Its seed.
    pub seed: u32,
}

/// A tool as the run used it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolRecord {
    /// Its version.
    pub version: String,
    /// Where it was found.
    pub origin: tool::Origin,
    /// How `run.sh` names it.
    pub program: String,
}

/// A step as it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRecord {
    /// Its name.
    pub name: String,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// What it printed.
    pub log: String,
    /// Its exit code.
    pub exit_code: i32,
    /// How long it took.
    pub seconds: f64,
}

/// The hash of a plan together with what its steps start: the versions of the tools, and what tells each
/// from another one of the same version.
///
/// # Errors
/// [`tool::Error::NotLocated`] when one is not among `tools`.
pub fn run_digest(plan: &Plan, tools: &Tools) -> Result<String, FlowError> {
    let mut parts = vec![plan.digest()];
    for tool in plan.tools() {
        parts.push(tool.id().to_owned());
        let Located { version, identity, .. } = tools.get(tool)?;
        parts.extend([version.clone(), identity.clone()]);
    }
    Ok(digest::of_parts(parts.iter().map(String::as_bytes)))
}

impl Manifest {
    /// Reads the manifest of a folder; none when there is no finished run in it.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.join(MANIFEST)).ok()?).ok()
    }

    /// Whether every file named still has the content that the manifest recorded.
    pub fn holds_in(&self, folder: &Path) -> bool {
        self.inputs
            .iter()
            .chain(&self.products)
            .all(|(path, hash)| digest::is_of_file(hash, &folder.join(path)))
    }

    /// Writes the manifest, whole or not at all.
    ///
    /// # Errors
    /// [`FlowError::Unwritable`].
    pub fn write(&self, folder: &Path) -> Result<(), FlowError> {
        files::write_json(&folder.join(MANIFEST), self)
    }
}

/// The tools of a plan as a manifest records them.
pub(crate) fn tool_records(
    plan: &Plan,
    tools: &Tools,
) -> Result<BTreeMap<String, ToolRecord>, FlowError> {
    plan.tools()
        .into_iter()
        .map(|tool| {
            let located = tools.get(tool)?;
            let record = ToolRecord {
                version: located.version.clone(),
                origin: located.origin,
                program: located.words().collect::<Vec<_>>().join(" "),
            };
            Ok((tool.id().to_owned(), record))
        })
        .collect()
}
