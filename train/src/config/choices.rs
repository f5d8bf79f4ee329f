//! The whole config with every choice that it leaves: what else each table could say, as comments.

use super::{EncoderConfig, PruneConfig, ScheduleConfig, TrainConfig};
use crate::{
    AugmentConfig, CellConfig, ConvConfig, DelayConfig, EquationsConfig, LayerConfig, Layers,
    LossConfig, NetworkConfig, Regulariser, SURROGATES, Silent,
};
use serde::Serialize;
use spikestream::data::{ScaleBy, Source};
use spikestream::layer::kinds::{Delay, Described, KINDS as CONNECTIONS, Pattern, Recurrent};
use spikestream::neuron::kinds::KINDS;
use spikestream::spec::{ConnectionSpec, Generator, Phase, Reset};
use toml::{Table, Value};

/// Another legal config, and the tables in which it shows.
struct Choice {
    /// What it is for.
    what: String,
    config: TrainConfig,
    /// Paths of the tables that it sets, such as `optimizer.schedule`.
    tables: Vec<&'static str>,
}

impl TrainConfig {
    /// The config as [`Self::to_toml`] gives it, and behind it, as comments, every table that is off or
    /// could be another, with the defaults. A block says which tables it takes the place of, and which
    /// must go; without those it may be uncommented as it is, and the config is legal.
    pub fn to_toml_with_choices(&self) -> String {
        let mut text = self.to_toml();
        text += "\n# What else there is, with its defaults. To use a block, take away the tables that it \
                 names and\n# the \"# \" before its lines.\n";
        let own = table(self);
        for choice in choices(self) {
            text += &format!("\n# {}\n{}", choice.heading(&own), commented(&choice.block()));
        }
        text + &words()
    }
}

impl Choice {
    /// What it is for, and what it takes the place of.
    fn heading(&self, own: &Table) -> String {
        let names = |paths: &[&str]| {
            paths.iter().map(|path| format!("[{path}]")).collect::<Vec<_>>().join(", ")
        };
        let there = |path: &&&str| at(own, path).is_some();
        let replaced: Vec<&str> = self.tables.iter().filter(there).copied().collect();
        let gone = gone(own, &table(&self.config));
        let mut text = self.what.clone();
        for (word, paths) in [("in place of", &replaced), ("without", &gone)] {
            if !paths.is_empty() {
                text += &format!(", {word} {}", names(paths));
            }
        }
        text
    }

    /// Its tables as TOML.
    fn block(&self) -> String {
        let all = table(&self.config);
        let mut block = Table::new();
        for path in &self.tables {
            if let Some(value) = at(&all, path) {
                set(&mut block, path, value.clone());
            }
        }
        toml::to_string_pretty(&block).unwrap_or_default()
    }
}

/// The tables at the top that only the first has.
fn gone<'a>(own: &'a Table, other: &Table) -> Vec<&'a str> {
    own.keys().filter(|key| !other.contains_key(*key)).map(String::as_str).collect()
}

fn table(config: &TrainConfig) -> Table {
    toml::from_str(&config.to_toml()).unwrap_or_default()
}

fn at<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
    match rest {
        None => table.get(first),
        Some(rest) => at(table.get(first)?.as_table()?, rest),
    }
}

fn set(table: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(table.insert(path.into(), value)),
        Some((first, rest)) => {
            let below = table.entry(first).or_insert_with(|| Table::new().into());
            if let Value::Table(below) = below {
                set(below, rest, value);
            }
        }
    }
}

fn commented(text: &str) -> String {
    let lines =
        text.lines().map(|line| if line.is_empty() { "#".into() } else { format!("# {line}") });
    lines.map(|line| line + "\n").collect()
}

/// Every choice that this config leaves.
fn choices(own: &TrainConfig) -> Vec<Choice> {
    let all = [integers(own), encoders(own), layers(own), learning(own), vec![data(own)]];
    all.into_iter().flatten().collect()
}

fn choice(what: impl Into<String>, tables: &[&'static str], config: TrainConfig) -> Choice {
    Choice { what: what.into(), config, tables: tables.to_vec() }
}

/// A config that another choice begins with, and the tables of its own in which it differs.
type Base = (TrainConfig, Vec<&'static str>);

/// The same in float alone, where the cells have that form.
fn float(own: &TrainConfig) -> Base {
    let config = TrainConfig { sc: None, export: None, ..own.clone() };
    if own.network.cells().all(|(_, cell)| cell.has_float()) && !own.network.is_wired() {
        (config, vec![])
    } else {
        leaky(config)
    }
}

/// The same with leaky neurons, which have every form.
fn leaky(config: TrainConfig) -> Base {
    let widths = config.network.hidden.iter().map(|layer| layer.neurons);
    let widths: Vec<usize> = widths.filter(|neurons| *neurons > 0).collect();
    (TrainConfig { network: NetworkConfig::sc_aware(&widths), ..config }, vec!["network"])
}

/// Tables of a choice within those that another one sets: a table holds all below it.
fn with(mut tables: Vec<&'static str>, more: &[&'static str]) -> Vec<&'static str> {
    let below = |path: &str| {
        tables.iter().any(|t| path.strip_prefix(t).is_some_and(|r| r.starts_with('.')))
    };
    let more: Vec<_> = more.iter().copied().filter(|path| !below(path)).collect();
    tables.extend(more);
    tables
}

