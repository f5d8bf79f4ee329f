//! Tests of folders in which files of several runs have come together.

use super::*;
use spikestream_train::{FloatWeights, Results};

const FLOAT: &str = "--data digits --float --hidden 8 --epochs 1";

fn results(folder: &Path) -> Results {
    TrainConfig::of_results(folder).unwrap().results.unwrap()
}

/// Why the folder is refused.
fn refused(folder: &Path) -> String {
    let error = TrainConfig::of_results(folder).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::mixed", "{error}");
    assert!(error.remedy().contains("[results]"), "{}", error.remedy());
    error.to_string()
}

#[test]
fn files_of_two_runs_are_refused_with_whose_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
    train_into(&a, &format!("{FLOAT} --seed 1")).unwrap();
    train_into(&b, &format!("{FLOAT} --seed 2")).unwrap();
    let [of_a, of_b] = [&a, &b].map(|folder| results(folder).run);
    assert_ne!(of_a, of_b);
    // The same run has the same name, wherever its data lie and whatever it is called.
    train_into(&folder.path().join("again"), &format!("{FLOAT} --seed 1 --name other")).unwrap();
    assert_eq!(results(&folder.path().join("again")).run, of_a);

    let own = fs::read(b.join(CONFIG)).unwrap();
    fs::copy(a.join(CONFIG), b.join(CONFIG)).unwrap();
    let why = refused(&b);
    assert!(why.contains(&format!("b/{MODEL} is of run {of_b}, and ")), "{why}");
    assert!(why.ends_with(&format!("config.toml beside it is of run {of_a}")), "{why}");

    // Whoever takes out what binds them says that they go together.
    let text = read(&b, CONFIG);
    fs::write(b.join(CONFIG), &text[..text.find("[results]").unwrap()]).unwrap();
    assert_eq!(TrainConfig::of_results(&b).unwrap().results, None);
    fs::write(b.join(CONFIG), own).unwrap();
    assert_eq!(results(&b).run, of_b);

    fs::write(b.join("inputs.toml"), "").unwrap();
    assert!(refused(&b).contains("inputs.toml is of another run"), "{}", refused(&b));
    fs::remove_file(b.join("inputs.toml")).unwrap();
    let mut model = fs::read(b.join(MODEL)).unwrap();
    *model.last_mut().unwrap() ^= 1;
    fs::write(b.join(MODEL), model).unwrap();
    assert!(refused(&b).contains("is not as its run wrote it"), "{}", refused(&b));
    let config = TrainConfig::load(&b.join(CONFIG)).unwrap();
    let plain = SpikingNet::described(&config, &data::digits(), &device()).unwrap();
    plain.save(&b.join(MODEL), &Default::default()).unwrap();
    assert!(refused(&b).contains("names no run"), "{}", refused(&b));
}

/// A config of results is a config like others for the next run, which they do not bind.
#[test]
fn what_binds_results_binds_no_later_run() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    train_into(out, SMALL).unwrap();
    assert_eq!(config(&format!("--config {}", out.join(CONFIG).display())).unwrap().results, None);
    let resume = format!("--resume {} --config {}", out.display(), out.join(CONFIG).display());
    assert!(printed(&format!("{resume} --epochs 3")).is_ok());
    let table = out.join("inputs.toml");
    assert!(results(out).inputs.is_none() && !table.exists());
}
