//! Makes a lock list: asks the index, for each kind of machine, which files pip would take.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;

use super::Error;
use super::lock::{Lock, Locked, parts};
use super::pip::{self, Cause};
use super::venv::{make, private_with, python};
use crate::base::error::FlowError;
use crate::base::files::{self, unwritable};
use crate::output;
use crate::run::{self, Captured};
use crate::tool::environment::Environment;
use spikestream::progress;

/// The Pythons that a list has files for, oldest first: from Debian 12's on.
pub const PYTHONS: [&str; 4] = ["3.11", "3.12", "3.13", "3.14"];

/// The processors, all under Linux; the first must have every package.
const PROCESSORS: [&str; 2] = ["x86_64", "aarch64"];

/// The versions of glibc 2 that wheels may be made for, up to Debian 12's.
const GLIBC: RangeInclusive<u32> = 5..=36;

/// An installation that pip only thinks through.
const DRY_RUN: [&str; 10] = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-input",
    "--disable-pip-version-check",
    "--dry-run",
    "--ignore-installed",
    "--only-binary=:all:",
    "--implementation=cp",
];

/// Asks for files by the part of pip that looks for them.
const WHEELS: &str = include_str!("../../templates/wheels.py");

/// A list that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The pins, `package==version`, each perhaps with a marker.
    pub pins: &'a [String],
    /// Whether the pins are all there is; else what they ask for comes too.
    pub whole: bool,
    /// The Pythons that files are wanted for, of [`PYTHONS`].
    pub pythons: &'a [&'a str],
}

