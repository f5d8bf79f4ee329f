//! Tests of runs for several seeds.

use super::resume::killed;
use super::*;
use spikestream_train::Progress;

const LINE: &str = "--data digits --hidden 8 --epochs 2 --holdout 0.1";

#[test]
fn each_seed_is_trained_as_alone_and_the_best_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("all");
    let table = train_into(&out, &format!("{LINE} --seeds 1..3")).unwrap();
    assert!(table.contains("kept seed") && table.contains("weak choice"), "{table}");
    let record = json(&read(&out, crate::seeds::FILE));
    let runs = record["runs"].as_array().unwrap();
    let right = |at: usize| runs[at]["figures"]["accuracy"]["holdout"].as_f64().unwrap();
    let loss = |at: usize| runs[at]["figures"]["loss"]["holdout"].as_f64().unwrap();
    let best = (0..3).min_by(|a, b| {
        right(*b).total_cmp(&right(*a)).then(loss(*a).total_cmp(&loss(*b))).then(a.cmp(b))
    });
    let kept = best.unwrap() as u64 + 1;
    assert_eq!(record["choice"]["seed"], kept);
    let names = ["weights.safetensors", "net.toml", MODEL, CONFIG, "confusion.svg", "curve.svg"];
    for seed in 1..=3 {
        let alone = folder.path().join(format!("alone-{seed}"));
        train_into(&alone, &format!("{LINE} --seed {seed}")).unwrap();
        let places = [out.clone(), out.join(format!("seeds/{seed}"))];
        for place in places.iter().skip(usize::from(seed != kept)) {
            for name in names {
                let bytes = |folder: &Path| fs::read(folder.join(name)).unwrap();
                assert!(bytes(place) == bytes(&alone), "{name} of seed {seed} differs");
            }
        }
    }
    let whole = json(&read(&out, "summary.json"));
    assert_eq!(whole["seed"], kept);
    assert!(out.join(CHECKPOINT).is_file() && out.join(METRICS).is_file());

    // Runs that are done are not trained again, and one that is cut short goes on.
    let model = |seed: u64| out.join(format!("seeds/{seed}")).join(MODEL);
    let time = |seed: u64| fs::metadata(model(seed)).unwrap().modified().unwrap();
    let (before, again) = (time(1), read(&out, crate::seeds::FILE));
    fs::remove_file(out.join("seeds/2/summary.json")).unwrap();
    let wanted = fs::read(model(2)).unwrap();
    fs::remove_file(model(2)).unwrap();
    let progress = Progress::read(&out.join("seeds/2").join(CHECKPOINT)).unwrap();
    assert_eq!(progress.history.len(), 2);
    let resumed = printed(&format!("--resume {}", out.display())).unwrap();
    assert_eq!(resumed.split("\nwrote").next(), table.split("\nwrote").next());
    assert!(fs::read(model(2)).unwrap() == wanted && time(1) == before);
    assert_eq!(json(&read(&out, crate::seeds::FILE)), json(&again));

    // A single run takes their place.
    train_into(&out, &format!("{LINE} --seed 5")).unwrap();
    assert!(!out.join(crate::seeds::FILE).exists() && model(1).is_file());
}

/// What a kill leaves: a seed in its third epoch, one that has not begun.
#[test]
fn a_seed_that_was_cut_off_goes_on_from_its_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let (out, alone) = (folder.path().join("all"), folder.path().join("alone"));
    let line = "--data digits --hidden 8 --epochs 4";
    let stop = Stop::default();
    stop.ask();
    let seeds = format!("{line} --seeds 1..2 --out {}", out.display());
    assert!(perform(&parse(&seeds).unwrap(), &stop).is_err());
    let own = out.join("seeds/2");
    killed(&own, &format!("{line} --seed 2"));
    let before = read(&own, METRICS);
    let done: Vec<&str> = before.lines().take(2).collect();

    printed(&format!("--resume {}", out.display())).unwrap();
    train_into(&alone, &format!("{line} --seed 2")).unwrap();
    let epochs = |folder: &Path| {
        let lines: Vec<_> = read(folder, METRICS).lines().map(json).collect();
        lines.iter().map(|line| ["number", "loss"].map(|key| line[key].clone())).collect::<Vec<_>>()
    };
    assert_eq!((epochs(&own).len(), epochs(&own)), (4, epochs(&alone)));
    let after = read(&own, METRICS);
    assert_eq!(after.lines().take(2).collect::<Vec<_>>(), done, "with the seconds that they took");
    for name in ["weights.safetensors", "net.toml", MODEL, CONFIG] {
        let bytes = |folder: &Path| fs::read(folder.join(name)).unwrap();
        assert!(bytes(&own) == bytes(&alone), "{name} differs");
    }
}

