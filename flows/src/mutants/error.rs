//! What can go wrong with mutants of the sources and of the emitted Verilog.

use std::path::PathBuf;

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `cargo mutants` is not installed.
    #[error("`cargo mutants` is not installed, and it makes the mutants")]
    NotInstalled,
    /// A file is not of its form.
    #[error("`{}` is not understood: {what}", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Sources have changed since their mutants were tried.
    #[error("sources have changed since their mutants were tried: {}", .files.join(", "))]
    Stale {
        /// The sources.
        files: Vec<String>,
    },
    /// There is no such source.
    #[error("`{file}` is no source whose mutants are tried")]
    NoSource {
        /// What was given.
        file: String,
        /// The folders that are tried.
        folders: Vec<String>,
    },
    /// Mutants were missed that nobody has accepted.
    #[error("no test fails on these mutants:\n  {}", .mutants.join("\n  "))]
    Missed {
        /// The mutants, with their files.
        mutants: Vec<String>,
    },
    /// The tests fail on the sources as they are, or a mutant does not compile.
    #[error("the mutant `{mutant}` could not be tried: {reason}\n{tail}")]
    NotTried {
        /// The mutant.
        mutant: String,
        /// Why not.
        reason: &'static str,
        /// The last lines that cargo printed.
        tail: String,
    },
    /// A file on the Verilog's mutants is not of its form.
    #[error("`{}` is not understood: {what}", .path.display())]
    HardwareForm {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// There is no record of the Verilog's mutants.
    #[error("there is no record `{}` of the Verilog's mutants, so that a sample of them says nothing", .path.display())]
    HardwareMissing {
        /// The file.
        path: PathBuf,
    },
    /// A list speaks of a mutant that there is not.
    #[error("`{}` speaks of a mutant that there is not: {mutant}", .path.display())]
    HardwareUnknown {
        /// The file.
        path: PathBuf,
        /// What it names.
        mutant: String,
    },
    /// A stated invariant is not one.
    #[error("`{}` states an invariant that SAT does not prove: {says}", .path.display())]
    Invariant {
        /// The file.
        path: PathBuf,
        /// What it says, or all of them say.
        says: String,
    },
    /// The Verilog has changed since its mutants were played.
    #[error(
        "the record of the Verilog's mutants is of another design or of others of its mutants: it is \
             of {recorded}, the design is {found}"
    )]
    HardwareStale {
        /// The hash in the record.
        recorded: String,
        /// The hash of the design.
        found: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NotInstalled => "flows::mutants::not-installed",
            Self::Form { .. } => "flows::mutants::form",
            Self::Stale { .. } => "flows::mutants::stale",
            Self::NoSource { .. } => "flows::mutants::no-source",
            Self::Missed { .. } => "flows::mutants::missed",
            Self::NotTried { .. } => "flows::mutants::not-tried",
            Self::HardwareForm { .. } => "flows::mutants::hardware-form",
            Self::HardwareMissing { .. } => "flows::mutants::hardware-missing",
            Self::HardwareUnknown { .. } => "flows::mutants::hardware-unknown",
            Self::Invariant { .. } => "flows::mutants::invariant",
            Self::HardwareStale { .. } => "flows::mutants::hardware-stale",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotInstalled => "install it: cargo install cargo-mutants --locked".to_owned(),
            Self::Form { path, .. } => {
                format!(
                    "see {} as it is in git, or write it again: cargo xtask mutants",
                    path.display()
                )
            }
            Self::Stale { .. } => {
                "try the mutants of these files again, which renews the record: cargo xtask mutants"
                    .to_owned()
            }
            Self::NoSource { folders, .. } => {
                format!(
                    "give the path of a source from the root, below one of: {}",
                    folders.join(", ")
                )
            }
            Self::Missed { .. } => {
                "write a test that fails on it; if nothing that can be seen changes, add \
                                    it with the reason to xtask/mutants/accepted.toml"
                    .to_owned()
            }
            Self::NotTried { .. } => {
                "run the tests of its package on the sources as they are, then write \
                                      the record again: cargo xtask mutants"
                    .to_owned()
            }
            Self::HardwareForm { path, .. } => format!(
                "see {} as it is in git; the record can be written again: cargo xtask mutants --hardware",
                path.display()
            ),
            Self::HardwareMissing { .. } => {
                "take the record from git, or play all mutants, which writes it: cargo xtask mutants --hardware"
                    .to_owned()
            }
            Self::HardwareUnknown { path, .. } => format!(
                "correct its number and place in {}: cargo xtask mutants --hardware prints them",
                path.display()
            ),
            Self::Invariant { path, .. } => format!(
                "correct it in {}: it must hold in the first cycle, and after each cycle before which all \
                 invariants hold; add what it lacks as another invariant",
                path.display()
            ),
            Self::HardwareStale { .. } => {
                "play all mutants of the design, which renews the record: cargo xtask mutants --hardware"
                    .to_owned()
            }
        }
    }
}
