//! Mutants of the Rust sources: made and tried by `cargo mutants`, area by area, and recorded.

use std::path::Path;

use spikestream::columns;
use spikestream_flows::mutants::{
    AREAS, Accepted, Area, Error, Record, harvest, note_start, sources,
};
use spikestream_flows::run::{self, interrupt};
use spikestream_flows::{FlowError, output};

use super::{RECORD, accepted, record};
use crate::stages::stage;

/// Unoptimised, a source compiles in a quarter of the time; its nearest tests take a second either way.
pub(super) const CHEAP: [&str; 4] = [
    "--config",
    "profile.dev.package.spikestream.opt-level=0",
    "--config",
    "profile.dev.package.spikestream-hw.opt-level=0",
];

/// Seconds after which a mutant's tests hang.
const TIMEOUT: &str = "60";

/// Random cases of a property's test. A tenth of the usual ones see a mutant as well, and build and tests
/// then take about as long.
const CASES: &str = "32";

/// Trees in which mutants are tried at once: one for each core that a small machine has.
const JOBS: &str = "2";

/// Tries the mutants of the files that were named, or else of all that have no record that holds. What was
/// tried before a run is broken off is kept: the next one goes on from there.
pub(super) fn run(files: &[String], root: &Path) -> Result<(), FlowError> {
    let mut record = record(root)?;
    record.follow(root)?;
    let mut work = Vec::new();
    for area in &AREAS {
        let folder = root.join("target/mutants").join(area.folder.replace('/', "-"));
        record.update(root, harvest(root, &folder)?);
        let all = sources(root, area)?;
        let chosen = match files.is_empty() {
            true => record.due(root, area)?,
            false => all.into_iter().filter(|source| files.contains(source)).collect(),
        };
        work.push((area, folder, chosen));
    }
    record.write(&root.join(RECORD))?;
    let known = |file: &&String| work.iter().any(|(_, _, chosen)| chosen.contains(file));
    if let Some(file) = files.iter().find(|file| !known(file)) {
        let folders = AREAS.iter().map(|area| area.folder.to_owned()).collect();
        return Err(Error::NoSource { file: file.clone(), folders }.into());
    }
    ensure_installed(root)?;
    for (area, folder, chosen) in work {
        if !chosen.is_empty() {
            output::tell(format_args!("== {}: {}", area.folder, chosen.join(", ")));
            note_start(root, &folder, &chosen)?;
            try_them(area, &folder.display().to_string(), &chosen, root)?;
            record.update(root, harvest(root, &folder)?);
            record.write(&root.join(RECORD))?;
        }
    }
    let accepted = accepted(root)?;
    print(&record, &accepted, root)?;
    ensure_none_missed(&record, &accepted)
}

fn ensure_installed(root: &Path) -> Result<(), FlowError> {
    let args = ["mutants", "--version"].map(str::to_owned).to_vec();
    let asked = run::capture_stage(&stage(root, "cargo mutants", args, &[])?)?;
    match asked.success {
        true => Ok(()),
        false => Err(Error::NotInstalled.into()),
    }
}

/// A run ends well, or with 2 or 3 where mutants were missed or did not end: both are results.
fn try_them(area: &Area, folder: &str, files: &[String], root: &Path) -> Result<(), FlowError> {
    let mut args = vec!["mutants", "--package", area.package, "--no-shuffle", "--jobs", JOBS];
    args.extend(["--timeout", TIMEOUT, "--no-times", "--output", folder]);
    args.extend(files.iter().flat_map(|file| ["--file", file]));
    // For the builds as well as for the tests: nothing but the library is built.
    let cargo = CHEAP.iter().chain(&["--lib"]).map(|arg| format!("--cargo-arg={arg}"));
    let cargo: Vec<String> = cargo.collect();
    args.extend(cargo.iter().map(String::as_str));
    args.extend(["--", "--"]);
    args.extend(area.tests);
    let args = args.into_iter().map(str::to_owned).collect();
    let env =
        [("CARGO_PROFILE_DEV_DEBUG", "0"), ("CARGO_INCREMENTAL", "1"), ("PROPTEST_CASES", CASES)];
    let stage = stage(root, "cargo mutants", args, &env)?;
    match interrupt::left_to_it(|| run::stage(&stage)) {
        Err(error) if is_a_result(&error) => Ok(()),
        other => other,
    }
}

/// Whether `cargo mutants` ended because mutants were missed or did not end.
fn is_a_result(error: &FlowError) -> bool {
    matches!(error.of(), Some(run::Error::StageFailed { exit_code: Some(2 | 3), .. }))
}

/// Refuses mutants that were missed and are not accepted.
pub(super) fn ensure_none_missed(record: &Record, accepted: &[Accepted]) -> Result<(), FlowError> {
    let open = |file: &spikestream_flows::mutants::FileRecord| {
        file.open(accepted).map(|name| format!("{}: {name}", file.path)).collect::<Vec<_>>()
    };
    let mutants: Vec<String> = record.0.values().flat_map(open).collect();
    match mutants.is_empty() {
        true => Ok(()),
        false => Err(Error::Missed { mutants }.into()),
    }
}

/// The score of each area, and what has no record.
fn print(record: &Record, accepted: &[Accepted], root: &Path) -> Result<(), FlowError> {
    let mut rows = Vec::new();
    for area in &AREAS {
        let due = record.due(root, area)?;
        let of = record
            .0
            .values()
            .filter(|file| Record::area_of(&file.path) == Some(area) && !due.contains(&file.path));
        let (mut files, mut caught, mut missed, mut open, mut unviable) = (0, 0, 0, 0, 0);
        for file in of {
            files += 1;
            caught += file.caught + file.timeouts;
            missed += file.missed.len();
            open += file.open(accepted).count();
            unviable += file.unviable;
        }
        let score = 100.0 * f64::from(caught as u32) / f64::from((caught + open).max(1) as u32);
        rows.push(vec![
            area.folder.to_owned(),
            format!("{files} of {}", files + due.len()),
            caught.to_string(),
            open.to_string(),
            (missed - open).to_string(),
            unviable.to_string(),
            format!("{score:.1}"),
        ]);
    }
    let headings =
        ["folder", ">files tried", ">caught", ">missed", ">accepted", ">unviable", ">caught %"];
    columns::print(&headings, &rows)?;
    Ok(())
}
