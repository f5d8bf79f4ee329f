//! Points are run once, again where they failed or were cut off, and their lines are the same bytes.

use super::*;
use crate::sweep::results;

/// Each point writes that it ran, fails at seed 2 unless a file is there, and prints JSON.
const STEP: &str = r#"-c 'echo {seed} >> "{here}/ran"; test {seed} != 2 -o -e "{here}/ok" || exit 3; echo "{\"square\": $(({seed} * {seed})), \"text\": \"t\"}"'"#;

struct Trial {
    folder: tempfile::TempDir,
    text: String,
}

impl Trial {
    fn new() -> Self {
        let text = format!(
            "name = 'trial'\n[grid]\nseed = [1, 2, 3, 4]\n[[steps]]\nrun = '''{STEP}'''\nkeep = ['square']\n"
        );
        Self { folder: tempfile::tempdir().unwrap(), text }
    }

    fn sweep(&self) -> Sweep {
        Sweep::parse(&self.text, &self.folder.path().join("sweep.toml")).unwrap()
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Runs what is open; returns the points that ran, in order, and the outcome.
    fn run(&self) -> (Vec<String>, Result<Option<String>, FlowError>) {
        let ran = self.folder.path().join("ran");
        let _ = std::fs::remove_file(&ran);
        let sweep = self.sweep();
        let with = With {
            program: "/bin/sh".into(),
            folder: self.out(),
            jobs: 3,
            wait: true,
            options: Vec::new(),
        };
        let outcome = named("local").unwrap().run(&sweep, &open(&sweep, &self.out()), &with);
        let text = std::fs::read_to_string(&ran).unwrap_or_default();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        (lines, outcome)
    }

    fn lines(&self) -> String {
        let path = results::write(&self.sweep(), &self.out()).unwrap();
        std::fs::read_to_string(path).unwrap()
    }
}

#[test]
fn a_point_is_run_until_it_is_done_and_then_no_more() {
    let trial = Trial::new();
    let (ran, outcome) = trial.run();
    assert_eq!(ran, ["1", "2", "3", "4"]);
    let error = outcome.unwrap_err();
    assert_eq!(error.code(), "flows::sweep::failed");
    let told = error.to_string();
    assert!(told.starts_with("1 of 4 points failed; the first: `-c"), "{told}");
    assert!(told.contains("at point seed=2 ended with exit status: 3"), "{told}");
    assert_eq!(trial.lines().lines().count(), 3);
    // What failed is repeated, and nothing else.
    std::fs::write(trial.folder.path().join("ok"), "").unwrap();
    let (ran, outcome) = trial.run();
    assert_eq!((ran.as_slice(), outcome.unwrap()), (&["2".to_owned()][..], None));
    let first = r#"{"point":"seed=1","values":{"seed":1},"results":{"square":1}}"#;
    let lines = trial.lines();
    assert_eq!((lines.lines().next().unwrap(), lines.lines().count()), (first, 4));
    assert!(trial.run().0.is_empty());
    // One that was killed has left its folder and no word that it is done.
    let folder = trial.sweep().point(3).unwrap().folder(&trial.out());
    std::fs::remove_file(folder.join("point.json")).unwrap();
    std::fs::write(folder.join("half"), "of it").unwrap();
    assert_eq!(trial.run().0, ["3"]);
    assert!(!folder.join("half").exists());
    assert_eq!(trial.lines(), lines, "the same bytes again");
}

#[test]
fn a_point_that_another_process_runs_is_left_to_it() {
    let trial = Trial::new();
    let _ = trial.run();
    std::fs::write(trial.folder.path().join("ok"), "").unwrap();
    let held = std::fs::File::open(trial.out().join("locks/seed=2")).unwrap();
    held.lock().unwrap();
    let (ran, outcome) = trial.run();
    assert!(
        ran.is_empty()
            && outcome.unwrap_err().to_string().contains("another process runs point seed=2")
    );
    drop(held);
    assert_eq!(trial.run().0, ["2"]);
}

#[test]
fn a_point_that_is_told_otherwise_is_another() {
    let mut trial = Trial::new();
    std::fs::write(trial.folder.path().join("ok"), "").unwrap();
    trial.run().1.unwrap();
    trial.text = trial
        .text
        .replace("keep = ['square']", "keep = ['text']")
        .replace("[1, 2, 3, 4]", "[1, 5]");
    assert_eq!(trial.run().0, ["1", "5"]);
    let lines = trial.lines();
    assert!(lines.contains(r#""results":{"text":"t"}"#), "{lines}");
    let sweep = trial.sweep();
    let drawn = |y| results::drawn(&results::lines(&sweep, &trial.out()), "seed", y, None);
    assert!(drawn("text").unwrap_err().to_string().contains("no result `text` with numbers"));
    // The results of a file, by a key that has the point's value in it.
    let before = trial.text.clone();
    let grid = before.split("run = ").next().unwrap();
    let step = r#"run = """-c 'echo "{\\"s{seed}\\": 7}" > r{seed}.json'"""
result = "r{seed}.json"
keep = ["s{seed}"]"#;
    trial.text = format!("{grid}{step}\n");
    trial.run().1.unwrap();
    let lines = trial.lines();
    assert!(lines.ends_with("\"results\":{\"s5\":7}}\n"), "{lines}");
    trial.text = before.replace("keep = ['text']", "keep = ['none']");
    let error = trial.run().1.unwrap_err().to_string();
    assert!(error.contains("left no JSON: it has no `none`"), "{error}");
}