/// Each run on its own training images, before one is kept.
#[test]
fn silent_neurons_of_every_seed_are_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let line = "--data digits --hidden 48 --epochs 1 --steps 4 --silent remove --seeds 1,2";
    train_into(out, line).unwrap();
    let mut taken = 0;
    for place in [out.to_path_buf(), out.join("seeds/1"), out.join("seeds/2")] {
        let layer = &json(&read(&place, "summary.json"))["pruned"]["layers"][0];
        let of = |kind: &str| layer[kind].as_u64().unwrap() as usize;
        let gone = of("unheard") + of("bounded") + of("quiet");
        assert_eq!(Net::load(&place).unwrap().spec.layers[0].outputs, 48 - gone);
        taken += gone;
    }
    assert!(taken > 0);
    let error = printed(&format!("--resume {} --silent keep", out.display())).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::other-run");
}

#[test]
fn what_does_not_go_with_seeds_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    for line in ["--seeds 1,2 --seed 1", "--seeds 2..1", "--seeds 1..2000"] {
        let error = printed(&format!("{LINE} {line} --out {out}")).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option", "{line}");
    }
    let error = printed(&format!("--resume {out} --seeds 1..2")).unwrap_err();
    assert!(error.remedy().contains(crate::seeds::FILE), "{}", error.remedy());

    let stop = Stop::default();
    stop.ask();
    let line = format!("{LINE} --seeds 1..2 --out {out}");
    let error = perform(&parse(&line).unwrap(), &stop).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::stopped");
    for (more, code) in [
        ("--epochs 3", "spikestream::train::other-run"),
        ("--seeds 1..3", "spikestream::train::option"),
        ("--seed 1", "spikestream::train::option"),
        ("--out elsewhere", "spikestream::train::option"),
    ] {
        let error = printed(&format!("--resume {out} {more}")).unwrap_err();
        assert_eq!(error.code(), code, "{more}: {error}");
    }
    fs::write(folder.path().join(crate::seeds::FILE), "{}").unwrap();
    let error = printed(&format!("--resume {out}")).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::checkpoint");
}

/// Digits, with a cost of firing so high that it leaves the range of floats: at 100 parts in every seed, at 10 in those
/// that fire more.
fn costly(folder: &Path, parts: usize) -> String {
    let file = folder.join("run.toml");
    let cost = "[[regularisers]]\nl1 = 3e38\n".repeat(parts);
    fs::write(&file, format!("[data]\nsource = \"digits\"\n{cost}")).unwrap();
    format!("--config {}", file.display())
}

#[test]
fn a_seed_that_diverges_keeps_no_other_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let line = costly(folder.path(), 10) + " --hidden 8 --steps 4 --epochs 1 --seeds 2,3,7";
    let table = train_into(&out, &line).unwrap();
    assert!(table.contains("2       training diverged in epoch 1"), "{table}");
    let record = json(&read(&out, crate::seeds::FILE));
    let runs = record["runs"].as_array().unwrap();
    let has = |key: &str| [0, 1, 2].map(|at: usize| !runs[at][key].is_null());
    assert_eq!((has("figures"), has("diverged")), ([false, true, true], [true, false, false]));
    let kept = record["choice"]["seed"].as_u64().unwrap();
    let own = out.join(format!("seeds/{kept}"));
    assert!([3, 7].contains(&kept), "{kept}");
    assert!(fs::read(out.join(MODEL)).unwrap() == fs::read(own.join(MODEL)).unwrap());
    assert!(!out.join("seeds/2").join(MODEL).exists());

    // It is tried again, those that are trained are not; the same comes out.
    let time = || fs::metadata(own.join(MODEL)).unwrap().modified().unwrap();
    let before = time();
    let again = printed(&format!("--resume {}", out.display())).unwrap();
    assert_eq!(again.split("\nwrote").next(), table.split("\nwrote").next());
    assert_eq!((time(), json(&read(&out, crate::seeds::FILE))), (before, record));
}

#[test]
fn seeds_that_all_diverge_leave_none_to_keep() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let line = costly(folder.path(), 100) + " --seeds 1,2";
    let error = train_into(&out, &line).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::diverged");
    assert!(out.join(crate::seeds::FILE).is_file() && !out.join(CONFIG).exists());
}
