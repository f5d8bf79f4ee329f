//! What `cargo mutants` has left of a run, whole or broken off.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::code::Code;
use super::{Error, FileRecord, Sample, hash};
use crate::base::error::FlowError;
use crate::base::files;

/// The hashes of the sources when the run began.
const STARTED: &str = "started.json";

/// Where `cargo mutants` writes, below the folder that it is given.
const FOLDER: &str = "mutants.out";

/// What came of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Outcome {
    /// A test failed.
    #[serde(rename = "CaughtMutant")]
    Caught,
    /// A test did not end, which is seen as well.
    Timeout,
    /// No test failed.
    #[serde(rename = "MissedMutant")]
    Missed,
    /// It does not compile.
    Unviable,
    /// The tests of the sources as they are.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Tried>,
}

#[derive(Deserialize)]
struct Tried {
    scenario: Scenario,
    summary: Outcome,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant(Mutant),
}

#[derive(Deserialize)]
struct Mutant {
    file: String,
    name: String,
    span: Span,
    replacement: String,
}

#[derive(Deserialize)]
struct Span {
    start: Place,
    end: Place,
}

#[derive(Deserialize)]
struct Place {
    line: usize,
    column: usize,
}

impl Mutant {
    /// Its name without the place, which moves when a line is added above.
    fn plain_name(&self) -> String {
        self.name.splitn(4, ':').nth(3).unwrap_or(&self.name).trim().to_owned()
    }

    /// Itself as a sample; none if it begins or ends outside of the code.
    fn sample(&self, code: &Code<'_>) -> Option<Sample> {
        let at = |place: &Place| Some((code.line_of(place.line)?, place.column));
        let (from, to) = (at(&self.span.start)?, at(&self.span.end)?);
        Some(Sample { from, to, by: self.replacement.clone() })
    }
}

/// Notes which sources a run begins with.
///
/// # Errors
/// What reading and writing files report.
pub fn note_start(root: &Path, folder: &Path, sources: &[String]) -> Result<(), FlowError> {
    let hashes = sources.iter().map(|source| Ok((source, hash(root, source)?)));
    let hashes: BTreeMap<&String, String> = hashes.collect::<Result<_, FlowError>>()?;
    files::make_folder(folder)?;
    files::write_json(&folder.join(STARTED), &hashes)
}

/// The records of the files whose mutants were all tried, of a run that is whole or was broken off. A file
/// that has changed since it began has none.
///
/// # Errors
/// [`Error::Form`] for files that `cargo mutants` would not write.
pub fn harvest(root: &Path, folder: &Path) -> Result<Vec<FileRecord>, FlowError> {
    let [started, all, tried] =
        [STARTED.into(), format!("{FOLDER}/mutants.json"), format!("{FOLDER}/outcomes.json")]
            .map(|name: String| folder.join(name));
    if [&started, &all, &tried].iter().any(|path| !path.is_file()) {
        return Ok(Vec::new());
    }
    let started: BTreeMap<String, String> = parsed(&started)?;
    let all: Vec<Mutant> = parsed(&all)?;
    let tried: Outcomes = parsed(&tried)?;
    let mut records = Vec::new();
    for (path, sha256) in started {
        if hash(root, &path).ok().as_ref() != Some(&sha256) {
            continue;
        }
        let source = files::read_text(&root.join(&path))?;
        let code = Code::of(&source);
        let mut record = FileRecord { path, sha256, ..FileRecord::default() };
        let mut caught = Vec::new();
        let mut count = 0;
        for Tried { scenario, summary } in &tried.outcomes {
            let Scenario::Mutant(mutant) = scenario else { continue };
            if mutant.file != record.path {
                continue;
            }
            count += 1;
            match summary {
                Outcome::Caught => {
                    record.caught += 1;
                    caught.extend(mutant.sample(&code));
                }
                Outcome::Timeout => record.timeouts += 1,
                Outcome::Missed => record.missed.push(mutant.plain_name()),
                Outcome::Unviable => record.unviable += 1,
                Outcome::Other => count -= 1,
            }
        }
        if count == all.iter().filter(|mutant| mutant.file == record.path).count() {
            record.keep(caught);
            records.push(record);
        }
    }
    Ok(records)
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, FlowError> {
    let form = |e: serde_json::Error| Error::Form { path: path.to_path_buf(), what: e.to_string() };
    Ok(serde_json::from_slice(&files::read(path)?).map_err(form)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(file: &str, line: usize, summary: &str) -> (String, String) {
        let mutant = format!(
            r#"{{"file":"{file}","name":"{file}:{line}:5: replace + with - in sum","replacement":"-",
            "span":{{"start":{{"line":{line},"column":5}},"end":{{"line":{line},"column":6}}}}}}"#
        );
        let tried = format!(r#"{{"scenario":{{"Mutant":{mutant}}},"summary":"{summary}"}}"#);
        (mutant, tried)
    }

    #[test]
    fn a_file_counts_when_all_its_mutants_were_tried_and_it_is_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("out");
        std::fs::create_dir_all(folder.join(FOLDER)).unwrap();
        let sources = ["a.rs", "b.rs", "c.rs"].map(str::to_owned);
        for source in &sources {
            std::fs::write(root.path().join(source), "fn sum() {}\n").unwrap();
        }
        note_start(root.path(), &folder, &sources).unwrap();
        let [a, b] = [mutant("a.rs", 1, "CaughtMutant"), mutant("a.rs", 2, "MissedMutant")];
        let [c, late] = [mutant("a.rs", 3, "Unviable"), mutant("b.rs", 1, "CaughtMutant")];
        let all = [&a, &b, &c, &late].map(|(mutant, _)| mutant.clone()).join(",");
        std::fs::write(folder.join(FOLDER).join("mutants.json"), format!("[{all}]")).unwrap();
        let baseline = r#"{"scenario":"Baseline","summary":"Success"}"#;
        let tried = [baseline, &a.1, &b.1, &c.1].join(",");
        let text = format!(r#"{{"outcomes":[{tried}]}}"#);
        std::fs::write(folder.join(FOLDER).join("outcomes.json"), text).unwrap();
        let records = harvest(root.path(), &folder).unwrap();
        let paths: Vec<&str> = records.iter().map(|record| record.path.as_str()).collect();
        assert_eq!(paths, ["a.rs", "c.rs"], "one of b.rs was not tried");
        assert_eq!((records[0].caught, records[0].unviable), (1, 1));
        assert_eq!(records[0].missed, ["replace + with - in sum"]);
        std::fs::write(root.path().join("a.rs"), "fn sum() -> u8 { 1 }\n").unwrap();
        assert_eq!(harvest(root.path(), &folder).unwrap().len(), 1, "a.rs has changed");
    }
}
