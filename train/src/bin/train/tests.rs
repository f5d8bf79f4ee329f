//! Tests of the stage: its options, and what a small run leaves.

mod equations;
mod floor;
mod mixture;
mod prune;
mod resume;
mod seeds;
mod table;
mod wired;

use super::*;
use spikestream::eval;
use spikestream::spec::{Net, Phase};
use spikestream_train::{CONFIG, CellConfig, EncoderConfig, LossConfig, MODEL, Silent, Surrogate};
use std::fs;
use std::path::Path;
use watch::METRICS;

fn parse(line: &str) -> Result<Args, Error> {
    Args::parse(line.split_whitespace().map(String::from))
}

fn config(line: &str) -> Result<TrainConfig, Error> {
    parse(line).and_then(|args| settings::config(&args, None))
}

/// The code that a line ends with before anything is trained.
fn code(line: &str) -> &'static str {
    let done = parse(line).and_then(|args| {
        let config = settings::config(&args, None)?;
        settings::ensure_runnable(&args, &config)?;
        ensure_fitting(&config, &data::load(&config.data)?)
    });
    done.map_or_else(|e| e.code(), |()| "ok")
}

#[test]
fn every_option_is_read_and_bad_ones_are_refused() {
    let fine = "--data digits --seed 3 --lr=0.01 --hidden 32,16 --reset zero --clip 1 --holdout 0.1 \
                --patience 3 --decay 0.1";
    assert_eq!(code(fine), "ok");
    for line in [
        "--epochs 0",
        "--epochs x",
        "--lr 0",
        "--lr 2",
        "--lr nan",
        "--hidden a",
        "--hidden 0",
        "--reset no",
        "--batch 0",
        "--holdout 0.7",
        "--holdout 0 --patience 2",
        "--clip -1",
        "--decay 201",
        "--steps 12",
        "--leak 99",
        "--leak x",
        "--name a/b",
        "--cell lyf",
        "--encoder direct",
        "--encoder d",
        "--loss l2",
        "--phase on",
        "--augment shft=1",
        "--augment rotate=200",
        "--augment shift=8",
        "--float --bits 3",
        "--float=yes",
        "--cell recurrent-lif",
        "--cell if --leak 3",
        "--export --cell recurrent-lif",
        "--export=yes",
    ] {
        assert_eq!(code(&format!("--data digits {line}")), "spikestream::train::option", "{line}");
    }
    for line in ["--bits 9", "--bits 40", "--length 17", "--bits 3 --length 9"] {
        assert_eq!(code(&format!("--data digits {line}")), "spikestream::net::range", "{line}");
    }
    assert_eq!(code("--data digits --surrogate atn"), "spikestream::train::surrogate");
    assert_eq!(code("--seed 1"), "spikestream::train::missing-value");
    assert_eq!(code("--data digits --seed"), "spikestream::train::missing-value");
    assert_eq!(code("--data --seed 1"), "spikestream::train::missing-value");
    assert_eq!(code("--data digits --resume"), "spikestream::train::missing-value");
    assert_eq!(code("--data digits extra"), "spikestream::train::unknown-option");
    assert_eq!(code("--config nowhere.toml"), "spikestream::file::read");
}

