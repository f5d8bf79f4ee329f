//! Environments of packages other than the tools, on a fake Python.

use spikestream_flows::environment::Environment;
use spikestream_flows::venv::Packages;

use crate::world::{environment, folder, lines, told};

fn packages(pins: &[&str]) -> Packages {
    Packages {
        name: "peers",
        pins: pins.iter().map(ToString::to_string).collect(),
        options: &["--no-deps"],
        python: Some("3.11"),
        what: "Torch 2".to_owned(),
        cost: "a minute",
    }
}

#[test]
fn another_list_of_pins_is_another_folder() {
    let cache = folder();
    let environment = environment(&["python"], cache.path());
    let [one, other] = [packages(&["torch==2.1"]), packages(&["torch==2.2"])];
    let root = one.ensure(&environment, |_| Ok(())).unwrap();
    assert!(root.join("bin/python3").exists());
    assert!(root.file_name().unwrap().to_string_lossy().starts_with("peers-"));
    assert_eq!(one.ensure(&environment, |_| Ok(())).unwrap(), root);
    let pip = cache.path().join("spikestream/pip.argv");
    assert_eq!(lines(&pip), 1, "installed once");
    let text = std::fs::read_to_string(&pip).unwrap();
    assert!(text.contains("--no-deps torch==2.1"), "{text}");
    assert_ne!(other.ensure(&environment, |_| Ok(())).unwrap(), root);
    assert_eq!(lines(&pip), 2);
}

#[test]
fn what_is_not_finished_is_not_used() {
    let cache = folder();
    let environment = environment(&["python"], cache.path());
    let packages = packages(&["torch==2.1"]);
    let stopped = packages.ensure(&environment, |root| {
        std::fs::write(root.join("left-over"), "").unwrap();
        Err(spikestream_flows::FlowError::NoCache)
    });
    assert_eq!(stopped.unwrap_err().code(), "flows::provision::no-cache");
    let root = packages.ensure(&environment, |_| Ok(())).unwrap();
    assert!(!root.join("left-over").exists());
}

#[test]
fn a_python_that_is_too_old_for_them_is_named() {
    let cache = folder();
    let environment = environment(&["python"], cache.path());
    let newer = Packages { python: Some("3.12"), ..packages(&["torch==2.1"]) };
    let (code, text) = told(&newer.ensure(&environment, |_| Ok(())).unwrap_err());
    assert_eq!(code, "flows::tool::too-old");
    assert!(text.contains("3.11.2") && text.contains("3.12 or newer"), "{text}");
    assert!(text.contains("PYTHON3"), "{text}");
    assert!(!cache.path().join("spikestream").exists(), "nothing is begun");
}

#[test]
fn what_could_not_be_downloaded_is_named() {
    let cache = folder();
    let offline: Environment = environment(&["python-offline"], cache.path());
    let (code, text) = told(&packages(&["torch==2.1"]).ensure(&offline, |_| Ok(())).unwrap_err());
    assert_eq!(code, "flows::provision::download");
    assert!(text.contains("Torch 2 could not be downloaded"), "{text}");
    assert!(text.contains("Could not find a version"), "{text}");
}
