//! Tests of runs that are stopped, and of what goes on from their folder.

use super::*;
use spikestream_train::{Event, Progress};
use std::ops::ControlFlow;

const LINE: &str = "--data digits --hidden 16 --epochs 4";

/// A run that is cut off in its third epoch, as a kill would: what it had written is there. Of a run of
/// two epochs it would not be half, for the learning rates differ.
pub(super) fn killed(out: &Path, line: &str) {
    let args = parse(&format!("{line} --out {}", out.display())).unwrap();
    let run = Run::of(&args).unwrap();
    fs::create_dir_all(out).unwrap();
    let mut metrics = Metrics::open(out, &run.config.run_name(&data::digits()), &[]).unwrap();
    let (path, command) = (out.join(CHECKPOINT), run.command.clone());
    let checkpoints = Checkpoints { path, resume: false, command };
    let ended = fit(&run.config, &data::digits(), &device(), Some(&checkpoints), &mut |event| {
        match event {
            Event::Epoch(epoch, _) => metrics.add(epoch),
            Event::Step { epoch: 3, done: 5, .. } => return ControlFlow::Break(()),
            Event::Step { .. } => {}
        }
        ControlFlow::Continue(())
    });
    assert!(ended.is_err());
    let mut half = fs::OpenOptions::new().append(true).open(out.join(METRICS)).unwrap();
    std::io::Write::write_all(&mut half, b"{\"number\":3,\"lo").unwrap();
}

fn resumed(folder: &Path, more: &str) -> Result<String, Error> {
    printed(&format!("--resume {} {more}", folder.display()))
}

fn command(folder: &Path) -> String {
    json(&read(folder, "summary.json"))["command"].as_str().unwrap().to_owned()
}

#[test]
fn a_resumed_run_ends_as_one_that_was_never_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    train_into(&whole, LINE).unwrap();
    killed(&parts, LINE);
    let printed = resumed(&parts, "").unwrap();
    assert!(printed.contains("resumed      after epoch 2\n"), "{printed}");
    for name in ["weights.safetensors", "net.toml", MODEL, CONFIG] {
        let bytes = |folder: &Path| fs::read(folder.join(name)).unwrap();
        assert!(bytes(&whole) == bytes(&parts), "{name} differs");
    }
    let numbers = |folder: &Path| {
        let lines: Vec<_> = read(folder, METRICS).lines().map(json).collect();
        let numbers = ["number", "loss", "accuracy", "holdout_accuracy", "learning_rate"];
        lines.iter().map(|line| numbers.map(|key| line[key].clone())).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&parts), numbers(&whole));
    let first = "spikestream train --data digits --seed 1 --epochs 4 --hidden 16";
    assert_eq!(command(&parts), first);

    // Once more: there is nothing left to do, and the same comes out.
    resumed(&parts, "").unwrap();
    assert_eq!(
        fs::read(whole.join("net.toml")).unwrap(),
        fs::read(parts.join("net.toml")).unwrap()
    );
}

#[test]
fn only_what_leaves_the_epochs_as_they_were_may_change() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    killed(out, LINE);
    let before = fs::read(out.join(CHECKPOINT)).unwrap();
    for (options, key, values) in [
        ("--lr 0.01", "optimizer.learning_rate", ["0.01", "0.005"]),
        ("--seed 2", "run.seed", ["2", "1"]),
        ("--hidden 17", "network.hidden[0].neurons", ["17", "16"]),
        ("--float", "encoder.kind", ["\"direct\"", "\"hardware\""]),
    ] {
        let error = resumed(out, options).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::other-run", "{options}");
        let text = error.to_string();
        assert!(text.contains(&format!("{key} = {}", values[0])), "{options}: {text}");
        assert!(text.ends_with(&format!("has {}", values[1])), "{options}: {text}");
    }
    let error = resumed(out, "--epochs 1").unwrap_err();
    assert!(error.remedy().contains("--epochs at least 2"), "{}", error.remedy());
    assert_eq!(fs::read(out.join(CHECKPOINT)).unwrap(), before);
    // What the run has anyway may be said again.
    assert!(resumed(out, LINE).is_ok());
}