/// The same in the integers that ship. Not any network has them, and fewer can be trained in them.
fn trained(own: &TrainConfig) -> Base {
    if own.sc.is_some() {
        return (own.clone(), vec![]);
    }
    let sc = own.export.clone().unwrap_or_default();
    let layers = own.network.layers(1);
    let (base, mut tables) = float(own);
    let trains = own.network.blocks.is_empty()
        && layers.iter().all(|layer| !layer.norm)
        && sc.skeleton("net", &vec![1; layers.len() + 1], 1, &layers).is_ok();
    let (base, more) = if trains { (base, vec![]) } else { leaky(base) };
    tables.extend(more);
    let encoder = EncoderConfig::hardware(own.encoder.steps());
    if encoder != own.encoder {
        tables.push("encoder");
    }
    tables.push("sc");
    (TrainConfig { sc: Some(sc), encoder, ..base }, tables)
}

fn integers(own: &TrainConfig) -> Vec<Choice> {
    let mut found = Vec::new();
    if own.export.is_none() {
        let (base, tables) = float(own);
        let rounds = base.network.cells().all(|(_, cell)| cell.has_integers());
        let (base, tables) = if rounds { (base, tables) } else { leaky(base) };
        let export = Some(own.sc.clone().unwrap_or_default());
        let config = TrainConfig { export, ..base };
        let what = "Train in float, then round to the integers that ship";
        found.push(choice(what, &with(tables, &["export"]), config));
    }
    if own.sc.is_none() {
        let (config, tables) = trained(own);
        found.push(choice("Train in the integers that ship", &tables, config));
    }
    found
}

/// Only the hardware's encoder goes with `[sc]`.
fn encoders(own: &TrainConfig) -> Vec<Choice> {
    let others = EncoderConfig::all(own.encoder.steps()).into_iter();
    let others = others.filter(|encoder| encoder.name() != own.encoder.name());
    others
        .map(|encoder| {
            let what = format!("The encoder {}", encoder.name());
            let (base, tables) = float(own);
            let config = TrainConfig { encoder, export: own.export.clone(), ..base };
            choice(what, &with(tables, &["encoder"]), config)
        })
        .collect()
}

fn layers(own: &TrainConfig) -> Vec<Choice> {
    let NetworkConfig { blocks, hidden, output } = &own.network;
    let others = CellConfig::all().into_iter().filter(|cell| cell.name() != output.cell.name());
    let mut found: Vec<Choice> = others.map(|cell| neurons(own, cell)).collect();
    if output.cell.has_float() {
        found.push(neurons(own, CellConfig::Equations(EquationsConfig::example())));
    }
    let mut add = |what: &str, path, change: &dyn Fn(&mut NetworkConfig)| {
        let (mut config, tables) = float(own);
        change(&mut config.network);
        found.push(choice(what, &with(tables, &[path]), config));
    };
    if output.delay.is_none() {
        let what = "Delays of the synapses, into the last layer or into any full one";
        add(what, "network.output.delay", &|n| n.output.delay = Some(DelayConfig::default()));
    }
    if hidden.is_empty() {
        let layer = LayerConfig::default();
        add("Hidden layers", "network.hidden", &|n| n.hidden = vec![layer.clone()]);
    }
    let two = |layer: &LayerConfig| layer.norm || matches!(layer.cell, CellConfig::Alpha(_));
    if !hidden.is_empty() && !hidden.iter().any(two) {
        let what = "Currents of hidden layers, or of blocks, normalised by batches";
        let normed = |n: &mut NetworkConfig| n.hidden.iter_mut().for_each(|l| l.norm = true);
        add(what, "network.hidden", &normed);
    }
    if blocks.is_empty() {
        let what = "Convolutional blocks before the full layers";
        add(what, "network.blocks", &|n| n.blocks = vec![ConvConfig::default()]);
    }
    let (in_integers, tables) = trained(own);
    if output.first.is_none() && own.prune.share == 0.0 {
        let mut config = in_integers;
        let output = &mut config.network.output;
        (output.delay, output.first) = (None, Some(Described::of(&Delay { longest: 7 })));
        output.connections = vec![ConnectionSpec::of(&Recurrent { pattern: Pattern::OneToOne })];
        let what = "Connections of a layer, as net.toml has them, of the last layer or of any";
        let paths = ["network.output.first", "network.output.connections"];
        found.push(choice(what, &with(tables, &paths), config));
    }
    found
}

