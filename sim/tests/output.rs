//! Results of a verification that cannot be printed are told, but where nobody reads them.

#![cfg(target_os = "linux")] // which has a device that is always full
#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use spikestream_flows::run::{Captured, Stage, stage_to};

fn verify(stdout: impl Into<Stdio>, out: &Path) -> Captured {
    let out = out.to_str().unwrap();
    let words = ["--net", "../nets/digits", "--level", "golden", "--images", "3"];
    let words = words.into_iter().chain(["--board-dir", out, "--out", out]);
    let stage = Stage {
        name: "verification".to_owned(),
        program: env!("CARGO_BIN_EXE_spikestream-verify").into(),
        args: words.map(str::to_owned).collect(),
        env: Vec::new(),
        folder: env!("CARGO_MANIFEST_DIR").into(),
    };
    stage_to(stdout, &stage).unwrap()
}

#[test]
fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
    let out = tempfile::tempdir().unwrap();
    let read = verify(Stdio::piped(), out.path());
    assert_eq!(read.code, Some(0), "{}", read.stderr);
    assert!(read.stdout.contains("golden"), "{}", read.stdout);

    let full = verify(File::options().write(true).open("/dev/full").unwrap(), out.path());
    assert_eq!(full.code, Some(1), "{}", full.stderr);
    assert!(full.stderr.contains("error[spikestream::output::write]"), "{}", full.stderr);

    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let closed = verify(writer, out.path());
    assert_eq!((closed.code, closed.stderr), (Some(0), read.stderr));
}
