//! `check`: what must hold before a commit, cheapest first.

use spikestream_flows::FlowError;

use crate::stages::{CargoCheck, run_all};
use crate::workspace::Workspace;

/// The checks, in order.
const CHECKS: [CargoCheck; 4] = [
    CargoCheck { name: "format", args: &["fmt", "--all", "--check"], env: &[] },
    CargoCheck {
        name: "lints",
        args: &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
        env: &[],
    },
    CargoCheck {
        name: "docs",
        args: &["doc", "--quiet", "--workspace", "--no-deps"],
        env: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    CargoCheck {
        name: "tidy",
        args: &[
            "test",
            "--quiet",
            "--package",
            "spikestream",
            "--test",
            "tidy",
            "--test",
            "circles",
        ],
        env: &[],
    },
];

/// Runs the checks.
pub(crate) fn run(workspace: &Workspace) -> Result<(), FlowError> {
    run_all(workspace, &CHECKS)
}
