//! Tests of the choices: each is legal, and none is missing.

use super::*;
use spikestream::layer::kinds::Conv;
use std::path::Path;

/// Configs of every sort: in integers, in float, exported, with convolution, of other cells.
fn configs() -> Vec<TrainConfig> {
    let shipped = TrainConfig::shipped();
    let mut exported = TrainConfig { sc: None, export: shipped.sc.clone(), ..shipped.clone() };
    exported.regularisers = vec![Regulariser { l1: 0.5, ..Default::default() }];
    let mut conv = TrainConfig::default();
    conv.network.blocks = vec![ConvConfig::default()];
    conv.network.hidden = vec![];
    conv.optimizer.schedule = ScheduleConfig::Constant;
    let mut other = TrainConfig::default();
    other.network.output.cell = CellConfig::Alif(Default::default());
    other.network.output.delay = Some(DelayConfig::default());
    other.encoder = EncoderConfig::Latency { steps: 300, tau: 3.0 };
    let equations = CellConfig::Equations(EquationsConfig::example());
    let mut own = shipped.clone();
    own.network = NetworkConfig::of(&[20], &equations);
    let mut hidden = shipped.clone();
    hidden.network.hidden[0].cell = equations;
    hidden.augment.shift = 1;
    let mut wired = shipped.clone();
    let kernel = Described::of(&Conv::new(4, [3, 3]));
    let shaped = LayerConfig { neurons: 0, first: Some(kernel), ..wired.network.hidden[0].clone() };
    let further = vec![ConnectionSpec::of(&Recurrent { pattern: Pattern::AllToAll })];
    wired.network.hidden[0].connections = further;
    wired.network.hidden.insert(0, shaped);
    vec![wired, shipped, TrainConfig::default(), exported, conv, other, own, hidden]
}

fn parse(text: &str) -> TrainConfig {
    TrainConfig::parse(text, Path::new("run.toml")).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn without(table: &mut Table, path: &str) {
    match path.split_once('.') {
        None => drop(table.remove(path)),
        Some((first, rest)) => without(table[first].as_table_mut().unwrap(), rest),
    }
}

/// The blocks of a text: what each takes away, and its lines without their comment signs.
fn blocks(text: &str) -> Vec<(Vec<String>, String)> {
    let (_, comments) = text.split_once("# What else there is").unwrap();
    let found = comments.split("\n\n").filter_map(|block| {
        let (heading, lines) = block.split_once('\n')?;
        let named = heading.split('[').skip(1).map(|rest| rest.split(']').next().unwrap());
        let lines: Vec<&str> = lines.lines().map(|l| l.trim_start_matches('#').trim()).collect();
        let is_toml = lines.first().is_some_and(|line| line.starts_with('['));
        is_toml.then(|| (named.map(str::to_owned).collect(), lines.join("\n")))
    });
    found.collect()
}

#[test]
fn comments_change_nothing() {
    for config in configs() {
        assert_eq!(parse(&config.to_toml_with_choices()), config);
    }
}

/// As a user would: the named tables away, the lines uncommented.
#[test]
fn every_block_is_legal_once_uncommented() {
    for config in configs() {
        let text = config.to_toml_with_choices();
        let blocks = blocks(&text);
        assert_eq!(blocks.len(), choices(&config).len(), "{text}");
        for ((named, lines), choice) in blocks.iter().zip(choices(&config)) {
            let mut rest = table(&config);
            named.iter().for_each(|path| without(&mut rest, path));
            let whole = format!("{}\n{lines}\n", toml::to_string_pretty(&rest).unwrap());
            let changed = parse(&whole);
            changed.check().unwrap_or_else(|e| panic!("{e}\n{whole}"));
            assert_eq!(changed, choice.config, "{whole}");
        }
    }
}

/// Every key that a config of any sort can have is in the text that any config is printed as.
#[test]
fn every_key_is_shown() {
    fn keys(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Table(table) => table.iter().for_each(|(key, value)| {
                into.push(key.clone());
                // The fields of a connection are its kind's, which the contract's page lists.
                if !["first", "connections"].contains(&key.as_str()) {
                    keys(value, into);
                }
            }),
            Value::Array(all) => all.iter().for_each(|value| keys(value, into)),
            _ => {}
        }
    }
    let mut known = spikestream::data::KEYS.map(str::to_owned).to_vec();
    for config in configs() {
        keys(&Value::Table(table(&config)), &mut known);
        for choice in choices(&config) {
            keys(&Value::Table(table(&choice.config)), &mut known);
        }
    }
    for key in
        ["export", "delay", "blocks", "tau", "kernel", "l1", "smoothing", "target_rate", "sigma"]
    {
        assert!(known.iter().any(|k| k == key), "{key}");
    }
    for config in configs() {
        let text = config.to_toml_with_choices();
        for key in &known {
            let shown = |line: &str| {
                let line = line.trim_start_matches(['#', ' ', '[']);
                line.split(['=', ']', '.', ' ']).any(|word| word == key)
            };
            assert!(text.lines().any(shown), "{key} in\n{text}");
        }
    }
}
