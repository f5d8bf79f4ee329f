//! Tests of interrupted runs: they end as they would have, to the bit, and only the same run goes on.

use super::*;
use std::fs;
use std::path::{Path, PathBuf};

/// A run so small that many can be interrupted, on so few images that scores on those held out tie.
fn tiny(seed: u64, patience: usize) -> TrainConfig {
    let mut config = TrainConfig::shipped();
    config.network = NetworkConfig::sc_aware(&[16]);
    config.encoder = EncoderConfig::Hardware { steps: 4 };
    (config.run.epochs, config.run.batch) = (12.into(), 4);
    (config.run.seed, config.run.holdout, config.run.patience) = (seed, 0.5, patience);
    config
}

/// The digits cut to `images` images to train on.
fn few(images: usize) -> Dataset {
    let mut digits = data::digits();
    for (split, length) in [(&mut digits.train, images), (&mut digits.test, 20)] {
        split.images.truncate(length);
        split.labels.truncate(length);
    }
    digits
}

fn checkpoints(path: &Path, resume: bool) -> Checkpoints {
    Checkpoints { path: path.to_path_buf(), resume, command: "as typed".into() }
}

/// A run that ends in the given epoch, before that is done.
fn stopped_in(number: usize, config: &TrainConfig, data: &Dataset, path: &Path) -> Error {
    fit(config, data, &device(), Some(&checkpoints(path, false)), &mut |event| match event {
        Event::Step { epoch, done, of } if epoch == number && done < of => ControlFlow::Break(()),
        Event::Step { .. } | Event::Epoch(..) => ControlFlow::Continue(()),
    })
    .unwrap_err()
}

fn resumed(config: &TrainConfig, data: &Dataset, path: &Path) -> Result<Trained, Error> {
    fit(config, data, &device(), Some(&checkpoints(path, true)), &mut go_on)
}

/// The whole run, with a copy of its checkpoint after each epoch: what a kill there would leave.
fn whole(config: &TrainConfig, data: &Dataset, folder: &Path) -> Trained {
    let path = folder.join("checkpoint.safetensors");
    fit(config, data, &device(), Some(&checkpoints(&path, false)), &mut |event| {
        if let Event::Epoch(epoch, _) = event {
            fs::copy(&path, folder.join(epoch.number.to_string())).unwrap();
        }
        ControlFlow::Continue(())
    })
    .unwrap()
}

/// All that a run came to, but for the time it took.
fn outcome(trained: &Trained) -> (usize, Vec<u32>, Vec<[Option<u64>; 5]>) {
    let epoch = |e: &Epoch| {
        let own = [e.loss, e.accuracy, e.learning_rate].map(Some);
        [own[0], own[1], own[2], e.holdout_loss, e.holdout_accuracy].map(|x| x.map(f64::to_bits))
    };
    (trained.kept, bits(trained), trained.history.iter().map(epoch).collect())
}

/// A share such as 5 of 22 must come back from a checkpoint as it was: a score one unit in the last
/// place lower loses the tie that it won, and the run keeps another epoch or stops at another.
#[test]
fn a_kill_after_any_epoch_changes_nothing() {
    for images in [22, 44] {
        let data = few(images);
        for (seed, patience) in [(1, 0), (2, 0), (3, 4), (4, 0), (5, 4), (6, 0)] {
            let config = tiny(seed, patience);
            let folder = tempfile::tempdir().unwrap();
            let all = whole(&config, &data, folder.path());
            for stopped in 1..=all.history.len() {
                let path = folder.path().join(stopped.to_string());
                let rest = resumed(&config, &data, &path).unwrap();
                assert_eq!(rest.resumed, stopped);
                let what = format!("{images} images, seed {seed}, stopped after epoch {stopped}");
                assert!(outcome(&rest) == outcome(&all), "{what}");
            }
        }
    }
}

