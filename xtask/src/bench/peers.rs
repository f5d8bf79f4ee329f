//! The libraries that training is timed against: an environment of their own, installed only on
//! request, and how each is started.

use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::install::Lock;
use spikestream_flows::install::venv::Packages;
use spikestream_flows::run::Stage;
use spikestream_flows::tool::environment::Environment;

use crate::workspace::Workspace;

/// The pins, as people write them.
pub(crate) const REQUIREMENTS: &str = include_str!("../../peers/requirements.txt");

/// Every file that they may come as.
const LOCK: &str = include_str!("../../peers/lock.toml");

/// The libraries: what they are called, and what pip and our script call them.
const LIBRARIES: [(&str, &str); 2] = [("SC-NeuroCore", "sc-neurocore"), ("snnTorch", "snntorch")];

/// The script that trains with either, and the data that it reads, from the root of the workspace.
const SCRIPT: &str = "xtask/peers/epoch.py";
const DIGITS: &str = "src/data/digits.csv";

/// How each library is started; they are installed now if they are not there yet.
pub(super) fn stages(workspace: &Workspace, threads: usize) -> Result<Vec<Stage>, FlowError> {
    stages_in(&Environment::of_process(), &workspace.root, threads)
}

fn stages_in(
    environment: &Environment,
    root: &Path,
    threads: usize,
) -> Result<Vec<Stage>, FlowError> {
    let python = packages().ensure(environment, |_| Ok(()))?.join("bin/python3");
    let stage = |(name, library): (&str, &str)| Stage {
        name: name.to_owned(),
        program: python.clone(),
        // Isolated: nothing that the user has for another Python is in the way.
        args: ["-I", SCRIPT, library, DIGITS, &threads.to_string()].map(str::to_owned).to_vec(),
        env: Vec::new(),
        folder: root.to_path_buf(),
    };
    Ok(LIBRARIES.into_iter().map(stage).collect())
}

#[expect(clippy::expect_used, reason = "the list is compiled in and tested")]
fn packages() -> Packages {
    let lock = Lock::parse(LOCK).expect("lock.toml");
    let version = |package: &str| {
        lock.find(package).map(|package| package.version.clone()).unwrap_or_default()
    };
    let libraries = LIBRARIES.iter().chain([&("PyTorch", "torch")]);
    let what: Vec<String> =
        libraries.map(|(name, package)| format!("{name} {}", version(package))).collect();
    Packages {
        name: "peers",
        what: what.join(", "),
        // Gigabytes in pip's cache as well would help nobody.
        options: &["--no-cache-dir"],
        cost: "a minute or two; 2.4 GB to download, 4.3 GB on disk until the folder is removed",
        lock,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools;

    #[test]
    fn every_package_is_pinned_once() {
        let pins = tools::pins_of(REQUIREMENTS);
        let names: Vec<&str> = pins
            .iter()
            .map(|pin| {
                let (name, version) = pin.split_once("==").expect(pin);
                assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{pin}");
                name
            })
            .collect();
        for (_, package) in LIBRARIES {
            assert!(names.contains(&package), "{package}");
        }
        let mut distinct = names.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
    }

    #[test]
    fn says_what_it_installs() {
        let what = packages().what;
        assert!(what.starts_with("SC-NeuroCore 3.16.0, snnTorch 1.0.0, PyTorch 2."), "{what}");
    }

    #[test]
    fn script_and_data_are_there() {
        let root = Workspace::find().unwrap().root;
        assert!(root.join(SCRIPT).is_file() && root.join(DIGITS).is_file());
    }

    #[test]
    fn what_stands_in_the_way_is_told_before_anything_is_timed() {
        let root = Workspace::find().unwrap().root;
        let cache = std::env::temp_dir().join(format!("bench-train-{}", std::process::id()));
        for (kind, code) in [
            ("python-offline", "flows::provision::download"),
            ("python-no-venv", "flows::provision::no-venv"),
        ] {
            let environment = Environment {
                path: root.join("flows/fake-tools").join(kind).into_os_string(),
                cache: Some(cache.clone()),
                ..Environment::default()
            };
            let error = stages_in(&environment, &root, 2).unwrap_err();
            assert_eq!(error.code(), code);
        }
        std::fs::remove_dir_all(cache).unwrap();
    }
}
