//! The options of the training stage: what there is, how it is read, and the command that repeats it.

use spikestream::Error;
use spikestream::command;
use spikestream::data::Source;
use spikestream::nearest::did_you_mean;
use spikestream::shell::quoted;
use spikestream_train::TrainError;
use std::path::Path;
use std::str::FromStr;

/// An option: its name, the placeholder of its value, the config's key that it sets, what is allowed,
/// what it does.
pub(crate) struct Opt {
    pub(crate) name: &'static str,
    /// Empty for an option without a value.
    value: &'static str,
    /// Empty if it sets none, or several.
    key: &'static str,
    allowed: &'static str,
    help: &'static str,
}

const fn opt(
    name: &'static str,
    value: &'static str,
    key: &'static str,
    allowed: &'static str,
    help: &'static str,
) -> Opt {
    Opt { name, value, key, allowed, help }
}

const COUNT: &str = "a number of at least 1";

/// A run for each of several seeds.
pub(crate) const SEEDS: &str = "--seeds";

#[rustfmt::skip] // a table
const OPTIONS: [Opt; 33] = [
    opt("--config", "FILE", "", "a training config", "a training config (TOML); options go before it"),
    opt("--data", "DATA", "data", "a data set: digits, a folder of IDX files, or a CSV file",
        "digits, a folder of IDX files, or FILE.csv[,label=COLUMN]"),
    opt("--seed", "N", "run.seed", "a whole number", "the same seed gives the same network [1]"),
    opt(SEEDS, "LIST", "", "seeds such as 1..8 (1 to 8) or 1,2,5: each once, 1000 at most",
        "a run for each of these seeds, such as 1..8 (1 to 8) or 1,2,5; keeps the best"),
    opt("--epochs", "N", "run.epochs", "a number of at least 1, or auto",
        "passes over the training images; auto: as many as 8000 steps take, 20 to 200 [auto]"),
    opt("--out", "DIR", "", "a folder", "where the results go [NAME/train below the folder of products]"),
    opt("--name", "NAME", "name", "1 to 64 letters, digits, - and _", "the network's name [that of the data]"),
    opt("--lr", "X", "optimizer.learning_rate", "a number above 0 and at most 1",
        "first learning rate of Adam [0.005]"),
    opt("--batch", "N", "run.batch", COUNT, "images a step of the optimiser [32]"),
    opt("--holdout", "X", "run.holdout", "a share of 0 to 0.5",
        "share held out to choose the epoch; without it the last is kept [0]"),
    opt("--patience", "N", "run.patience", "a number of epochs, with images held out",
        "stop after N epochs without a better one; 0 is never [0]"),
    opt("--clip", "X", "optimizer.clip", "a number of at least 0",
        "largest norm of the gradient; 0 is no limit [0]"),
    opt("--decay", "X", "optimizer.weight_decay", "a number from 0 to 1 over the learning rate",
        "decay of the weights, which keeps a layer's scale fine [0.3]"),
    opt("--floor", "X", "", "a number of at least 0",
        "what hidden neurons that hardly fire cost, such as 0.03, which wakes silent ones [0]"),
    opt("--augment", "KINDS", "augment", "none, or kinds with their numbers, such as shift=1,noise=0.02",
        "changes of training samples: shift=N,rotate=DEGREES,scale=S,elastic=ALPHA:SIGMA,noise=X; or none [noise=0.05]"),
    opt("--hidden", "N,N", "", "widths such as 128 or 128,64", "widths of the hidden layers [128]"),
    opt("--cell", "KIND", "cell.kind",
        "lif, if, synaptic, alif, exp-if, adex, lapicque, alpha, second-order-lif or recurrent-lif",
        "the neurons of every layer [lif]"),
    opt("--surrogate", "S", "", "a surrogate", "surrogate gradient, such as atan or fast-sigmoid(10) [atan]"),
    opt("--leak", "A", "", "a number of 0..=15", "a step loses V >> A; 0 is no leak [4]"),
    opt("--reset", "R", "", "subtract or zero", "what a spike does to the membrane [subtract]"),
    opt("--loss", "KIND", "loss.kind", "spike-count, membrane or spike-rate",
        "what training makes small [spike-count]"),
    opt("--encoder", "KIND", "encoder.kind", "hardware, direct, rate or latency",
        "from pixels to spikes or currents [hardware]"),
    opt("--steps", "T", "encoder.steps", "1, 2, 4, ..., 256; any up to 4096 in float",
        "time steps [16]"),
    opt("--float", "", "", "", "train in float: no [sc]; the encoder is direct unless given"),
    opt("--export", "", "", "", "train in float, then round to the integers that ship: [export]"),
    opt("--bits", "B", "sc.bits", "a number of 1..=7", "bits of a weight's magnitude [4]"),
    opt("--length", "L", "sc.length", "a number of 1..=2^B, or 0 for all",
        "cycles of a bitstream that a step runs [2^B]"),
    opt("--phase", "P", "sc.phase", "restart or run-on", "where a step takes the bitstream up [restart]"),
    opt("--silent", "WHAT", "prune.silent", "remove or keep",
        "hidden neurons that never fire, in the integers that ship [remove; keep on the digits]"),
    opt("--prune", "SHARE", "prune.share", "a share of 0 to below 1, of full hidden layers",
        "share of each hidden layer that is taken out while it is trained [0]"),
    opt("--resume", "DIR", "", "the folder of a run: its config is in it, and --out is not needed",
        "go on with the run in this folder, to its end or to other --epochs"),
    opt("--print-config", "", "", "", "print the whole config and every other key there is, and train nothing"),
    opt("--help", "", "", "", "print this"),
];