/// Neurons of another kind in the last layer; those that integers are trained in, in integers still.
fn neurons(own: &TrainConfig, cell: CellConfig) -> Choice {
    let kind = cell.name();
    let (mut config, tables) = match (cell.has_float(), cell.has_integers()) {
        (false, _) => trained(own),
        (true, true) => (own.clone(), vec![]),
        (true, false) => float(own),
    };
    config.network.output.cell = cell;
    let what = format!("Neurons of kind {kind}, in the last layer or in any");
    choice(what, &with(tables, &["network.output.cell"]), config)
}

fn learning(own: &TrainConfig) -> Vec<Choice> {
    let mut found = Vec::new();
    let losses = LossConfig::all().into_iter().filter(|loss| loss.name() != own.loss.name());
    for loss in losses {
        let what = format!("The loss {}", loss.name());
        found.push(choice(what, &["loss"], TrainConfig { loss, ..own.clone() }));
    }
    let schedules = ScheduleConfig::all().into_iter();
    for schedule in schedules.filter(|schedule| schedule.name() != own.optimizer.schedule.name()) {
        let what = format!("The learning rate's schedule {}", schedule.name());
        let mut config = own.clone();
        config.optimizer.schedule = schedule;
        found.push(choice(what, &["optimizer.schedule"], config));
    }
    let augment = AugmentConfig::example();
    let what = "Training samples changed at random; each key is off where it is left out";
    found.push(choice(what, &["augment"], TrainConfig { augment, ..own.clone() }));
    let regularisers = vec![Regulariser { layer: Layers::One(0), ..Default::default() }];
    let what = "What firing costs in a layer, from 0 at the input side, or in the hidden ones; without layer, in all";
    found.push(choice(what, &["regularisers"], TrainConfig { regularisers, ..own.clone() }));
    found.extend(pruned(own));
    found
}

/// What else may become of hidden neurons.
fn pruned(own: &TrainConfig) -> Vec<Choice> {
    let mut found = Vec::new();
    let with = |silent, share| TrainConfig { prune: PruneConfig { silent, share }, ..own.clone() };
    if own.prune.silent != Silent::Keep {
        let what = "Hidden neurons that never fire stay in the integers that ship";
        found.push(choice(what, &["prune"], with(Silent::Keep, 0.0)));
    }
    let (mut thin, mut tables) = (with(Silent::Remove, 0.5), vec!["prune"]);
    if thin.check_prune().is_err() {
        (thin.network, tables) = (NetworkConfig::sc_aware(&[128]), vec!["network", "prune"]);
    }
    let what = "A share of each hidden layer is taken out while it is trained";
    found.push(choice(what, &tables, thin));
    found
}

/// A table with every option of data.
fn data(own: &TrainConfig) -> Choice {
    let data = Source {
        source: "table.csv".into(),
        label: Some("label".into()),
        ignore: vec!["id".into()],
        test: Some("test.csv".into()),
        set: Some("letters".into()),
        split: Some(0.2),
        seed: Some(1),
        range: Some([0.0, 255.0]),
        scale: Some(ScaleBy::Table),
        shape: Some([1, 8, 8]),
        classes: Some(10),
    };
    let what =
        "A table of your own, with every option; src/data/README.md says which data take which";
    choice(what, &["data"], TrainConfig { data, ..own.clone() })
}

/// The words that stand for one of a few.
fn words() -> String {
    let of = |names: Vec<String>| names.join(", ");
    let surrogates = of(SURROGATES.iter().map(|s| s.name().to_owned()).collect());
    let mut text =
        format!("\n# surrogate: {surrogates}; a shape may follow, such as \"fast-sigmoid(10)\"\n");
    let lists = [
        ("generator, encoder of [sc] and [export]", names(&Generator::ALL)),
        ("phase", names(&[Phase::Restart, Phase::RunOn])),
        ("reset", names(&[Reset::Subtract, Reset::Zero])),
        ("silent", names(&Silent::ALL)),
        ("scale", names(&[ScaleBy::Table, ScaleBy::Column])),
    ];
    let kinds = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    text += &format!("# neuron of a cell of equations: {}\n", of(kinds));
    text += "# file = \"my.toml\", or text with the equations themselves, in place of neuron\n";
    let kinds = CONNECTIONS.iter().map(|kind| kind.name.to_owned()).collect();
    text += &format!(
        "# kind of first and connections: {}; docs/contract.md has their fields\n",
        of(kinds)
    );
    for (key, names) in lists {
        text += &format!("# {key}: {}\n", of(names));
    }
    text
}

/// The words that files have for these.
fn names<T: Serialize>(all: &[T]) -> Vec<String> {
    let word = |one: &T| Some(Value::try_from(one).ok()?.as_str()?.to_owned());
    all.iter().filter_map(word).collect()
}

#[cfg(test)]
mod tests;
