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

use super::work::Work;

/// Every file that they may come as.
const LOCK: &str = include_str!("../../peers/lock.toml");

/// The libraries: what they are called, what pip and our script call them, and whether the script has
/// their convolutions.
const LIBRARIES: [(&str, &str, bool); 2] =
    [("SC-NeuroCore", "sc-neurocore", false), ("snnTorch", "snntorch", true)];

/// The script that trains with either, and the digits that it reads.
const FILES: [(&str, &str); 2] =
    [("epoch.py", include_str!("../../peers/epoch.py")), ("digits.csv", DIGITS_CSV)];

/// The library that streams are timed against, every file that it may come as, and the script that runs it.
const ENGINE: &str = "sc-neurocore-engine";
const ENGINE_LOCK: &str = include_str!("../../peers/engine.toml");
const STREAMS: (&str, &str) = ("streams.py", include_str!("../../peers/streams.py"));

/// How each library is started; they are installed now if they are not there yet.
pub(super) fn stages(work: &Work, threads: usize) -> Result<Vec<Stage>, FlowError> {
    stages_in(&Environment::of_process(), work, threads)
}

fn stages_in(
    environment: &Environment,
    work: &Work,
    threads: usize,
) -> Result<Vec<Stage>, FlowError> {
    let python = packages().ensure(environment, |_| Ok(()))?.join("bin/python3");
    let folder = command::products().join("bench");
    for (name, text) in FILES {
        files::write(&folder.join(name), text.as_bytes())?;
    }
    let stage = |(name, library, _): (&str, &str, bool)| Stage {
        name: name.to_owned(),
        program: python.clone(),
        args: arguments(library, work, threads),
        env: Vec::new(),
        folder: folder.clone(),
    };
    let all = LIBRARIES.into_iter().filter(|(.., convolves)| *convolves || *work == Work::Digits);
    Ok(all.map(stage).collect())
}

/// What Python is started with.
fn arguments(library: &str, work: &Work, threads: usize) -> Vec<String> {
    let [(script, _), (digits, _)] = FILES;
    // Isolated: nothing that the user has for another Python is in the way.
    let mut all = ["-I", script, library, &threads.to_string()].map(str::to_owned).to_vec();
    match work {
        Work::Digits => all.push(digits.to_owned()),
        conv @ Work::Conv { .. } => all.extend(conv.ours()),
    }
    all
}

/// How the library is started that streams are timed against; it is installed now if it is not there yet.
pub(super) fn streams(samples: u32, shape: [usize; 3]) -> Result<Stage, FlowError> {
    let packages = stream_packages();
    let python = packages.ensure(&Environment::of_process(), |_| Ok(()))?.join("bin/python3");
    let folder = command::products().join("bench");
    let (script, text) = STREAMS;
    files::write(&folder.join(script), text.as_bytes())?;
    let mut args = vec!["-I".to_owned(), script.to_owned(), samples.to_string()];
    args.extend(shape.map(|size| size.to_string()));
    Ok(Stage { name: packages.what, program: python, args, env: Vec::new(), folder })
}

#[expect(clippy::expect_used, reason = "the list is compiled in and tested")]
fn stream_packages() -> Packages {
    let lock = Lock::parse(ENGINE_LOCK).expect("engine.toml");
    let version = lock.find(ENGINE).map(|package| package.version.clone()).unwrap_or_default();
    Packages {
        name: "peer-streams",
        what: format!("{ENGINE} {version}"),
        options: &[],
        cost: "some seconds; 20 MB to download, 60 MB on disk until the folder is removed",
        lock,
    }
}

#[expect(clippy::expect_used, reason = "the list is compiled in and tested")]
fn packages() -> Packages {
    let lock = Lock::parse(LOCK).expect("lock.toml");
    let version = |package: &str| {
        lock.find(package).map(|package| package.version.clone()).unwrap_or_default()
    };
    let named = LIBRARIES.iter().map(|(name, package, _)| (*name, *package));
    let libraries = named.chain([("PyTorch", "torch")]);
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
        assert_eq!(stream_packages().what, "sc-neurocore-engine 3.15.7");
    }

    #[test]
    fn each_work_has_its_arguments() {
        let digits = ["-I", "epoch.py", "snntorch", "2", "digits.csv"];
        assert_eq!(arguments("snntorch", &Work::Digits, 2), digits);
        let conv = Work::Conv { data: "/mnist".into(), images: 600, steps: 8 };
        let expected = ["-I", "epoch.py", "snntorch", "2", "/mnist", "600", "8"];
        assert_eq!(arguments("snntorch", &conv, 2), expected);
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
            let error = stages_in(&environment, &Work::Digits, 2).unwrap_err();
            assert_eq!(error.code(), code);
        }
        std::fs::remove_dir_all(cache).unwrap();
    }
}
