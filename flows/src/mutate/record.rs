//! What came of the mutants of a design: a record that holds for one text of the design, and the mutants
//! that are accepted, each with its reason.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Choice;
use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::files;
use crate::mutants::{Error, Listed};

/// The head of the record.
const HEAD: &str = "# What came of the mutants of the emitted Verilog. `cargo xtask mutants --hardware` \
                    writes it.\n\n";

/// What came of the mutants of a design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The hash of the design's text.
    pub sha256: String,
    /// How many mutants there are.
    pub mutants: usize,
    /// How many of them a scene showed.
    pub seen: usize,
    /// The numbers of those that SAT shows to change nothing.
    pub proved: Vec<usize>,
    /// The numbers of those that are accepted with a reason.
    pub accepted: Vec<usize>,
    /// The numbers of the others.
    pub survived: Vec<usize>,
    /// Which mutants these are.
    pub choice: Choice,
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// [`Error::HardwareMissing`], [`FlowError::Unreadable`], or [`Error::HardwareForm`].
    pub fn read(path: &Path) -> Result<Self, FlowError> {
        if !path.exists() {
            return Err(Error::HardwareMissing { path: path.to_path_buf() }.into());
        }
        Ok(toml::from_str(&files::read_text(path)?).map_err(|e| form(path, e.to_string()))?)
    }

    /// Writes the record.
    ///
    /// # Errors
    /// [`FlowError::Unwritable`].
    pub fn write(&self, path: &Path) -> Result<(), FlowError> {
        let text = toml::to_string(self).unwrap_or_default();
        files::write(path, (HEAD.to_owned() + &text).as_bytes())
    }

    /// Refuses a record of another design, or of other mutants.
    ///
    /// # Errors
    /// [`Error::HardwareStale`].
    pub fn ensure_of(&self, verilog: &str, choice: Choice) -> Result<(), FlowError> {
        let found = digest::of_bytes(verilog.as_bytes());
        match self.sha256 == found && self.choice == choice {
            true => Ok(()),
            false => Err(Error::HardwareStale { recorded: self.sha256.clone(), found }.into()),
        }
    }
}

/// Mutants that change nothing that can be seen, for a reason that SAT does not find.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The mutants, by number and place as the command prints them.
    pub mutants: Vec<String>,
    /// Why nothing changes.
    pub reason: String,
}

impl Listed for Accepted {
    fn what(&self) -> String {
        format!("{:?}", self.mutants)
    }

    fn reason(&self) -> &str {
        &self.reason
    }

    fn form(path: &Path, what: String) -> Error {
        form(path, what)
    }
}

impl Accepted {
    /// Whether it speaks of this mutant.
    pub fn is_of(&self, number: usize, place: &str) -> bool {
        self.mutants.contains(&super::name(number, place))
    }
}

pub(super) fn form(path: &Path, what: String) -> Error {
    Error::HardwareForm { path: path.to_path_buf(), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOICE: Choice = Choice { logic: 400, contents: 100, seed: 1 };

    #[test]
    fn a_record_is_read_as_it_was_written_and_refused_for_another_design() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.toml");
        let record = Record {
            sha256: digest::of_bytes(b"module top; endmodule"),
            choice: CHOICE,
            mutants: 9,
            seen: 6,
            proved: vec![2],
            accepted: vec![3, 7],
            survived: Vec::new(),
        };
        record.write(&path).unwrap();
        let read = Record::read(&path).unwrap();
        assert_eq!(read, record);
        read.ensure_of("module top; endmodule", CHOICE).unwrap();
        let others = [("module top; wire a; endmodule", CHOICE), ("", CHOICE)];
        let other = ("module top; endmodule", Choice { seed: 2, ..CHOICE });
        for (verilog, choice) in others.into_iter().chain([other]) {
            let error = read.ensure_of(verilog, choice).unwrap_err();
            assert_eq!(error.code(), "flows::mutants::hardware-stale");
        }
        let missing = Record::read(&folder.path().join("other.toml")).unwrap_err();
        assert_eq!(missing.code(), "flows::mutants::hardware-missing");
        std::fs::write(&path, "seen = 9").unwrap();
        assert_eq!(Record::read(&path).unwrap_err().code(), "flows::mutants::hardware-form");
    }

    #[test]
    fn an_accepted_mutant_has_a_reason_and_is_known_by_number_and_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accepted.toml");
        let list = |reason: &str| {
            let text =
                format!("[[accepted]]\nmutants = [\"3: inv at Q[0] of a\"]\nreason = \"{reason}\"");
            std::fs::write(&path, text).unwrap();
            Accepted::read(&path)
        };
        let accepted = list("never read").unwrap();
        assert!(accepted[0].is_of(3, "inv at Q[0] of a"));
        assert!(!accepted[0].is_of(4, "inv at Q[0] of a"));
        assert!(!accepted[0].is_of(3, "inv at Q[1] of a"));
        assert_eq!(list(" ").unwrap_err().code(), "flows::mutants::hardware-form");
    }
}
