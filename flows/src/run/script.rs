//! `run.sh`: the steps of a plan as a shell script that runs without this program.

use std::path::Path;

pub use spikestream::shell::{quoted, quoted_path};

use super::plan::Plan;
use crate::base::error::FlowError;
use crate::tool::{Located, Tools};

/// Keeps variables for another Python from the tools that were installed, as a run does.
const NO_OTHER_PYTHON: &str =
    r"for name in $(env | sed -n 's/^\(PYTHON[A-Z0-9_]*\)=.*/\1/p'); do unset $name; done";

/// The script of a plan. It holds no path of this machine, except one that the user gave in an
/// override variable.
///
/// # Errors
/// [`crate::tool::Error::NotLocated`] when a step's tool is not among `tools`.
pub fn script(plan: &Plan, tools: &Tools) -> Result<String, FlowError> {
    let mut lines = vec![
        "#!/bin/sh".to_owned(),
        "# Repeats this run by hand: the same steps on the files beside it.".to_owned(),
        "# Set YOSYS, NEXTPNR_ICE40, ... to use other programs.".to_owned(),
        "set -eu".to_owned(),
        "cd \"$(dirname \"$0\")\"".to_owned(),
    ];
    let located: Vec<&Located> =
        plan.tools().into_iter().map(|tool| tools.get(tool)).collect::<Result<_, _>>()?;
    if let Some(folder) = located.iter().find_map(|tool| folder_of(tool)) {
        lines.push(format!("tools=\"${{XDG_CACHE_HOME:-$HOME/.cache}}/spikestream/{folder}\""));
        lines.push(NO_OTHER_PYTHON.to_owned());
    }
    for tool in &located {
        for (name, value) in &tool.env {
            let value = portable(tool, value);
            lines.push(format!("export {name}=\"${{{name}:-{value}}}\""));
        }
    }
    for step in plan.steps() {
        let tool = tools.get(step.tool)?;
        let mut words = vec![program(tool)];
        words.extend(step.args.iter().map(|arg| quoted(arg)));
        words.extend(step.output.iter().map(|file| format!("> {}", quoted(file))));
        lines.push(words.join(" "));
    }
    Ok(lines.join("\n") + "\n")
}

/// The name of the folder that a tool was installed into, if it was.
fn folder_of(tool: &Located) -> Option<String> {
    Some(tool.root.as_ref()?.file_name()?.to_string_lossy().into_owned())
}

/// The value of a tool's variable with `$tools` for the folder that it was installed into.
fn portable(tool: &Located, value: &str) -> String {
    let inside = tool.root.as_ref().and_then(|root| Path::new(value).strip_prefix(root).ok());
    inside.map_or_else(|| value.to_owned(), |inside| format!("$tools/{}", inside.display()))
}

/// A tool as the script starts it: what its override variable says, or what was found. One that may have
/// arguments is as many words as the shell makes of it.
fn program(tool: &Located) -> String {
    let spec = tool.tool.spec();
    let (variable, plain) = (&spec.env, tool.words().all(|word| quoted(word) == word));
    match (spec.arguments, plain) {
        (true, true) => format!("${{{variable}:-{}}}", tool.typed()),
        // The variable is set above, and holds quotes.
        (true, false) => format!(r#"sh -c "${variable}"' "$@"' sh"#),
        (false, _) => format!("\"${{{variable}:-{}}}\"", tool.word),
    }
}
