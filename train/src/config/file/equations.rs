//! Tests of neurons of equations in configs: what is read, what is written, and what is told of each fault.

use super::*;
use crate::EquationsConfig;
use spikestream::neuron::kinds::Kind;
use std::path::PathBuf;

const SC: &str = "encoder = { kind = \"hardware\", steps = 16 }\n[sc]\n[network]\n\
                  output = { cell = { kind = \"lif\", beta = 0.9375 } }\n";

/// A config whose hidden layer has this cell, in the sixth line, in a folder with `my.toml`.
fn load(cell: &str, own: &str) -> (PathBuf, Result<TrainConfig, Error>) {
    load_beside(SC, cell, own)
}

fn load_beside(head: &str, cell: &str, own: &str) -> (PathBuf, Result<TrainConfig, Error>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("my.toml"), own).unwrap();
    let path = folder.path().join("run.toml");
    let hidden =
        format!("hidden = [{{ neurons = 3,\ncell = {{ kind = \"equations\", {cell} }} }}]\n");
    std::fs::write(&path, format!("{head}{hidden}")).unwrap();
    let loaded = TrainConfig::load(&path);
    (path, loaded)
}

fn of(config: &TrainConfig) -> &EquationsConfig {
    let CellConfig::Equations(own) = &config.network.hidden[0].cell else { panic!("{config:?}") };
    own
}

fn shipped() -> &'static str {
    Kind::named("alif").unwrap().text
}

#[test]
fn a_neuron_is_named_or_its_file_read_or_its_text_given() {
    let (_, named) = load("neuron = \"adaptive-threshold\", parameters = { tau = 8 }", "");
    let named = named.unwrap();
    assert_eq!(of(&named).neuron.as_deref(), Some("adaptive-threshold"));
    assert_eq!(of(&named).parameters["tau"], 8.0);
    let (path, read) = load("file = \"my.toml\", scale = 2.0, surrogate = \"atan(3)\"", shipped());
    let read = read.unwrap();
    assert_eq!((of(&read).text.as_deref(), &of(&read).file), (Some(shipped()), &None));
    assert_eq!((of(&read).scale, of(&read).surrogate), (2.0, crate::Surrogate::Atan(3.0)));
    // What a run writes reads back without the file, and nothing of it differs.
    for config in [named, read] {
        for text in [config.to_toml(), config.to_toml_with_choices()] {
            let again = TrainConfig::parse(&text, &path).unwrap();
            again.check().unwrap();
            assert_eq!(again, config, "{text}");
        }
    }
}

#[test]
fn what_is_no_neuron_is_told_with_its_place_and_what_helps() {
    let typo = shipped().replace("[equations]", "[equations]\nvv = \"1\"");
    let odd = shipped().replace("v > ", "v > thta + ");
    let (line, _) = odd.lines().enumerate().find(|(_, line)| line.contains("thta")).unwrap();
    let at_typo = format!("my.toml: line {}, column ", line + 1);
    let q4 = "Q4.12";
    let alif = "neuron = \"alif\"";
    for (cell, own, code, told, help) in [
        ("scale = 1.0", "", "option", "cannot be of equations without any", "exactly one"),
        (
            &*format!("{alif}, file = \"my.toml\""),
            "",
            "option",
            "neuron and file at once",
            "exactly",
        ),
        (&format!("{alif}, text = \"\""), "", "option", "neuron and text at once", "exactly one"),
        ("file = \"my.toml\", text = \"\"", "", "option", "file and text at once", "exactly one"),
        (&format!("{alif}, scale = 0.0"), "", "option", "cell.scale cannot be 0", "above 0"),
        (&format!("{alif}, margin = nan"), "", "option", "cell.margin cannot be NaN", "above 0"),
        (&format!("{alif}, reset = \"zero\""), "", "config", "unknown field `reset`", "correct"),
        (&format!("{alif}, scal = 1.0"), "", "config", "unknown field `scal`", "`scale`"),
        ("neuron = \"adaptive-treshold\"", "", "kind", "no neuron", "`adaptive-threshold`"),
        (&format!("{alif}, parameters = {{ bet = 0.5 }}"), "", "parameter", "`bet`", "`beta`"),
        (&format!("{alif}, parameters = {{ beta = inf }}"), "", "range", "inf", "finite"),
        (&format!("{alif}, refractory = 16"), "", "range", "refractory is 16", "0..=15"),
        (&format!("{alif}, table_bits = 13"), "", "range", "table_bits is 13", "1..=12"),
        (&format!("{alif}, state_bits = 30"), "", "range", "bits is 30", "4..=24"),
        ("neuron = \"izhikevich-regular\"", "", "format", q4, "state_bits and state_fraction"),
        ("file = \"my.toml\"", &typo, "syntax", "my.toml: line ", "correct"),
        ("file = \"my.toml\"", &odd, "unknown", &at_typo, "write `theta`"),
    ] {
        let (path, loaded) = load(cell, own);
        let error = loaded.expect_err(cell);
        let text = error.to_string();
        assert_eq!(error.code().rsplit("::").next(), Some(code), "{cell}: {error}");
        assert!(text.contains(told), "{cell}: {text}");
        assert!(error.remedy().contains(help), "{cell}: {}", error.remedy());
        let place = if code == "config" {
            "line 6".into()
        } else {
            format!("{}, line 6: ", path.display())
        };
        assert!(text.contains(&place), "{cell}: {text}");
    }
    let (_, missing) = load("file = \"other.toml\"", "");
    assert!(missing.unwrap_err().to_string().contains("other.toml"));
}

#[test]
fn in_float_they_are_refused_with_what_to_do() {
    for head in ["[network]\n", "[export]\n[network]\n"] {
        let (_, loaded) = load_beside(head, "file = \"my.toml\"", shipped());
        let error = loaded.unwrap_err();
        assert_eq!(error.code(), "spikestream::train::no-float");
        assert!(error.to_string().contains("network.hidden[0].cell is of equations"), "{error}");
        assert!(error.remedy().contains("train with [sc]"), "{}", error.remedy());
    }
    let mut config = TrainConfig::default();
    config.network.blocks = vec![crate::ConvConfig {
        cell: CellConfig::Equations(EquationsConfig::named("alif")),
        ..Default::default()
    }];
    assert_eq!(config.check().unwrap_err().code(), "spikestream::train::no-float");
    // A file that nobody has read.
    let mut config = TrainConfig::shipped();
    let own = EquationsConfig { file: Some("my.toml".into()), ..Default::default() };
    config.network.hidden[0].cell = CellConfig::Equations(own);
    let error = config.check().unwrap_err();
    assert!(error.to_string().contains("hidden[0].cell.file cannot be my.toml"), "{error}");
}
