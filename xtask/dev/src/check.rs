//! `check`: what must hold before a commit, cheapest first.

use std::fmt;
use std::path::Path;

use spikestream_flows::base::error::Told;
use spikestream_flows::{FlowError, run as runs};

use crate::stages::{CargoCheck, run_all, stage};

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

/// What may be linked, by `deny.toml`. Last, since not everyone has the program, and what came before is then
/// known. Advisories need the network, and the sources do not decide them.
const DENY: CargoCheck = CargoCheck {
    name: "licences, bans and sources of dependencies",
    args: &[
        "deny",
        "--workspace", // without it, only what the package in the root needs
        "--locked",
        "--log-level",
        "error",
        "check",
        "licenses",
        "bans",
        "sources",
    ],
    env: &[],
};

/// `cargo deny` is not installed.
#[derive(Debug)]
struct NoDeny;

impl fmt::Display for NoDeny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`cargo deny` is not installed, so that nobody has looked at what is linked; all else holds")
    }
}

impl std::error::Error for NoDeny {}

impl Told for NoDeny {
    fn code(&self) -> &'static str {
        "check::deny::missing"
    }

    fn remedy(&self) -> String {
        "install it: cargo install cargo-deny --locked".to_owned()
    }
}

/// Runs the checks.
pub(crate) fn run(root: &Path) -> Result<(), FlowError> {
    run_all(root, &CHECKS)?;
    deny(root)
}

fn deny(root: &Path) -> Result<(), FlowError> {
    let asked = ["deny", "--version"].map(str::to_owned).to_vec();
    match runs::capture_stage(&stage(root, "cargo deny", asked, &[])?)?.success {
        true => run_all(root, &[DENY]),
        false => Err(NoDeny.into()),
    }
}
