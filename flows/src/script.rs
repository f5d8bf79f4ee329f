//! `run.sh`: the steps of a plan as a shell script that runs without this program.

pub use spikestream::shell::{quoted, quoted_path};

use crate::error::FlowError;
use crate::plan::Plan;
use crate::provision;
use crate::tool::{Located, Origin, Tools};

/// Keeps variables for another Python from the tools that were installed, as a run does.
const NO_OTHER_PYTHON: &str =
    r"for name in $(env | sed -n 's/^\(PYTHON[A-Z0-9_]*\)=.*/\1/p'); do unset $name; done";

/// The script of a plan. It holds no path of this machine, except one that the user gave in an
/// override variable.
///
/// # Errors
/// [`FlowError::ToolNotLocated`] when a step's tool is not among `tools`.
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
    if located.iter().any(|tool| tool.origin == Origin::Provisioned) {
        let folder = provision::folder_name();
        lines.push(format!("tools=\"${{XDG_CACHE_HOME:-$HOME/.cache}}/spikestream/{folder}\""));
        lines.push(NO_OTHER_PYTHON.to_owned());
    }
    for tool in &located {
        for (name, value) in &tool.env {
            let value = provision::portable(value);
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