#[test]
fn a_run_goes_on_to_more_epochs_and_says_what_that_means() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    killed(out, LINE);
    let printed = resumed(out, "--epochs 5").unwrap();
    assert!(
        printed.contains("after epoch 2 of 4, on to 5; the learning rate's cosine"),
        "{printed}"
    );
    assert_eq!(read(out, METRICS).lines().count(), 5);
    let first = "spikestream train --data digits --seed 1 --epochs 4 --hidden 16";
    let more = format!("{first}, and after epoch 2: spikestream train --resume FOLDER --epochs 5");
    assert_eq!(command(out), more);
    assert_eq!(Net::load(out).unwrap().spec.provenance.command, more);
    assert_eq!(TrainConfig::load(&out.join(CONFIG)).unwrap().run.epochs, 5.into());
}

/// A net that was trained in float gets integers without another epoch.
#[test]
fn a_finished_float_run_is_exported_later() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    train_into(out, &format!("{SMALL} --float")).unwrap();
    let model = fs::read(out.join(MODEL)).unwrap();
    resumed(out, "--export --bits 5").unwrap();
    assert_eq!(fs::read(out.join(MODEL)).unwrap(), model);
    assert_eq!(Net::load(out).unwrap().spec.stream.bits, 5);
    assert!(command(out).ends_with("--float --export --bits 5"), "{}", command(out));
}

#[test]
fn a_folder_without_a_run_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let error = resumed(out, "").unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-checkpoint");
    let missing = out.join("nowhere");
    assert!(resumed(&missing, "").is_err() && !missing.exists(), "nothing is made");
    fs::write(out.join("file"), "").unwrap();
    assert!(resumed(&out.join("file"), "").unwrap_err().remedy().contains("not a file"));
    let error = resumed(out, "--out elsewhere").unwrap_err();
    assert!(error.remedy().contains("beside --resume"), "{}", error.remedy());
}

/// The results of the run before stay as they were, whole, until those of the next one are there.
#[test]
fn a_run_that_is_stopped_leaves_the_results_that_were_there() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    train_into(out, SMALL).unwrap();
    let names = [CONFIG, MODEL, "net.toml", "weights.safetensors", "summary.json"];
    let bytes = || names.map(|name| fs::read(out.join(name)).unwrap());
    let before = bytes();
    killed(out, &format!("{LINE} --seed 9"));
    assert!(bytes() == before);

    // And so where it is stopped when all epochs are done, but not judged.
    let stop = Stop::default();
    stop.ask();
    let line = format!("--resume {} --epochs 2", out.display());
    let run = Run::of(&parse(&line).unwrap()).unwrap();
    let error = trained(&run, &data::digits(), &stop, &Bars::default()).err().unwrap();
    assert_eq!(error.code(), "spikestream::train::stopped");
    assert!(bytes() == before);
    let progress = Progress::read(&out.join(CHECKPOINT)).unwrap();
    assert_eq!((progress.config.run.seed, progress.history.len()), (9, 2));
    assert!(run.go_on().starts_with("spikestream train --resume /"), "{}", run.go_on());
}

#[test]
fn a_new_run_says_what_it_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    killed(out, LINE);
    let notes = |line: &str| {
        let args = parse(&format!("{line} {}", out.display())).unwrap();
        Run::of(&args).unwrap().notes().join("\n")
    };
    let note = notes("--data digits --out");
    assert!(note.contains("after epoch 2 of 4") && note.contains("--resume"), "{note}");
    assert_eq!(notes("--resume"), "going on after epoch 2");
    resumed(out, "").unwrap();
    assert_eq!(notes("--data digits --out"), "");
    assert!(notes("--resume").contains("--epochs N goes on"), "{}", notes("--resume"));
}
