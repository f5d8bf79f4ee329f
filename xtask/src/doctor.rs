//! `doctor`: every tool, its version, where it is, and how to get what is missing.
//!
//! A tool that will be installed on first use is not missing, and neither is one that only some
//! boards need to be flashed: `flash` says so when it comes to that. Any other that only the user can
//! get is, and the exit code is then 1.

use std::process::ExitCode;

use spikestream_flows::FlowError;
use spikestream_flows::environment::Environment;
use spikestream_flows::provision;
use spikestream_flows::tool::{Finding, Origin, Tool, probe};

use crate::table;

/// Prints the table; fails if something is missing.
pub(crate) fn run() -> ExitCode {
    let environment = Environment::of_process();
    let mut rows = Vec::new();
    let mut problems: Vec<(Tool, FlowError)> = Vec::new();
    let (mut installs, mut without) = (false, false);
    for tool in Tool::all() {
        let (version, place) = match probe(&environment, tool) {
            Finding::Found(found) => {
                let place = match found.origin {
                    Origin::Override => {
                        format!("{} (by {})", found.path.display(), tool.spec().env)
                    }
                    Origin::Path => found.path.display().to_string(),
                    Origin::Provisioned => "installed in the cache folder".to_owned(),
                };
                (found.version, place)
            }
            Finding::Absent { note } => {
                installs = true;
                let place = "will be installed on first use".to_owned();
                ("-".to_owned(), note.map_or(place.clone(), |note| format!("{place}; {note}")))
            }
            Finding::Unusable(FlowError::ToolMissing { tool }) if tool.optional => {
                without = true;
                ("-".to_owned(), format!("missing, and only flash needs it: {}", tool.install))
            }
            Finding::Unusable(error) => {
                problems.push((tool, error));
                ("-".to_owned(), "MISSING".to_owned())
            }
        };
        rows.push(vec![tool.id().to_owned(), version, place, tool.spec().does.clone()]);
    }
    table::print(&["tool", "version", "where", "for"], &rows);
    if installs && let Err(error) = provision::ensure_possible(&environment) {
        problems.push((Tool::Python3, error));
    }
    if problems.is_empty() {
        let but = if without { ", but for programmers, of which a board needs one" } else { "" };
        println!("\nEverything is there{but}.");
        return ExitCode::SUCCESS;
    }
    for (tool, error) in problems {
        eprintln!("\nerror[{}]: {}: {error}", error.code(), tool.id());
        eprintln!("  help: {}", error.remedy());
    }
    ExitCode::FAILURE
}