#[test]
fn what_no_hardware_takes_is_told_before_training() {
    let told = |line: &str| {
        let config = config(line).unwrap();
        let no = unsupported(&config, &data::load(&config.data).unwrap()).unwrap();
        no.map_or(Vec::new(), |no| no.all.iter().map(|excess| excess.field).collect())
    };
    assert!(told("--data digits").is_empty());
    assert!(told("--data digits --float").is_empty(), "no integers, nothing to build");
    assert!(told("--data digits --length 4 --hidden 16").is_empty(), "by planes");
    assert_eq!(told("--data digits --length 5 --hidden 16"), ["stream.length"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.toml");
    let wide = config("--data digits").unwrap().to_toml();
    let wide = wide.replace("membrane_bits = 16", "membrane_bits = 24");
    fs::write(&path, wide).unwrap();
    let line = format!("--config {} --length 5", path.display());
    assert_eq!(told(&line), ["stream.length", "neuron.membrane_bits"]);
}

#[test]
fn an_error_is_about_the_option_that_was_given() {
    let error = config("--data digits --epochs 0").unwrap_err();
    assert_eq!(error.to_string(), "--epochs cannot be 0");
    let error = config("--data digits --augment noise=2").unwrap_err();
    assert_eq!(error.to_string(), "--augment noise cannot be 2");
    let error = config("--data digits --encoder direct").unwrap_err();
    assert!(error.remedy().contains("--encoder hardware"), "{}", error.remedy());
}

#[test]
fn an_unknown_option_names_the_nearest() {
    let error = parse("--data digits --epoch 3").err().unwrap();
    assert_eq!(error.code(), "spikestream::train::unknown-option");
    assert!(error.remedy().contains("`--epochs`"), "{}", error.remedy());
}

#[test]
fn without_options_it_is_the_shipped_network() {
    assert_eq!(config("").unwrap(), TrainConfig::shipped());
    assert_eq!(config("--data digits").unwrap(), TrainConfig::shipped());
}

#[test]
fn options_change_the_config_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.toml");
    let text = "encoder = { kind = \"direct\", steps = 25 }\n[data]\nsource = \"digits\"\n\
                [run]\nepochs = 3\nholdout = 0.0\n[network]\nhidden = [{ neurons = 20, bias = false }]\n";
    fs::write(&file, text).unwrap();
    let line = format!("--config {}", file.display());
    let plain = config(&line).unwrap();
    assert_eq!((plain.run.epochs, plain.encoder.steps(), plain.sc.is_none()), (3.into(), 25, true));
    let changed = config(&format!(
        "{line} --epochs 5 --cell alif --surrogate superspike(5) --hidden 7,8 --loss spike-rate \
         --encoder rate --steps 9 --reset zero"
    ))
    .unwrap();
    assert_eq!((changed.run.epochs, changed.run.holdout), (5.into(), 0.0));
    assert_eq!(changed.encoder, EncoderConfig::Rate { steps: 9 });
    assert_eq!(changed.loss, LossConfig::SpikeRate { target_rate: 0.8 });
    let widths: Vec<_> = changed.network.hidden.iter().map(|l| (l.neurons, l.bias)).collect();
    assert_eq!(widths, [(7, false), (8, false)]);
    let CellConfig::Alif(cell) = &changed.network.output.cell else { panic!("{changed:?}") };
    assert_eq!(cell.surrogate, Surrogate::SuperSpike(5.0));
    let text = config("--data digits --float").unwrap();
    assert_eq!((text.sc.is_none(), text.encoder), (true, EncoderConfig::Direct { steps: 16 }));
    let exported = config("--data digits --export --bits 5 --phase run-on").unwrap();
    assert_eq!((&exported.sc, &exported.encoder), (&None, &EncoderConfig::Hardware { steps: 16 }));
    let integers = exported.export.as_ref().unwrap();
    assert_eq!((integers.bits, integers.phase), (5, Phase::RunOn));
    let currents = config("--data digits --export --float --bits 5 --phase run-on").unwrap();
    assert_eq!(currents, TrainConfig { encoder: EncoderConfig::Direct { steps: 16 }, ..exported });
    let leaky = config("--data digits --export --cell if --cell lif").unwrap();
    assert_eq!(leaky.network, TrainConfig::shipped().network, "a leak that the hardware has");
    let short = config("--data digits --bits 3 --length 2 --phase run-on").unwrap().sc.unwrap();
    assert_eq!((short.bits, short.length, short.phase), (3, 2, Phase::RunOn));
    let moved = config("--data digits --augment shift=1,noise=0.02").unwrap();
    assert_eq!((moved.augment.shift, moved.augment.noise), (1, 0.02));
    let shipped = TrainConfig::shipped();
    assert_eq!(TrainConfig { augment: shipped.augment.clone(), ..moved }, shipped);
    assert!(config("--data digits --augment none").unwrap().augment.is_off());
}

#[test]
fn a_printed_config_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("printed.toml");
    let line = "--data digits --hidden 12 --bits 3 --phase run-on";
    let text = printed(&format!("{line} --print-config")).unwrap();
    fs::write(&file, text).unwrap();
    assert_eq!(config(&format!("--config {}", file.display())).unwrap(), config(line).unwrap());
    let text = printed("--print-config").unwrap();
    assert!(text.contains("\n[sc]\n") && text.contains("\n# [export]\n"), "{text}");
}