#[test]
fn a_run_that_was_stopped_ends_with_the_same_weights() {
    let digits = data::digits();
    for mut config in [small(), float()] {
        config.optimizer.clip = 1.0;
        config.regularisers =
            vec![Regulariser { layer: Layers::One(0), l1: 0.1, l2: 0.1, floor: 0.1, least: 0.02 }];
        if config.sc.is_none() {
            config.encoder = EncoderConfig::Rate { steps: 8 }; // random spikes go on as well
            config.network.hidden[0].norm = true; // and running numbers
        }
        let all = run(&config, &digits, &device()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let error = stopped_in(3, &config, &digits, &path);
        let stopped = error.of();
        assert!(matches!(stopped, Some(TrainError::Stopped { epoch: 3, done: 2 })), "{error}");
        let rest = resumed(&config, &digits, &path).unwrap();
        assert_eq!(rest.resumed, 2);
        assert!(outcome(&rest) == outcome(&all));
    }
}

/// Samples are changed anew in each epoch, and by its number alone.
#[test]
fn a_run_with_changed_samples_goes_on_to_the_same_bits() {
    let (data, plain) = (few(22), tiny(1, 0));
    let config = TrainConfig { augment: crate::AugmentConfig::example(), ..plain.clone() };
    let folder = tempfile::tempdir().unwrap();
    let all = whole(&config, &data, folder.path());
    assert_ne!(bits(&all), bits(&run(&plain, &data, &device()).unwrap()));
    let path = folder.path().join("stopped.safetensors");
    stopped_in(4, &config, &data, &path);
    assert!(outcome(&resumed(&config, &data, &path).unwrap()) == outcome(&all));
    let error = resumed(&plain, &data, &path).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::other-run");
    assert!(error.to_string().contains("augment."), "{error}");
}

/// With weights that do not move, only changed samples could change the score of those held out.
#[test]
fn samples_held_out_are_not_changed() {
    let data = few(40);
    let mut config = tiny(1, 0);
    (config.run.epochs, config.optimizer.learning_rate) = (3.into(), 1e-30);
    let plain = run(&config, &data, &device()).unwrap();
    config.augment = crate::AugmentConfig { noise: 0.5, ..crate::AugmentConfig::example() };
    let changed = run(&config, &data, &device()).unwrap();
    let held = |t: &Trained| t.history.iter().map(|e| e.holdout_loss).collect::<Vec<_>>();
    let learnt = |t: &Trained| t.history.iter().map(|e| e.loss).collect::<Vec<_>>();
    assert_eq!(held(&changed), held(&plain));
    assert_ne!(learnt(&changed), learnt(&plain));
}

/// A stop while an epoch's last step is done, or while it is judged, loses nothing of it.
#[test]
fn a_stop_behind_the_last_step_keeps_the_epoch() {
    let (config, data) = (tiny(1, 0), few(22));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.safetensors");
    let mut asked = false;
    let error = fit(&config, &data, &device(), Some(&checkpoints(&path, false)), &mut |event| {
        asked |= matches!(event, Event::Step { epoch: 2, done, of } if done == of);
        if asked { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let error = error.unwrap_err();
    let stopped = error.of();
    assert!(matches!(stopped, Some(TrainError::Stopped { epoch: 2, done: 2 })), "{error}");
    assert_eq!(Progress::read(&path).unwrap().history.len(), 2);
}

/// Without a plan for the whole run, more epochs give what a longer run gives. A cosine goes on towards
/// the new end from the step it is at.
#[test]
fn a_run_goes_on_to_more_epochs() {
    let data = few(22);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.safetensors");
    let mut config = tiny(1, 0);
    for schedule in [ScheduleConfig::Constant, ScheduleConfig::Cosine { end: 0.0 }] {
        config.optimizer.schedule = schedule;
        config.run.epochs = 4.into();
        whole(&config, &data, folder.path());
        config.run.epochs = 8.into();
        let longer = run(&config, &data, &device()).unwrap();
        let more = resumed(&config, &data, &path).unwrap();
        assert_eq!((more.resumed, more.history.len()), (4, 8));
        let same = outcome(&more) == outcome(&longer);
        assert_eq!(same, !config.optimizer.schedule.plans_ahead());
        let rates = |t: &Trained| t.history.iter().map(|e| e.learning_rate).collect::<Vec<_>>();
        assert_eq!(rates(&more)[4..], rates(&longer)[4..]);
    }
    config.run.epochs = 3.into();
    let error = resumed(&config, &data, &path).unwrap_err();
    assert!(error.to_string().contains("run.epochs") && error.remedy().contains("8"), "{error}");
}

/// After three epochs.
fn kept() -> (TrainConfig, Dataset, tempfile::TempDir, PathBuf) {
    let (config, data) = (tiny(1, 0), few(22));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.safetensors");
    stopped_in(4, &config, &data, &path);
    (config, data, folder, path)
}

#[test]
fn a_checkpoint_says_what_its_run_is() {
    let (config, _, _folder, path) = kept();
    let progress = Progress::read(&path).unwrap();
    assert_eq!((&progress.config, progress.history.len()), (&config, 3));
    assert_eq!(progress.command, "as typed");
    assert!(progress.is_unfinished(&config.run) && (1..=3).contains(&progress.kept));
}

#[test]
fn only_the_same_run_goes_on() {
    let (config, data, _folder, path) = kept();
    let mut free = config.clone();
    (free.name, free.run.patience, free.data.source) = ("other".into(), 9, "elsewhere".into());
    assert_eq!(resumed(&free, &data, &path).unwrap().resumed, 3);

    let mut other = config.clone();
    other.run.seed = 2;
    let error = resumed(&other, &data, &path).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::other-run");
    let text = error.to_string();
    assert!(text.contains("run.seed = 2") && text.contains("has 1"), "{text}");

    let mut pixel = data.clone();
    pixel.train.images[0][3] ^= 1;
    let mut test = data.clone();
    test.test.labels.reverse();
    assert_eq!(
        resumed(&config, &pixel, &path).unwrap_err().code(),
        "spikestream::train::other-data"
    );
    assert!(resumed(&config, &test, &path).is_ok(), "the test images choose nothing");
}

/// Any bit that changes on the disk is found before it reaches a weight.
#[test]
fn a_damaged_checkpoint_is_refused() {
    let (config, data, _folder, path) = kept();
    let good = fs::read(&path).unwrap();
    let code = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        resumed(&config, &data, &path).map_or_else(|e| e.code(), |_| "ok")
    };
    assert_eq!(code(&good), "ok");
    let damaged = "spikestream::train::checkpoint";
    for at in (0..good.len()).step_by(good.len() / 60) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        assert!(code(&bad).starts_with(damaged), "byte {at}");
    }
    for bytes in [&good[..good.len() / 2], b"nothing", b""] {
        assert_eq!(code(bytes), damaged);
    }
    fs::remove_file(&path).unwrap();
    let error = resumed(&config, &data, &path).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-checkpoint");
}

/// The format before had no version, and no hash.
#[test]
fn a_checkpoint_of_an_earlier_version_is_told_for_what_it_is() {
    let (config, data, _folder, path) = kept();
    let notes = std::collections::HashMap::from([("notes".to_owned(), "{}".to_owned())]);
    let view = |bytes| {
        safetensors::tensor::TensorView::new(safetensors::Dtype::U8, vec![1], bytes).unwrap()
    };
    let parts = ["model", "optimizer", "best"].map(|name| (name, view(&[0])));
    fs::write(&path, safetensors::serialize(parts, Some(notes)).unwrap()).unwrap();
    let error = resumed(&config, &data, &path).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::checkpoint-format");
    assert!(error.to_string().contains("an earlier version"), "{error}");
}