/// What pip reports of an installation that it only thinks through.
#[derive(Deserialize)]
struct Report {
    install: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
    download_info: Download,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Download {
    url: String,
    archive_info: Archive,
}

#[derive(Deserialize)]
struct Archive {
    hashes: BTreeMap<String, String>,
}

/// Makes the list of some pins. Needs an index; installs nothing.
///
/// # Errors
/// Whatever finding python3 and making an environment report; [`Error::Download`] or
/// [`Error::Install`] in pip's words, if the first processor cannot have them.
pub fn renew(environment: &Environment, wanted: Wanted<'_>) -> Result<Lock, FlowError> {
    let above = std::env::temp_dir();
    let folder = tempfile::tempdir_in(&above).map_err(|e| unwritable(&above, &e))?;
    let root = folder.path().join("environment");
    make(&root, &python(environment)?.path)?;
    let mut found: BTreeMap<String, Locked> = BTreeMap::new();
    for processor in PROCESSORS {
        for version in wanted.pythons {
            let label = format!("asking for Python {version} on Linux {processor}");
            let asked = progress::timed(&label, || {
                ask(&root, folder.path(), wanted, &found, (processor, version))
            });
            match asked {
                Ok(report) => add(&mut found, wanted, report),
                Err(error) => {
                    let optional = processor != PROCESSORS[0];
                    if let (true, Some(Error::Install { tail, .. })) = (optional, error.of()) {
                        output::tell(format_args!(
                            "note: not every package is there for Linux {processor}:\n{tail}"
                        ));
                        break;
                    }
                    return Err(error);
                }
            }
        }
    }
    Ok(Lock { python: PYTHONS[0].to_owned(), packages: found.into_values().collect() })
}

/// What pip would install on a kind of machine, in the versions that another one already has.
fn ask(
    root: &Path,
    folder: &Path,
    wanted: Wanted<'_>,
    found: &BTreeMap<String, Locked>,
    (processor, version): (&str, &str),
) -> Result<Report, FlowError> {
    let platforms = GLIBC.rev().map(|minor| format!("manylinux_2_{minor}_{processor}"));
    // The last stands for the older names as well.
    let platforms: Vec<String> = platforms.chain([format!("manylinux2014_{processor}")]).collect();
    let report = folder.join("report.json");
    let mut args: Vec<String> = Vec::new();
    if wanted.whole {
        // Nothing is to be found out but files and hashes, which the index has: pip would download each.
        args.extend(["-c", WHEELS, version, &platforms.join(",")].map(str::to_owned));
    } else {
        let known = |package: &Locked| format!("{}=={}\n", package.name, package.version);
        let constraints: String = found.values().map(known).collect();
        let given = folder.join("constraints.txt");
        files::write(&given, constraints.as_bytes())?;
        args.extend(DRY_RUN.map(str::to_owned));
        args.push(format!("--python-version={version}"));
        args.extend(platforms.iter().map(|platform| format!("--platform={platform}")));
        for (option, path) in
            [("--target", &folder.join("target")), ("--report", &report), ("--constraint", &given)]
        {
            args.extend([option.to_owned(), path.display().to_string()]);
        }
    }
    args.extend(wanted.pins.iter().cloned());
    let python = root.join("bin/python3");
    let args = args.iter().map(String::as_str);
    let said = private_with(&python, args, pip::settings(&python)?)?;
    if !said.success {
        return Err(failure(wanted, &said, folder));
    }
    let text = if wanted.whole { said.stdout.into_bytes() } else { files::read(&report)? };
    let form = |reason: String| FlowError::ReportForm { path: report.clone(), tool: "pip", reason };
    serde_json::from_slice(&text).map_err(|e| form(e.to_string()))
}

fn failure(wanted: Wanted<'_>, said: &Captured, folder: &Path) -> FlowError {
    // Beside the folder, which goes.
    let log = folder.with_file_name("spikestream-lock.log");
    if let Err(error) = files::write(&log, said.stderr.as_bytes()) {
        return error;
    }
    let (what, tail) = (wanted.pins.join(", "), run::tail(&said.stderr));
    let cause = Cause::of(&said.stderr);
    match cause.is_of_the_way() {
        true => Error::Download { what, tail, cause, log }.into(),
        false => Error::Install { what, tail, cause, log }.into(),
    }
}

fn add(found: &mut BTreeMap<String, Locked>, wanted: Wanted<'_>, report: Report) {
    for Item { metadata: Metadata { name, version }, download_info } in report.install {
        let file = download_info.url.rsplit('/').next().unwrap_or_default();
        let file = file.split('#').next().unwrap_or_default().replace("%2B", "+");
        let pins = wanted.pins.iter().map(|pin| parts(pin));
        let marker = pins.filter(|(pinned, ..)| *pinned == name).find_map(|(_, _, marker)| marker);
        let package = found.entry(name.to_lowercase()).or_insert_with(|| Locked {
            name,
            version,
            marker: marker.map(str::to_owned),
            files: BTreeMap::new(),
        });
        if let Some(hash) = download_info.archive_info.hashes.get("sha256") {
            package.files.insert(file, hash.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_all_machines_come_together() {
        let report = |file: &str, hash: &str| -> Report {
            let text = serde_json::json!({ "version": "1", "install": [{
                "metadata": { "name": "one", "version": "2" },
                "download_info": { "url": format!("https://index.example/p/{file}"),
                    "archive_info": { "hash": "", "hashes": { "sha256": hash } } },
            }]});
            serde_json::from_value(text).unwrap()
        };
        let pins = ["one==2; sys_platform == 'linux'".to_owned()];
        let wanted = Wanted { pins: &pins, whole: true, pythons: &PYTHONS };
        let mut found = BTreeMap::new();
        add(&mut found, wanted, report("one-2%2Bcpu-x.whl", "aa"));
        add(&mut found, wanted, report("one-2-y.whl#sha256=bb", "bb"));
        let one = &found["one"];
        assert_eq!(one.marker.as_deref(), Some("sys_platform == 'linux'"));
        let files: Vec<_> = one.files.iter().map(|(f, h)| (f.as_str(), h.as_str())).collect();
        assert_eq!(files, [("one-2+cpu-x.whl", "aa"), ("one-2-y.whl", "bb")]);
    }
}
