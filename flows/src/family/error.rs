//! What can go wrong with what a family makes: a clock, a routed design, a bitstream.

use std::path::{Path, PathBuf};

use spikestream::shell::quoted_path;

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No PLL or divider makes a frequency.
    #[error("no clock of {wanted} MHz can be made from {crystal} MHz")]
    Unreachable {
        /// The crystal, MHz.
        crystal: f64,
        /// What was asked for, MHz.
        wanted: f64,
        /// The nearest that there is, MHz.
        nearest: f64,
    },
    /// A block RAM holds something else in the routed design than in the netlist.
    #[error("block RAM `{ram}` is not in `{}` as the netlist has it: {what}", .path.display())]
    Routed {
        /// The block RAM's cell.
        ram: String,
        /// The routed design.
        path: PathBuf,
        /// What does not match.
        what: String,
    },
    /// A bitstream that its tools' data base does not explain.
    #[error("{tool} cannot explain the bitstream for {board}: {what}")]
    Unexplained {
        /// The tool.
        tool: &'static str,
        /// The board.
        board: String,
        /// What it does not know.
        what: &'static str,
    },
    /// A tool wrote something that is not understood.
    #[error("`{}` is not understood: {what}", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is not as expected.
        what: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "flows::timing::pll",
            Self::Routed { .. } => "flows::contents::routed",
            Self::Unexplained { .. } => "flows::proof::unexplained",
            Self::Form { .. } => "flows::proof::form",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unreachable { crystal, nearest, .. } => format!(
                "ask for what it makes, such as `--freq {nearest}`, or for the crystal's {crystal}"
            ),
            Self::Routed { path, .. } | Self::Form { path, .. } => again(path),
            Self::Unexplained { .. } => "prove level netlist on this board".into(),
        }
    }
}

fn again(path: &Path) -> String {
    let folder = path.parent().unwrap_or(path);
    format!("remove it (`rm -r {}`) and run the command again", quoted_path(folder))
}
