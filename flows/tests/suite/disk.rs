//! A disk that is full in earnest: who met it is named, and what it left is removed.

use std::path::Path;
use std::thread;

use spikestream_flows::run::plan::Plan;
use spikestream_flows::run::{self, Options};
use spikestream_flows::tool::Tool;

use crate::world::{folder, told, tools};

/// Where a small disk lies, for a process that was started to find one.
const SMALL_DISK: &str = "SMALL_DISK";

/// Whoever started the tool finds out that the disk is full: the tool itself ends with 0.
///
/// A disk can be full to a single thread, which needs no right. One that is small takes a mount, which not
/// every container allows; where it is allowed, nothing at all fits any more.
#[test]
fn a_disk_that_fills_up_is_named() {
    if let Some(disk) = std::env::var_os(SMALL_DISK) {
        return ensure_named(Path::new(&disk));
    }
    let disk = folder();
    on_a_full_disk(|| ensure_named(disk.path()));

    let disk = folder();
    let disk = disk.path().display().to_string();
    let this = std::env::current_exe().unwrap().display().to_string();
    let test = "disk::a_disk_that_fills_up_is_named";
    // In a namespace of its own, so that the mount goes with the process, however that ends.
    let mount =
        "mount -t tmpfs -o size=256k tmpfs \"$SMALL_DISK\" || exit 3; exec \"$0\" --exact \"$1\"";
    let set = format!("{SMALL_DISK}={disk}");
    let own = ["unshare", "--map-root-user", "--mount"];
    let words = [set.as_str()].into_iter().chain(own).chain(["sh", "-c", mount, &this, test]);
    let said = run::capture(Path::new("/usr/bin/env"), words).unwrap();
    let refused = matches!(said.code, Some(1 | 3 | 127)) && said.stdout.is_empty();
    let found = said.stdout.contains("test result: ok. 1 passed");
    assert!(found || refused, "{}{}", said.stdout, said.stderr);
}

/// Runs a tool that fills the disk of a folder.
fn ensure_named(disk: &Path) {
    let mut plan = Plan::default();
    plan.step("pack", Tool::named("icepack"), ["a", "b"]).unwrap();
    plan.product("b").unwrap();
    let tools = tools(&["full-disk"], &[Tool::named("icepack")]);
    let run = disk.join("run");
    let options = Options { quiet: true, ..Options::default() };
    let error = run::run(&plan, &tools, &run, &options).map(|_| ()).unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "flows::run::unwritable", "{text}");
    assert!(text.contains("No space left") && text.contains("pack (icepack)"), "{text}");
    assert!(run.join("filler").exists(), "the tool did fill the disk");
    assert!(!run.join("b").exists(), "what is left of the product holds space");
}

/// Does something on a thread to which, as to what it starts, every disk is full: Linux refuses each of its
/// writes of a block or more with the error of a full disk.
fn on_a_full_disk(work: impl FnOnce() + Send) {
    let rules = r#"{ "full": { "mismatch_action": "allow", "match_action": { "errno": 28 }, "filter": [
        { "syscall": "write", "args": [{ "index": 2, "type": "qword", "op": "ge", "val": 4096 }] }
    ] } }"#;
    let here = std::env::consts::ARCH.try_into().unwrap();
    let filters = seccompiler::compile_from_json(rules.as_bytes(), here).unwrap();
    let filtered = || {
        let done = seccompiler::apply_filter(&filters["full"]);
        done.unwrap_or_else(|e| panic!("{e}: run the tests where Linux has seccomp filters"));
        work();
    };
    thread::scope(|scope| scope.spawn(filtered).join()).unwrap();
}
