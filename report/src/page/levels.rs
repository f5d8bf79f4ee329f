//! What was proved of a build: the `verify-LEVEL.json` beside it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Error;
use spikestream_flows::FlowError;
use spikestream_flows::base::files;

/// The levels of proof, from the model towards the board, and what each compares.
pub(crate) const LEVELS: [(&str, &str); 6] = [
    ("golden", "the golden model, streams against bit planes"),
    ("hdl", "the hardware description in its own simulator"),
    ("rtl", "the emitted Verilog under Verilator"),
    ("netlist", "the netlist after synthesis, through its pins"),
    ("bitstream", "the bitstream as it would be flashed, through its pins"),
    ("board", "a board on a serial port, real or simulated"),
];

/// The longest that a verification may have taken, in seconds: more than thirty years.
const LONGEST: f64 = 1e9;

/// A level and what is known of it.
#[derive(Debug)]
pub(crate) struct Level {
    pub(crate) name: &'static str,
    pub(crate) compares: &'static str,
    pub(crate) verified: Option<Verified>,
    pub(crate) state: State,
}

/// What a verification stands for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It was never run.
    NotRun,
    /// It was of another network or another design.
    Stale,
    /// Something differed.
    Differs,
    /// Everything agreed.
    Agrees,
}

/// The part of a `verify-LEVEL.json` that is read.
#[derive(Debug, Deserialize)]
pub struct Verified {
    pub(crate) net_hash: String,
    /// The hash of the Verilog that was verified.
    pub(crate) design: Option<String>,
    /// The hash of the bitstream that was read back.
    pub(crate) bitstream: Option<String>,
    pub(crate) made_from: Option<String>,
    pub(crate) images: u64,
    pub(crate) accuracy: f64,
    pub(crate) mismatched_values: u64,
    pub(crate) seconds: f64,
    pub(crate) stages: Vec<Stage>,
}

/// One device under test.
#[derive(Debug, Deserialize)]
pub(crate) struct Stage {
    pub(crate) device: String,
    pub(crate) compared_values: u64,
}

impl Verified {
    /// Reads what was proved at a level, from the folder of a build.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`], [`Error::Verification`] also for a number that no verification has.
    pub fn read(folder: &Path, level: &'static str) -> Result<Self, FlowError> {
        let path = file(folder, level);
        let parsed = serde_json::from_slice(&files::read(&path)?).map_err(|e| e.to_string());
        let whole = parsed.and_then(|verified: Self| match verified.fault() {
            None => Ok(verified),
            Some(fault) => Err(fault),
        });
        whole.map_err(|reason| Error::Verification { path, reason, level }.into())
    }

    /// What is wrong with its numbers.
    fn fault(&self) -> Option<String> {
        let Self { accuracy, seconds, .. } = self;
        if !(0.0..=1.0).contains(accuracy) {
            return Some(format!("accuracy = {accuracy} is not between 0 and 1"));
        }
        if !(0.0..=LONGEST).contains(seconds) {
            return Some(format!("seconds = {seconds} is not between 0 and {LONGEST}"));
        }
        let mut values = self.stages.iter().map(|stage| stage.compared_values);
        let sum = values.try_fold(0, u64::checked_add);
        sum.is_none().then(|| format!("compared_values add up to more than {}", u64::MAX))
    }

    /// Whether every device compared something.
    fn compared(&self) -> bool {
        let all = self.stages.iter().all(|stage| stage.compared_values > 0);
        self.images > 0 && !self.stages.is_empty() && all
    }

    /// Values compared, of all devices.
    pub fn values(&self) -> u64 {
        self.stages.iter().map(|stage| stage.compared_values).sum()
    }
}

fn file(folder: &Path, level: &str) -> PathBuf {
    folder.join(format!("verify-{level}.json"))
}

/// What a build is: the hashes of its network, its Verilog and its bitstream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) net: &'a str,
    pub(crate) design: &'a str,
    pub(crate) bitstream: &'a str,
}

/// What is known of every level of a build.
///
/// # Errors
/// [`Error::Verification`].
pub(crate) fn read(folder: &Path, build: Identity<'_>) -> Result<Vec<Level>, FlowError> {
    LEVELS.iter().map(|(name, compares)| level(folder, name, compares, build)).collect()
}

fn level(
    folder: &Path,
    name: &'static str,
    compares: &'static str,
    build: Identity<'_>,
) -> Result<Level, FlowError> {
    if !file(folder, name).is_file() {
        return Ok(Level { name, compares, verified: None, state: State::NotRun });
    }
    let verified = Verified::read(folder, name)?;
    let other = |found: &Option<String>, now: &str| found.as_ref().is_some_and(|of| of != now);
    let state = if verified.net_hash != build.net
        || other(&verified.design, build.design)
        || other(&verified.bitstream, build.bitstream)
    {
        State::Stale
    } else if verified.mismatched_values > 0 || !verified.compared() {
        State::Differs
    } else {
        State::Agrees
    };
    Ok(Level { name, compares, verified: Some(verified), state })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_agrees_when_every_device_compared_something() {
        let folder = tempfile::tempdir().unwrap();
        let state = |values: &[u64]| {
            let stage = |v: &u64| serde_json::json!({ "device": "a", "compared_values": v });
            let verified = serde_json::json!({
                "net_hash": "net", "images": 4, "accuracy": 1.0, "mismatched_values": 0,
                "seconds": 1.0, "stages": values.iter().map(stage).collect::<Vec<_>>(),
            });
            files::write_json(&folder.path().join("verify-rtl.json"), &verified).unwrap();
            let build = Identity { net: "net", design: "", bitstream: "" };
            level(folder.path(), "rtl", "", build).unwrap().state
        };
        assert_eq!(state(&[9, 3]), State::Agrees);
        assert_eq!(state(&[9, 0]), State::Differs);
        assert_eq!(state(&[]), State::Differs);
    }

    #[test]
    fn a_number_that_no_verification_has_is_refused_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let read = |accuracy: f64, seconds: f64, values: [u64; 2]| {
            let stage = |v: &u64| serde_json::json!({ "device": "a", "compared_values": v });
            let verified = serde_json::json!({
                "net_hash": "net", "images": 4, "accuracy": accuracy, "mismatched_values": 0,
                "seconds": seconds, "stages": values.iter().map(stage).collect::<Vec<_>>(),
            });
            files::write_json(&file(folder.path(), "rtl"), &verified).unwrap();
            Verified::read(folder.path(), "rtl")
        };
        assert_eq!(read(1.0, 0.0, [u64::MAX, 0]).unwrap().values(), u64::MAX);
        for (refused, told) in [
            (read(1.0, 1.0, [u64::MAX, 1]), "add up to more than 18446744073709551615"),
            (read(4.0, 1.0, [1, 1]), "accuracy = 4 is not between 0 and 1"),
            (read(-0.5, 1.0, [1, 1]), "accuracy = -0.5"),
            (read(1.0, -1.0, [1, 1]), "seconds = -1 is not between 0"),
            (read(1.0, 1e300, [1, 1]), "is not between 0 and 1000000000"),
        ] {
            let error = refused.unwrap_err();
            let text = error.to_string();
            assert_eq!(error.code(), "flows::page::verification");
            assert!(text.contains(told) && text.contains("verify-rtl.json"), "{text}");
        }
    }
}