/// Options that change where results go or when they come, but not the network.
const NOT_THE_NETWORKS: [&str; 5] = ["--config", "--data", "--seed", SEEDS, "--out"];

/// The options as given.
#[derive(Default)]
pub(crate) struct Args {
    values: Vec<(&'static Opt, String)>,
}

impl Args {
    pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, Error> {
        let mut values: Vec<(&'static Opt, String)> = Vec::new();
        let mut args = args.into_iter();
        while let Some(given) = args.next() {
            let (name, inline) = match given.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (given, None),
            };
            let name = if name == "-h" { "--help".to_owned() } else { name };
            let Some(option) = OPTIONS.iter().find(|o| o.name == name) else {
                let nearest = did_you_mean(&name, OPTIONS.iter().map(|o| o.name));
                return Err(TrainError::UnknownOption { nearest, given: name }.into());
            };
            let value = match (option.value.is_empty(), inline) {
                (true, None) => String::new(),
                (true, Some(value)) => return Err(refused(name, &value, "without a value")),
                (false, inline) => {
                    let value = inline.or_else(|| args.next().filter(|v| !v.starts_with("--")));
                    value.filter(|v| !v.is_empty()).ok_or_else(|| missing(option))?
                }
            };
            values.retain(|(o, _)| o.name != option.name); // the last one counts
            values.push((option, meant(option.name, value)));
        }
        Ok(Self { values })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(o, _)| o.name == name).map(|(_, v)| v.as_str())
    }

    /// Whether an option is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a value if its option is given.
    pub(crate) fn set<T: FromStr>(&self, name: &str, to: &mut T) -> Result<(), Error> {
        if let Some(value) = self.get(name) {
            *to = value.parse().map_err(|_| bad_value(name, value))?;
        }
        Ok(())
    }

    /// An error about a key of the config becomes one about the option that set it.
    pub(crate) fn in_its_words(&self, error: Error) -> Error {
        let Some(TrainError::Value { field, value, allowed }) = error.of() else { return error };
        let below = |key: &str| match field.strip_prefix(key)?.split_at_checked(1) {
            _ if key.is_empty() => None,
            None => Some(String::new()),
            Some((".", own)) => Some(format!(" {own}")),
            Some(_) => None,
        };
        let mut set =
            self.values.iter().filter_map(|(o, _)| Some(o.name.to_owned() + &below(o.key)?));
        let field = set.next().unwrap_or_else(|| field.clone());
        TrainError::Value { field, value: value.clone(), allowed: allowed.clone() }.into()
    }

    /// The command that makes the same network again: every option that shapes it, and the seed even
    /// where it is the default.
    pub(crate) fn command(&self, seed: u64) -> String {
        self.command_with(&format!("--seed {seed}"))
    }

    /// The same with another option in place of the seed.
    pub(crate) fn command_with(&self, seed: &str) -> String {
        let mut command = command::command("train");
        if let Some(config) = self.get("--config") {
            command += &format!(" --config {}", quoted(&from_here(config)));
        }
        if let Some(data) = self.get("--data") {
            command += &format!(" --data {}", quoted(data));
        }
        command += &format!(" {seed}");
        command + &self.as_typed(|name| !NOT_THE_NETWORKS.contains(&name))
    }

    /// The given ones of these options, as they are typed behind a command.
    pub(crate) fn as_typed(&self, which: impl Fn(&str) -> bool) -> String {
        let given = OPTIONS.iter().filter(|o| which(o.name));
        let typed = given.filter_map(|option| match self.get(option.name)? {
            "" => Some(format!(" {}", option.name)),
            value => Some(format!(" {} {}", option.name, quoted(value))),
        });
        typed.collect()
    }
}

/// A value as it is meant from the current folder: a run's files name their data and folders from anywhere.
fn meant(option: &str, value: String) -> String {
    match option {
        // What cannot be read is refused where it is used.
        "--data" => Source::from_here(&value).map_or(value, |source| source.to_string()),
        "--config" | "--out" | "--resume" => {
            std::path::absolute(&value).map_or(value, |path| path.display().to_string())
        }
        _ => value,
    }
}

/// A file as seen from the current folder, if it is below.
fn from_here(path: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    Path::new(path).strip_prefix(here).unwrap_or(Path::new(path)).display().to_string()
}

/// The error for a value that option `name` cannot have.
pub(crate) fn bad_value(name: &str, value: &str) -> Error {
    let known = OPTIONS.iter().find(|o| o.name == name);
    refused(name.to_owned(), value, known.map_or("another value", |o| o.allowed))
}

/// The same, saying what is allowed.
pub(crate) fn refused(field: String, value: &str, allowed: &str) -> Error {
    TrainError::Value { field, value: format!("{value:?}"), allowed: allowed.into() }.into()
}

fn missing(option: &Opt) -> Error {
    TrainError::MissingValue { option: option.name.into(), allowed: option.allowed.into() }.into()
}

/// The error for an option that is needed and not there.
pub(crate) fn needed(name: &str) -> Error {
    let known = OPTIONS.iter().find(|o| o.name == name);
    missing(known.unwrap_or(&OPTIONS[0]))
}

pub(crate) fn help() -> String {
    let mut text = String::from(
        "Trains a spiking network and writes its folder. The defaults train in the integers that \
         ship.\n\n",
    );
    let usage = ["--data DATA", "--config FILE", "--resume DIR"];
    for (word, given) in ["Usage:", "      ", "      "].into_iter().zip(usage) {
        text += &format!("{word} {} {given} [OPTIONS]\n", command::command("train"));
    }
    text += "\nOptions:\n";
    for o in &OPTIONS {
        text += &format!("  {:<16} {}\n", format!("{} {}", o.name, o.value), o.help);
    }
    text
}
