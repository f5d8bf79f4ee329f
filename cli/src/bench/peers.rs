//! The libraries that training is timed against: an environment of their own, installed only on
//! request, and how each is started.

use spikestream::command;
use spikestream::data::DIGITS_CSV;
use spikestream_flows::FlowError;
use spikestream_flows::base::files;
use spikestream_flows::install::Lock;
use spikestream_flows::install::venv::Packages;
use spikestream_flows::run::Stage;
use spikestream_flows::tool::environment::Environment;

/// Every file that they may come as.
const LOCK: &str = include_str!("../../peers/lock.toml");

/// The libraries: what they are called, and what pip and our script call them.
const LIBRARIES: [(&str, &str); 2] = [("SC-NeuroCore", "sc-neurocore"), ("snnTorch", "snntorch")];

/// The script that trains with either, and the data that it reads.
const FILES: [(&str, &str); 2] =
    [("epoch.py", include_str!("../../peers/epoch.py")), ("digits.csv", DIGITS_CSV)];

/// How each library is started; they are installed now if they are not there yet.
pub(super) fn stages(threads: usize) -> Result<Vec<Stage>, FlowError> {
    stages_in(&Environment::of_process(), threads)
}

fn stages_in(environment: &Environment, threads: usize) -> Result<Vec<Stage>, FlowError> {
    let python = packages().ensure(environment, |_| Ok(()))?.join("bin/python3");
    let folder = command::products().join("bench");
    for (name, text) in FILES {
        files::write(&folder.join(name), text.as_bytes())?;
    }
    let [(script, _), (digits, _)] = FILES;
    let stage = |(name, library): (&str, &str)| Stage {
        name: name.to_owned(),
        program: python.clone(),
        // Isolated: nothing that the user has for another Python is in the way.
        args: ["-I", script, library, digits, &threads.to_string()].map(str::to_owned).to_vec(),
        env: Vec::new(),
        folder: folder.clone(),
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
    use std::path::Path;

    #[test]
    fn says_what_it_installs() {
        let what = packages().what;
        assert!(what.starts_with("SC-NeuroCore 3.16.0, snnTorch 1.0.0, PyTorch 2."), "{what}");
    }

    #[test]
    fn what_stands_in_the_way_is_told_before_anything_is_timed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
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
            let error = stages_in(&environment, 2).unwrap_err();
            assert_eq!(error.code(), code);
        }
        std::fs::remove_dir_all(cache).unwrap();
    }
}