#[test]
fn the_command_repeats_what_shapes_the_network_and_nothing_else() {
    let args = parse("--data digits --out /x --epochs 3 --surrogate atan(3)").unwrap();
    let expected = "spikestream train --data digits --seed 1 --epochs 3 --surrogate 'atan(3)'";
    assert_eq!(args.command(1), expected);
    let here = std::env::current_dir().unwrap();
    let args = parse(&format!("--config={}/a/b.toml --float", here.display())).unwrap();
    assert_eq!(args.command(7), "spikestream train --config a/b.toml --seed 7 --float");
}

const SMALL: &str = "--data digits --hidden 16 --epochs 2 --holdout 0.1";

/// What the program prints.
fn printed(line: &str) -> Result<String, Error> {
    perform(&parse(line).unwrap(), &Stop::default())
}

fn train_into(folder: &Path, line: &str) -> Result<String, Error> {
    printed(&format!("{line} --out {}", folder.display()))
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_run_leaves_files_that_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let printed = train_into(out, SMALL).unwrap();
    for part in ["64-16-10 of lif", "2 epochs", "held out", "Theta", "accuracy", "wrote"] {
        assert!(printed.contains(part), "{part} in\n{printed}");
    }
    let lines: Vec<_> = read(out, METRICS).lines().map(json).collect();
    assert_eq!(lines.iter().map(|l| l["number"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert!(lines.iter().all(|l| l["loss"].is_f64() && l["holdout_accuracy"].is_f64()));
    let written = TrainConfig::of_results(out).unwrap();
    let run = written.results.clone().unwrap().run;
    for name in ["curve.svg", "raster.svg", "confusion.svg"] {
        let text = read(out, name);
        let picture = roxmltree::Document::parse(&text).unwrap();
        assert_eq!(picture.root_element().tag_name().name(), "svg");
        let note = picture.descendants().find(|node| node.has_tag_name("metadata")).unwrap();
        assert_eq!(note.text(), Some(format!("run {run}").as_str()), "{name}");
    }
    assert_eq!(TrainConfig { results: None, ..written }, config(SMALL).unwrap());
    assert!(lines.iter().all(|line| line["run"] == *run));
    let summary = json(&read(out, "summary.json"));
    assert_eq!(summary["run"], *run);
    let net = Net::load(out).unwrap();
    let digits = data::digits();
    for (split, key, noted) in [
        (&digits.train, "train", net.spec.provenance.train_accuracy),
        (&digits.test, "test", net.spec.provenance.accuracy),
    ] {
        let golden = eval::evaluate(&net, split).unwrap();
        assert_eq!(&summary["accuracy"][key], golden.accuracy());
        assert_eq!(&summary["integers"][key], golden.accuracy());
        assert_eq!(noted, golden.accuracy());
    }
    let confusion = eval::evaluate(&net, &digits.test).unwrap().confusion;
    assert_eq!(summary["confusion"], serde_json::to_value(confusion).unwrap());
    assert_eq!(summary["layers"].as_array().unwrap().len(), 2);
    let command = "spikestream train --data digits --seed 1 --epochs 2 --holdout 0.1 --hidden 16";
    assert_eq!(net.spec.provenance.command, command);
    assert_eq!(summary["command"], command);
    assert!(out.join(MODEL).is_file() && out.join(CHECKPOINT).is_file());
}

#[test]
fn a_float_run_leaves_no_network_unless_it_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let printed = train_into(folder.path(), &format!("{SMALL} --float --cell alif")).unwrap();
    assert!(printed.contains("linear 64 -> 16") && printed.contains("alif"), "{printed}");
    assert!(!folder.path().join("net.toml").exists());
    assert!(json(&read(folder.path(), "summary.json"))["integers"].is_null());

    let out = folder.path().join("exported");
    let file = folder.path().join("run.toml");
    let text = "encoder = { kind = \"hardware\", steps = 16 }\n[data]\nsource = \"digits\"\n\
                [export]\nbits = 5\n[run]\nepochs = 2\n[network]\nhidden = [{ neurons = 16 }]\n";
    fs::write(&file, text).unwrap();
    let printed = train_into(&out, &format!("--config {}", file.display())).unwrap();
    let summary = json(&read(&out, "summary.json"));
    let golden = eval::evaluate(&Net::load(&out).unwrap(), &data::digits().test).unwrap();
    assert_eq!(&summary["integers"]["test"], golden.accuracy());
    let before = 100.0 * summary["accuracy"]["test"].as_f64().unwrap();
    let after = 100.0 * golden.accuracy();
    let line = format!("accuracy {before:.2} % in float, {after:.2} % in integers");
    assert!(printed.contains(&line), "{line} in\n{printed}");
}

#[test]
fn a_run_that_diverges_names_the_layer_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.toml");
    // Costs whose gradients together are more than a number holds, while their sum is not.
    let cost = "[[regularisers]]\nl1 = 3e38\n".repeat(3);
    let run = "[run]\nholdout = 0.1\nepochs = 3\n[optimizer]\nweight_decay = 0.0\n";
    fs::write(&file, format!("[data]\nsource = \"digits\"\n{cost}{run}")).unwrap();
    let out = folder.path().join("out");
    let error = train_into(&out, &format!("--config {}", file.display())).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::diverged", "{error}");
    assert!(error.to_string().contains("epoch 1, at layers.0"), "{error}");
    assert!(error.remedy().contains("--lr"), "{}", error.remedy());
    assert!(out.join(METRICS).is_file() && !out.join(CONFIG).exists());
}

#[test]
fn every_recipe_is_a_config() {
    let recipes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/recipes");
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    let mut names = Vec::new();
    for path in files(&recipes.join("cells")) {
        let config = TrainConfig::load(&path).unwrap_or_else(|e| panic!("{}", e.render()));
        ensure_fitting(&config, &data::digits()).unwrap();
        assert_eq!(config.prune.silent, Silent::Keep, "{}", path.display());
        let cell = match &config.network.hidden[0].cell {
            CellConfig::Equations(own) => own.neuron.clone().unwrap(),
            cell => cell.name().to_owned(),
        };
        assert_eq!(path.file_stem().unwrap(), &*cell);
        names.push(cell);
    }
    names.sort_unstable();
    let mut cells = CellConfig::all().to_vec();
    cells.retain(CellConfig::has_integers);
    let mut cells: Vec<&str> = cells.iter().map(CellConfig::name).collect();
    cells.extend(["adaptive-threshold", "izhikevich-regular"]);
    cells.sort_unstable();
    assert_eq!(names, cells);
    let mut names = Vec::new();
    for path in files(&recipes) {
        let config = TrainConfig::load(&path).unwrap_or_else(|e| panic!("{}", e.render()));
        assert_eq!(config.prune.silent, Silent::Keep, "{}", path.display());
        names.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
        if config.data.is_built_in() {
            ensure_fitting(&config, &data::digits()).unwrap();
        }
    }
    names.sort();
    assert_eq!(
        names,
        [
            "digits",
            "digits-delay",
            "digits-l4",
            "digits-recurrent",
            "mnist",
            "mnist-240",
            "mnist-conv",
            "mnist-conv-sc",
            "page",
            "page-conv"
        ]
    );
    let digits = config("--config ../nets/recipes/digits.toml").unwrap();
    assert_eq!(digits, config("--data digits").unwrap());
}
