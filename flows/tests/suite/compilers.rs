//! The compiler: with arguments in its variable, and another one for another build.

use std::fs;
use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::run::plan::Plan;
use spikestream_flows::run::{self, Options};
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::tool::{Tool, Tools};

use crate::world::{again_with, environment, fakes, folder, told};

/// PATH with the fake compilers, and the variable of one if it is set.
fn with(cxx: Option<&str>) -> Environment {
    let mut environment = environment(&["compilers"], Path::new("/nonexistent"));
    environment.overrides.extend(cxx.map(|value| ("CXX".to_owned(), value.to_owned())));
    environment
}

fn tools(environment: &Environment) -> Result<Tools, FlowError> {
    Tools::locate_in(environment, &[Tool::CXX, Tool::MAKE])
}

/// What a plan of a make and a link says that it was started with; whether it had to run.
fn built(environment: &Environment, folder: &Path) -> (String, bool) {
    let mut plan = Plan::default();
    plan.printing_step("compile", Tool::MAKE, ["-C", "obj"], "made").unwrap();
    plan.printing_step("link", Tool::CXX, ["-shared", "a b"], "linked").unwrap();
    let run = run::run(&plan, &tools(environment).unwrap(), folder, &Options::default()).unwrap();
    (said(folder), run.unchanged)
}

fn said(folder: &Path) -> String {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    format!("{}{}", read("made"), read("linked"))
}

#[test]
fn a_compiler_may_have_arguments() {
    let here = fakes("compilers").display().to_string();
    for (cxx, make_has, compiler_has) in [
        ("c++ -m64", format!("{here}/c++ -m64"), "c++ -m64 -shared a b"),
        ("launcher c++ -m64", format!("{here}/launcher c++ -m64"), "c++ -m64 -shared a b"),
        ("c++ '-DNAME=a b'", format!("{here}/c++ '-DNAME=a b'"), "c++ -DNAME=a b -shared a b"),
        ("c++", format!("{here}/c++"), "c++ -shared a b"),
    ] {
        let folder = folder();
        let expected = format!("CXX={make_has} MAKEFLAGS=\n{compiler_has}\n");
        assert_eq!(built(&with(Some(cxx)), folder.path()).0, expected);

        // The script does the same, without the variable.
        fs::remove_file(folder.path().join("linked")).unwrap();
        let script = folder.path().join("run.sh").display().to_string();
        let path = format!("PATH={here}:/usr/bin:/bin");
        let args = ["-u", "CXX", &path, "sh", &script];
        let by_hand = run::capture(Path::new("/usr/bin/env"), args).unwrap();
        assert!(by_hand.success, "{}", by_hand.stderr);
        assert_eq!(said(folder.path()), expected, "{cxx}");
    }
}

#[test]
fn without_the_variable_make_chooses_the_same() {
    let folder = folder();
    assert_eq!(built(&with(None), folder.path()).0, "CXX= MAKEFLAGS=\nc++ -shared a b\n");
    // And the script takes another one, with arguments, as a run does.
    let script = folder.path().join("run.sh").display().to_string();
    let path = format!("PATH={}:/usr/bin:/bin", fakes("compilers").display());
    let args = ["CXX=launcher c++ -O1", &path, "sh", &script];
    assert!(run::capture(Path::new("/usr/bin/env"), args).unwrap().success);
    assert_eq!(said(folder.path()), "CXX=launcher c++ -O1 MAKEFLAGS=\nc++ -O1 -shared a b\n");
}

#[test]
fn what_a_make_around_says_is_not_for_ours() {
    let stray = ["MAKEFLAGS=-n", "MAKELEVEL=1", "GNUMAKEFLAGS=-k", "MFLAGS=-n"];
    again_with(&stray, "compilers::a_compiler_may_have_arguments_in_a_make");
}

#[test]
fn a_compiler_may_have_arguments_in_a_make() {
    let folder = folder();
    assert_eq!(built(&with(None), folder.path()).0, "CXX= MAKEFLAGS=\nc++ -shared a b\n");
}

#[test]
fn another_compiler_is_another_build() {
    let folder = folder();
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    // The same text, so the same version; another file.
    std::os::unix::fs::symlink(fakes("compilers").join("c++"), other.join("g++")).unwrap();
    let other = other.join("g++").display().to_string();
    let out = folder.path().join("out");
    let run = |cxx: Option<&str>| built(&with(cxx), &out).1;
    assert!(!run(None) && run(None), "the second time nothing has changed");
    for cxx in [other.as_str(), "c++ -m64", "c++ -m32", "launcher c++"] {
        assert!(!run(Some(cxx)) && run(Some(cxx)), "{cxx}");
    }
    assert!(!run(None), "and back");
    let mut told_where = with(None);
    told_where.overrides.insert("CPATH".to_owned(), "include".to_owned());
    assert!(!built(&told_where, &out).1, "a variable that it reads");
}

#[test]
fn the_same_compiler_by_another_way_is_the_same_build() {
    let folder = folder();
    assert!(!built(&with(Some("c++")), folder.path()).1);
    let path = fakes("compilers").join("c++").display().to_string();
    assert!(built(&with(Some(&path)), folder.path()).1);
}

#[test]
fn what_is_no_compiler_is_told_with_how_to_give_one() {
    for cxx in ["no-such-compiler -m64", "'", "-m64", "launcher"] {
        let (code, text) = told(&tools(&with(Some(cxx))).unwrap_err());
        let expected =
            if cxx == "launcher" { "flows::tool::broken" } else { "flows::tool::override" };
        assert_eq!(code, expected, "{text}");
        assert!(text.contains("CXX"), "{text}");
    }
    let mut environment = with(None);
    environment.overrides.insert("MAKE".to_owned(), "make -s".to_owned());
    let (code, text) = told(&tools(&environment).unwrap_err());
    assert_eq!(code, "flows::tool::override");
    assert!(text.contains("a program alone"), "{text}");
}
