//! Finding tools: override, PATH, version.

use std::path::Path;

use spikestream_flows::Told;
use spikestream_flows::install::{Finding, probe};
use spikestream_flows::tool::{Origin, Tool, Tools};

use crate::world::{environment, fakes, told};

#[test]
fn finds_a_tool_on_path_with_its_version() {
    let environment = environment(&["good"], Path::new("/nonexistent"));
    let tools =
        Tools::locate_in(&environment, &[Tool::YOSYS, Tool::named("nextpnr-ice40")]).unwrap();
    let yosys = tools.get(Tool::YOSYS).unwrap();
    assert_eq!((yosys.version.as_str(), yosys.origin), ("0.70", Origin::Path));
    assert_eq!(yosys.word, "yosys", "a script names it without a folder");
    assert_eq!(tools.get(Tool::named("nextpnr-ice40")).unwrap().version, "0.11.1");
}

#[test]
fn a_tool_without_a_version_has_its_hash_for_one() {
    let environment = environment(&["good"], Path::new("/nonexistent"));
    let tools = Tools::locate_in(&environment, &[Tool::named("icepack")]).unwrap();
    assert!(tools.get(Tool::named("icepack")).unwrap().version.starts_with("sha256:"));
}

#[test]
fn the_override_wins_over_path() {
    let mut environment = environment(&["old"], Path::new("/nonexistent"));
    let program = fakes("good").join("yosys").display().to_string();
    environment.overrides.insert("YOSYS".to_owned(), program.clone());
    let tools = Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap();
    let yosys = tools.get(Tool::YOSYS).unwrap();
    assert_eq!((yosys.word.as_str(), yosys.origin), (program.as_str(), Origin::Override));
}

#[test]
fn an_override_that_is_no_program_is_an_error() {
    let mut environment = environment(&["good"], Path::new("/nonexistent"));
    environment.overrides.insert("YOSYS".to_owned(), "/no/such/yosys".to_owned());
    let error = Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::tool::override");
    assert!(text.contains("YOSYS") && text.contains("/no/such/yosys"), "{text}");
}

#[test]
fn an_override_that_is_too_old_is_an_error() {
    let mut environment = environment(&["good"], Path::new("/nonexistent"));
    let program = fakes("old").join("yosys").display().to_string();
    environment.overrides.insert("YOSYS".to_owned(), program);
    let (code, text) = told(&Tools::locate_in(&environment, &[Tool::YOSYS]).unwrap_err());
    assert_eq!(code, "flows::tool::too-old");
    assert!(text.contains("0.9") && text.contains("0.23") && text.contains("YOSYS"), "{text}");
}

#[test]
fn a_tool_that_only_the_user_can_get_is_missing_or_too_old() {
    let nowhere = environment(&["latch"], Path::new("/nonexistent"));
    let (code, text) = told(&Tools::locate_in(&nowhere, &[Tool::named("iceprog")]).unwrap_err());
    assert_eq!(code, "flows::tool::missing");
    assert!(text.contains("fpga-icestorm") && text.contains("ICEPROG"), "{text}");

    let old = environment(&["old"], Path::new("/nonexistent"));
    let (code, text) = told(&Tools::locate_in(&old, &[Tool::MAKE]).unwrap_err());
    assert_eq!(code, "flows::tool::too-old");
    assert!(text.contains("3.79") && text.contains("3.81"), "{text}");
}

#[test]
fn a_tool_that_says_no_version_is_an_error() {
    let environment = environment(&["old"], Path::new("/nonexistent"));
    let (code, text) = told(&Tools::locate_in(&environment, &[Tool::PERL]).unwrap_err());
    assert_eq!(code, "flows::tool::version");
    assert!(text.contains("a program of unknown age"), "{text}");
}

#[test]
fn what_can_be_installed_is_absent_not_missing() {
    let environment = environment(&["old"], Path::new("/nonexistent"));
    match probe(&environment, Tool::YOSYS) {
        Finding::Absent { note: Some(note) } => assert_eq!(note.code(), "flows::tool::too-old"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(probe(&environment, Tool::VERILATOR), Finding::Absent { note: None }));
}

#[test]
fn a_tool_that_does_not_start_is_told_in_its_own_words() {
    let environment = environment(&["broken"], Path::new("/nonexistent"));
    let (code, text) = told(&Tools::locate_in(&environment, &[Tool::MAKE]).unwrap_err());
    assert_eq!(code, "flows::tool::broken");
    assert!(text.contains("libguile") && text.contains("exit status: 127"), "{text}");
    assert!(text.contains("apt install make") && text.contains("MAKE"), "{text}");

    // It has no version to ask for, so it is found all the same.
    let tools = Tools::locate_in(&environment, &[Tool::named("icepack")]).unwrap();
    let (code, text) = told(&tools.get(Tool::named("icepack")).unwrap().try_start().unwrap_err());
    assert_eq!(code, "flows::tool::broken");
    assert!(text.contains("No module named 'icebox'"), "{text}");
}

#[test]
fn a_python_on_path_that_is_led_astray_is_told_how_to_come_back() {
    let error = spikestream_flows::tool::Error::Broken {
        tool: Tool::named("icebox_vlog").spec(),
        path: "/usr/bin/icebox_vlog".into(),
        status: "exit status: 1".to_owned(),
        words: "Fatal Python error: init_fs_encoding".to_owned(),
        root: None,
    };
    assert!(error.remedy().contains("unset PYTHONHOME"), "{}", error.remedy());
}
