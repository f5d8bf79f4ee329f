//! Runs: what they leave, when they start over, how they fail.

use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::install;
use spikestream_flows::run::plan::Plan;
use spikestream_flows::run::{self, Captured, Options};
use spikestream_flows::tool::{Tool, Tools};

use crate::world::{fakes, folder, lines, told, tools};

/// Two steps, two products, one file.
fn plan() -> Plan {
    let mut plan = Plan::default();
    plan.file("input.txt", "content\n").unwrap();
    plan.step("synth", Tool::YOSYS, ["-q", "a file"]).unwrap();
    plan.step("pack", Tool::named("icepack"), ["input.txt", "top.bin"]).unwrap();
    plan.product("top.json").unwrap();
    plan.product("top.bin").unwrap();
    plan
}

fn good() -> Tools {
    tools(&["good"], &[Tool::YOSYS, Tool::named("icepack")])
}

fn go(folder: &Path) -> Result<bool, FlowError> {
    run::run(&plan(), &good(), folder, &Options::default()).map(|manifest| manifest.unchanged)
}

/// How often the last step was started in a folder.
fn packed(folder: &Path) -> usize {
    lines(&folder.join("icepack.argv"))
}

#[test]
fn leaves_logs_a_script_and_a_manifest() {
    let folder = folder();
    let manifest = run::run(&plan(), &good(), folder.path(), &Options::default()).unwrap();
    assert_eq!(manifest.steps[0].argv, ["yosys", "-q", "a file"]);
    assert_eq!(manifest.tools["yosys"].version, "0.70");
    assert_eq!(manifest.products.len(), 2);
    for file in ["input.txt", "synth.log", "pack.log", "run.sh", "manifest.json"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    let text = std::fs::read_to_string(folder.path().join("manifest.json")).unwrap();
    let here = env!("CARGO_MANIFEST_DIR");
    assert!(!text.contains(here), "no path of this machine: {text}");
}

#[test]
fn nothing_reruns_when_nothing_changed() {
    let folder = folder();
    assert!(!go(folder.path()).unwrap());
    assert!(go(folder.path()).unwrap());
    assert_eq!(packed(folder.path()), 1);
}

#[test]
fn a_changed_input_product_or_tool_starts_over() {
    let folder = folder();
    go(folder.path()).unwrap();
    for (times, file) in ["input.txt", "top.bin", "top.json"].iter().enumerate() {
        std::fs::write(folder.path().join(file), "changed").unwrap();
        assert!(!go(folder.path()).unwrap(), "{file}");
        assert_eq!(packed(folder.path()), times + 2);
    }
    std::fs::remove_file(folder.path().join("top.bin")).unwrap();
    assert!(!go(folder.path()).unwrap());

    let mut newer = good();
    let mut yosys = newer.get(Tool::YOSYS).unwrap().clone();
    yosys.version = "0.71".to_owned();
    newer.insert(yosys);
    assert!(!run::run(&plan(), &newer, folder.path(), &Options::default()).unwrap().unchanged);
}

#[test]
fn an_interrupted_run_leaves_nothing_that_looks_finished() {
    let folder = folder();
    go(folder.path()).unwrap();
    // Another plan, stopped between its steps, in the folder of a finished run.
    let mut other = plan();
    other.file("input.txt", "other content\n").unwrap();
    let stop = |_: &_, _: &Path| Err(install::Error::NoCache.into());
    let stopped = run::run(&other, &good(), folder.path(), &Options { gate: &stop, quiet: false });
    assert_eq!(stopped.unwrap_err().code(), "flows::provision::no-cache");
    assert!(!folder.path().join("manifest.json").exists());
    assert!(!folder.path().join("top.bin").exists(), "the older run's product is gone as well");
    assert!(!go(folder.path()).unwrap(), "the first plan starts over too");
}

#[test]
fn a_failed_tool_shows_its_last_words() {
    let folder = folder();
    let mut plan = plan();
    plan.step("route", Tool::named("nextpnr-ice40"), ["--seed", "1"]).unwrap();
    let tools = tools(
        &["failing", "good"],
        &[Tool::YOSYS, Tool::named("icepack"), Tool::named("nextpnr-ice40")],
    );
    let error = run::run(&plan, &tools, folder.path(), &Options::default()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::tool::failed");
    for part in ["cell 'x' is on fire", "line 40", "exit status: 3", "route.log", "run.sh"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains("line 20"), "only the last lines\n{text}");
    assert!(!folder.path().join("manifest.json").exists());
}

#[test]
fn a_product_that_is_not_made_is_an_error() {
    let folder = folder();
    let tools = tools(&["lazy", "good"], &[Tool::YOSYS, Tool::named("icepack")]);
    let error = run::run(&plan(), &tools, folder.path(), &Options::default()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::run::product-missing");
    assert!(text.contains("top.bin") && text.contains("pack.log"), "{text}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let (code, text) = told(&go(&file.join("products")).unwrap_err());
    assert_eq!(code, "flows::run::unwritable");
    assert!(text.contains(&file.display().to_string()), "{text}");
}

#[test]
fn a_full_disk_is_no_fault_of_the_tool() {
    let folder = folder();
    let mut plan = Plan::default();
    plan.step("route", Tool::named("nextpnr-ice40"), ["--seed", "1"]).unwrap();
    let tools = tools(&["full-disk"], &[Tool::named("nextpnr-ice40")]);
    let error = run::run(&plan, &tools, folder.path(), &Options::default()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::run::unwritable");
    assert!(text.contains("no space left") && text.contains("df -h"), "{text}");
}

/// Yosys as WebAssembly ends with 0 on a full disk: what it wrote shows it.
#[test]
fn a_tool_that_does_not_say_that_the_disk_was_full_is_found_out() {
    let folder = folder();
    let mut plan = Plan::default();
    plan.step("synth", Tool::YOSYS, ["-q"]).unwrap();
    plan.product("top.json").unwrap();
    plan.product("coarse.json").unwrap();
    let tools = tools(&["full-disk"], &[Tool::YOSYS]);
    let error = run::run(&plan, &tools, folder.path(), &Options::default()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::run::unwritable");
    assert!(text.contains("top.json") && text.contains("only a part of it"), "{text}");
    assert!(text.contains("synth (yosys)") && text.contains("df -h"), "{text}");
    for part in ["top.json", "coarse.json", "manifest.json", ".scratch"] {
        assert!(!folder.path().join(part).exists(), "{part} holds space");
    }
}

#[test]
fn a_folder_that_is_removed_meanwhile_is_named() {
    let parent = folder();
    let gone = parent.path().join("products");
    let tools = tools(&["remover", "good"], &[Tool::YOSYS, Tool::named("icepack")]);
    let error = run::run(&plan(), &tools, &gone, &Options::default()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::run::folder-gone");
    assert!(text.contains(&gone.display().to_string()) && text.contains("removed"), "{text}");
}

/// The script is written for people: it must work without this program.
#[test]
fn the_script_repeats_the_run() {
    let folder = folder();
    go(folder.path()).unwrap();
    let made = std::fs::read(folder.path().join("top.bin")).unwrap();
    std::fs::remove_file(folder.path().join("top.bin")).unwrap();
    let path = format!("{}:/usr/bin:/bin", fakes("good").display());
    let script = folder.path().join("run.sh").display().to_string();
    let set_path = format!("PATH={path}");
    let said: Captured =
        run::capture(Path::new("/usr/bin/env"), [&set_path, "sh", &script]).unwrap();
    assert!(said.success, "{}", said.stderr);
    assert_eq!(std::fs::read(folder.path().join("top.bin")).unwrap(), made);
    let argv = std::fs::read_to_string(folder.path().join("yosys.argv")).unwrap();
    assert_eq!(argv, "-q a file\n-q a file\n");
}

#[test]
fn a_tool_that_was_not_located_is_a_bug_with_a_code() {
    let folder = folder();
    let tools = tools(&["good"], &[Tool::YOSYS]);
    let error = run::run(&plan(), &tools, folder.path(), &Options::default()).unwrap_err();
    assert_eq!(error.code(), "flows::tool::not-located");
}

/// A help line is there to be copied: it runs in a folder of any name.
#[test]
fn the_command_that_repeats_a_run_is_quoted() {
    let parent = folder();
    for name in ["a b", "it's", "(x)", "a&b", "$HOME", "#1", "é", "a;b", "~", "\"", "`ls`", "plain"]
    {
        let mut plan = Plan::default();
        plan.step("route", Tool::named("nextpnr-ice40"), ["--seed", "1"]).unwrap();
        let tools = tools(&["failing"], &[Tool::named("nextpnr-ice40")]);
        let folder = parent.path().join(name);
        let error = run::run(&plan, &tools, &folder, &Options::default()).unwrap_err();
        let remedy = error.remedy();
        let (_, command) = remedy.split_once("by hand: ").unwrap();
        let path = format!("PATH={}:/usr/bin:/bin", fakes("failing").display());
        let said = run::capture(Path::new("/usr/bin/env"), [&path, "sh", "-c", command]).unwrap();
        let words = said.stdout + &said.stderr;
        assert!(words.contains("cell 'x' is on fire"), "{command}: {words}");
    }
}

/// Whoever starts a stage tells by this a user who stopped it from a stage that failed.
#[test]
fn a_stage_that_a_signal_ends_has_the_exit_code_of_a_shell() {
    let here = folder();
    let code = |script: &str| {
        let stage = run::Stage {
            name: "the stage".to_owned(),
            program: "/bin/sh".into(),
            args: vec!["-c".to_owned(), script.to_owned()],
            env: Vec::new(),
            folder: here.path().to_path_buf(),
        };
        let error = run::stage(&stage).unwrap_err();
        match error.of() {
            Some(run::Error::StageFailed { exit_code, .. }) => *exit_code,
            other => panic!("{other:?}"),
        }
    };
    // Not SIGINT itself: whoever runs the tests in the background has it ignored.
    assert_eq!(code("kill -TERM $$"), Some(143));
    assert_eq!(code("exit 130"), Some(130));
    assert_eq!(code("exit 1"), Some(1));
}
