//! Results that cannot be printed are told, but where nobody reads them.

#![cfg(target_os = "linux")] // which has a device that is always full
#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use spikestream_flows::run::{Captured, Stage, stage_to};

fn spikestream(stdout: impl Into<Stdio>, line: &str) -> Captured {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let stage = Stage {
        name: "the command line".to_owned(),
        program: env!("CARGO_BIN_EXE_spikestream").into(),
        args: line.split_whitespace().map(str::to_owned).collect(),
        // Few tools and no Python, so that none is installed.
        env: vec![("PATH".to_owned(), "flows/fake-tools/compilers".to_owned())],
        folder: checkout.to_owned(),
    };
    stage_to(stdout, &stage).unwrap()
}

#[test]
fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
    let out = env!("CARGO_TARGET_TMPDIR");
    let golden = &format!("verify --level golden --images 3 --out {out}/output");
    let eval = "eval --net digits --data digits --json";
    for line in ["", "--help", "boards --help", "boards", "boards --json", "doctor", golden, eval] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let said = spikestream(full, line);
        assert_eq!(said.code, Some(1), "{line}: {}", said.stderr);
        assert!(said.stderr.contains("::output::write]"), "{line}: {}", said.stderr);
        assert!(said.stderr.contains("No space left on device"), "{line}: {}", said.stderr);

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (closed, read) = (spikestream(writer, line), spikestream(Stdio::piped(), line));
        assert_eq!((closed.code, closed.stderr), (read.code, read.stderr), "{line}");
    }
}
