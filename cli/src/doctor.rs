//! `doctor`: every tool, its version, where it is, and how to get what is missing.
//!
//! Each tool that is there is started once. One that does not start is broken, and its own words are told.
//!
//! A tool that will be installed on first use is not missing, and neither is one that a single step
//! needs, such as a programmer: that step says so when it comes to it. Any other that only the user can
//! get is. For one that is missing or broken the exit code is 1.

use std::process::ExitCode;

use spikestream::columns;
use spikestream_flows::base::{memory, parallel};
use spikestream_flows::install::{self, Finding, probe};
use spikestream_flows::progress::Heartbeat;
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::tool::{self, Located, Origin, Tool};
use spikestream_flows::{FlowError, output};

/// Prints the table; fails if something is missing or does not start.
pub(crate) fn run() -> Result<ExitCode, FlowError> {
    let found = examine(&Environment::of_process());
    columns::print(&["tool", "version", "where", "for"], &found.rows)?;
    if found.problems.is_empty() {
        let but = ", but for what one step alone needs; of the programmers a board needs one";
        output::line(format_args!(
            "\nEverything is there{}.",
            if found.without { but } else { "" }
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (of, error) in found.problems {
        output::tell(format_args!("\nerror[{}]: {of}: {error}", error.code()));
        output::tell(format_args!("  help: {}", error.remedy()));
    }
    Ok(ExitCode::FAILURE)
}

/// What there is.
struct Findings {
    rows: Vec<Vec<String>>,
    problems: Vec<(&'static str, FlowError)>,
    /// Whether a tool of a single step is missing, which is no problem.
    without: bool,
}

/// Looks for every tool and starts each that is there once, several at the same time: to start one that was
/// never started takes long. It also takes memory, so those that are installed, which are WebAssembly, go
/// as many at a time as there is memory for.
fn try_all(environment: &Environment) -> Vec<(Tool, Finding)> {
    let _sign_of_life = Heartbeat::start("starting each tool once");
    let tools: Vec<Tool> = Tool::all().collect();
    let found = parallel::each(&tools, tools.len(), |tool| probe(environment, *tool));
    let installed = |finding: &Finding| {
        matches!(finding, Finding::Found(Located { origin: Origin::Provisioned, .. }))
    };
    let most = if found.iter().any(installed) { memory::compilers() } else { tools.len() };
    let started = parallel::each(&found, most, |finding| match finding {
        Finding::Found(found) => found.try_start().err(),
        Finding::Absent { .. } | Finding::Unusable(_) => None,
    });
    let findings = found.into_iter().zip(started);
    let findings = findings.map(|(finding, error)| error.map_or(finding, Finding::Unusable));
    tools.into_iter().zip(findings).collect()
}

fn examine(environment: &Environment) -> Findings {
    let mut rows = Vec::new();
    let mut problems: Vec<(&'static str, FlowError)> = Vec::new();
    let (mut installs, mut without) = (false, false);
    for (tool, finding) in try_all(environment) {
        let (version, place) = match finding {
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
            Finding::Unusable(error) => {
                let place = match error.of() {
                    Some(tool::Error::Missing { tool }) if tool.optional => {
                        without = true;
                        format!("missing, and needed for this alone: {}", tool.install)
                    }
                    other => {
                        let place = match other {
                            Some(tool::Error::Missing { .. }) => "MISSING",
                            Some(tool::Error::Broken { .. }) => "BROKEN",
                            _ => "UNUSABLE",
                        };
                        problems.push((tool.id(), error));
                        place.to_owned()
                    }
                };
                ("-".to_owned(), place)
            }
        };
        rows.push(vec![tool.id().to_owned(), version, place, tool.spec().does.clone()]);
    }
    if installs && let Err(error) = install::ensure_possible(environment) {
        problems.push((Tool::PYTHON3.id(), error));
    }
    // Each file that was installed, whole: a run compares no more than sizes and times.
    if let Err(error) = install::ensure_whole(environment) {
        problems.push(("the installed tools", error));
    }
    Findings { rows, problems, without }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The findings where PATH holds these kinds of fake tools alone.
    fn with(kinds: &[&str]) -> Findings {
        let fakes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flows/fake-tools");
        examine(&Environment {
            path: std::env::join_paths(kinds.iter().map(|kind| fakes.join(kind))).unwrap(),
            ..Environment::default()
        })
    }

    /// Where a tool is, and its errors.
    fn told(findings: &Findings, tool: Tool) -> (String, Vec<String>) {
        let row = findings.rows.iter().find(|row| row[0] == tool.id()).unwrap();
        let errors = findings.problems.iter().filter(|(of, _)| *of == tool.id());
        (row[2].clone(), errors.map(|(_, e)| format!("{}: {e}", e.code())).collect())
    }

    #[test]
    fn a_tool_that_does_not_start_is_broken() {
        let findings = with(&["broken", "compilers"]);
        for (tool, word) in
            [(Tool::MAKE, "libguile"), (Tool::named("icepack"), "ModuleNotFoundError")]
        {
            let (place, errors) = told(&findings, tool);
            assert_eq!((place.as_str(), errors.len()), ("BROKEN", 1), "{errors:?}");
            assert!(errors[0].starts_with("flows::tool::broken"), "{errors:?}");
            assert!(errors[0].contains(word), "{errors:?}");
        }
        let (place, errors) = told(&findings, Tool::CXX);
        assert!(place.ends_with("compilers/c++") && errors.is_empty(), "{place} {errors:?}");
        assert_eq!(told(&findings, Tool::PERL).0, "MISSING");
        assert!(findings.without, "no programmer");
    }
}
