//! Tests of the floor of firing rates, by its option and in configs.

use super::*;
use spikestream_train::Layers;

#[test]
fn an_option_sets_the_floor_of_hidden_neurons_or_another_weight() {
    let floors = |line: &str| {
        let of = config(line).unwrap().regularisers.into_iter();
        of.map(|r| (r.layer, r.floor, r.least)).collect::<Vec<_>>()
    };
    assert_eq!(floors("--data digits"), []);
    assert_eq!(floors("--data digits --floor 0.3"), [(Layers::Hidden, 0.3, 0.02)]);
    assert_eq!(floors("--data digits --floor 0"), []);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.toml");
    let line = format!("--config {}", file.display());
    let data = "[data]\nsource = \"digits\"\n";
    fs::write(&file, data).unwrap();
    assert_eq!(floors(&line), [], "a config has what it says");
    assert_eq!(floors(&format!("{line} --floor 0.2")), [(Layers::Hidden, 0.2, 0.02)]);
    let own = "[[regularisers]]\nl1 = 0.5\n[[regularisers]]\nlayer = 1\nfloor = 0.5\nleast = 0.1\n";
    fs::write(&file, format!("{data}{own}")).unwrap();
    let (l1, own) = ((Layers::All, 0.0, 0.0), |floor| (Layers::One(1), floor, 0.1));
    assert_eq!(floors(&line), [l1, own(0.5)]);
    assert_eq!(floors(&format!("{line} --floor 0.2")), [l1, own(0.2)]);
    assert_eq!(floors(&format!("{line} --floor 0")), [l1]);
    for value in ["-1", "nan", "inf", "x"] {
        let error = config(&format!("--data digits --floor {value}")).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option");
        assert_eq!(error.to_string(), format!("--floor cannot be \"{value}\""));
        assert!(error.remedy().contains("a number of at least 0"), "{}", error.remedy());
    }
}
