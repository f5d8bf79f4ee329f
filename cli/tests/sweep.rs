//! A sweep of the program's own commands: once each, shown, and the same bytes through Slurm where there is one.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::{Path, PathBuf};

use spikestream_flows::run::{Captured, Stage, capture_stage};

const SWEEP: &str = r#"
name = "rates"

[grid]
rate = [0.01, 0.1]
seed = [1, 2]

[[steps]]
run = "faults --net digits --data digits --images 20 --engine planes --fault weights --rate {rate} --seed {seed} --json"
keep = ["golden", "rows.0.points.0.accuracy"]
"#;

struct Trial(tempfile::TempDir);

impl Trial {
    fn new() -> Self {
        // Where jobs of another process find it.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::write(folder.path().join("rates.toml"), SWEEP).unwrap();
        Self(folder)
    }

    fn run(&self, line: &str) -> Captured {
        let stage = Stage {
            name: "the command line".to_owned(),
            program: env!("CARGO_BIN_EXE_spikestream").into(),
            args: line.split_whitespace().map(str::to_owned).collect(),
            env: Vec::new(),
            folder: self.0.path().to_owned(),
        };
        capture_stage(&stage).unwrap()
    }

    /// The lines that a run leaves in a folder.
    fn lines(&self, line: &str, out: &str) -> String {
        let said = self.run(&format!("{line} --out {out}"));
        assert!(said.success, "{}{}", said.stdout, said.stderr);
        assert!(said.stdout.starts_with("4 of 4 points: "), "{}", said.stdout);
        std::fs::read_to_string(self.path(out)).unwrap()
    }

    fn path(&self, out: &str) -> PathBuf {
        self.0.path().join(out).join("results.jsonl")
    }
}

/// Whether jobs are taken here. `SPIKESTREAM_SLURM` says that they are, so that a Slurm that is not found is a fault.
fn has_slurm() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has =
        std::env::split_paths(&path).any(|folder| Path::new(&folder).join("sbatch").is_file());
    assert!(has || std::env::var_os("SPIKESTREAM_SLURM").is_none(), "there is no sbatch");
    if !has {
        spikestream_flows::output::tell(
            "note: there is no sbatch, so that nothing goes through Slurm",
        );
    }
    has
}

#[test]
fn points_are_run_once_and_are_the_same_bytes_through_slurm() {
    let trial = Trial::new();
    let lines = trial.lines("sweep rates.toml", "here");
    assert_eq!(lines.lines().count(), 4);
    let first =
        r#"{"point":"rate=0.01,seed=1","values":{"rate":0.01,"seed":1},"results":{"golden":19,"#;
    assert!(lines.starts_with(first), "{lines}");
    let again = trial.run("sweep rates.toml --out here");
    assert_eq!(again.stderr, "4 of 4 points are done already\n");
    let shown = trial.run("sweep show rates.toml --out here");
    assert_eq!(shown.stdout.lines().count(), 5, "{}", shown.stdout);
    let none = trial.run("sweep show rates.toml --out there");
    assert!(none.stderr.contains("[flows::sweep::nothing]"), "{}", none.stderr);
    if has_slurm() {
        assert_eq!(trial.lines("sweep rates.toml --engine slurm --wait", "cluster"), lines);
    }
}
