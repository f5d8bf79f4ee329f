//! What to do about each error.

use crate::error::FlowError;
use crate::nearest::{offer, offer_product};
use crate::script::quoted_path;

/// Numbers in a row.
pub(crate) fn numbers(all: &[u64], between: &str) -> String {
    all.iter().map(u64::to_string).collect::<Vec<_>>().join(between)
}

impl FlowError {
    /// What to do about it, in the user's terms.
    pub fn remedy(&self) -> String {
        match self {
            Self::ToolMissing { tool } => format!(
                "get it (`{}`), put it on PATH, or set {} to its path",
                tool.install, tool.env
            ),
            Self::ToolOverride { tool, .. } => {
                let more = if tool.arguments { ", with arguments if need be" } else { " alone" };
                format!("set {} to the path of a program{more}, or unset it", tool.env)
            }
            Self::ToolTooOld { tool, minimum, .. } => {
                format!("install {minimum} or newer, or set {} to one", tool.env)
            }
            Self::ToolVersion { tool, .. } => {
                format!("set {} to a released version of {}", tool.env, tool.id.id())
            }
            Self::ToolNotStarted { .. } => {
                "check that the file is a program for this machine and may be executed".to_owned()
            }
            Self::ToolBroken { root: Some(root), .. } => {
                format!("remove it (`rm -r {}`): it is installed again", quoted_path(root))
            }
            Self::ToolBroken { tool, root: None, words, .. }
                if words.contains("Fatal Python error") =>
            {
                format!(
                    "unset PYTHONHOME and PYTHONPATH if they are set, or install it again (`{}`)",
                    tool.install
                )
            }
            Self::ToolBroken { tool, root: None, .. } => format!(
                "mend it or install it again (`{}`), or set {} to one that starts",
                tool.install, tool.env
            ),
            Self::ToolNotLocated { tool } => {
                format!("this is a bug in the flow: locate `{}` before the run", tool.id())
            }
            Self::ToolFailed { log, script, .. } => format!(
                "read {}; to repeat the run by hand: sh {}",
                log.display(),
                quoted_path(script)
            ),
            Self::ProductMissing { log, .. } => format!("read {}", log.display()),
            Self::StageFailed { command, .. } => {
                format!("see the message above; to repeat this stage alone: {command}")
            }
            Self::NoVenv { tail } if !tail.contains("ensurepip") && !tail.contains("named") => {
                "see its words above, or set PYTHON3 to another Python".to_owned()
            }
            Self::NoVenv { .. } => "apt install python3-venv".to_owned(),
            Self::Download { cause, log, .. } | Self::Install { cause, log, .. } => format!(
                "{}; nothing half-installed is used; the whole log is {}",
                cause.remedy(),
                log.display()
            ),
            Self::Venv(error) => error.remedy(),
            Self::Provision { root, .. } => {
                format!("remove it (`rm -r {}`) and repeat", quoted_path(root))
            }
            Self::NoCache => "set XDG_CACHE_HOME to a folder".to_owned(),
            Self::PlanPath { .. } => {
                "use a relative path without `..`: a run writes only inside its own folder"
                    .to_owned()
            }
            Self::Unwritable { path, .. } => format!(
                "check that {} may be written and that its disk is not full (`df -h`)",
                path.display()
            ),
            Self::Outcome(error) => error.remedy(),
            Self::Unreadable { path, .. } => {
                format!("check that {} exists and may be read", path.display())
            }
            Self::BoardUnknown { name, legal } => offer_product(name, legal),
            Self::BoardInvalid { remedy, .. } => remedy.clone(),
            Self::BoardWithoutUart { .. } => {
                "choose one that has (`cargo xtask boards`); this one shows its self-test by LEDs"
                    .to_owned()
            }
            Self::NetUnknown { name, legal } => {
                format!("{}; or give a folder that holds a net.toml", offer(name, legal))
            }
            Self::Net(error) => error.remedy(),
            Self::Baud { refusal, .. } => {
                let rates = numbers(&refusal.nearest, "` or `--baud ");
                format!(
                    "give `--baud {rates}`, or another `--freq`: a bit takes whole clock cycles"
                )
            }
            Self::BaudUnclear { .. } => {
                "name the board that is meant with `--board`, or its rate with `--baud`".to_owned()
            }
            Self::NetlistLatch { .. } => {
                "assign the signal in every branch of its block, or give it a register".to_owned()
            }
            Self::NetlistWeights { .. } => {
                "read the memory through a registered address, one word a cycle".to_owned()
            }
            Self::NetlistPort { line, constraints, .. } => {
                format!("add `{line}` to constraints/{constraints}")
            }
            Self::PinUnknown { port, part, .. } => format!(
                "place `{port}` where the board's schematic has it, and check that the FPGA and its \
                 package are those of part = \"{part}\""
            ),
            Self::ReportForm { tool: "the flow", .. } => {
                "run `cargo xtask synth` again: it writes the file anew".to_owned()
            }
            Self::ReportForm { tool, .. } => {
                format!("check the version of {tool} with `cargo xtask doctor`")
            }
            Self::Overfull { advice, .. } => advice.clone(),
            Self::PllUnreachable { crystal, nearest, .. } => format!(
                "ask for what it makes, such as `--freq {nearest}`, or for the crystal's {crystal}"
            ),
            Self::Clock(error) => error.remedy(),
            Self::ClockMissed { instead, .. } => {
                let less = instead.map(|mhz| format!("ask for less (`--freq {mhz}`), "));
                format!(
                    "{}try more seeds (`--seeds 8`), or use fewer lanes (`--lanes`)",
                    less.unwrap_or_default()
                )
            }
            Self::Contents(error) => error.remedy(),
            Self::Estimate(error) => error.remedy(),
            Self::Talk(error) => error.remedy(),
            Self::Flash(error) => error.remedy(),
            Self::Proof(error) => error.remedy(),
            Self::Mutants(error) => error.remedy(),
            Self::Page(error) => error.remedy(),
        }
    }
}
