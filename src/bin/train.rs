//! The training stage as a program: options in, a network's folder out.

// A program prints its summary.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use spikestream::nearest::nearest;
use spikestream::spec::{NetSpec, Reset};
use spikestream::train::{Recipe, Trained, skeleton, train};
use spikestream::{Error, data};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// An option: its name, the placeholder of its value, what is allowed, what it does.
struct Opt {
    name: &'static str,
    value: &'static str,
    allowed: &'static str,
    help: &'static str,
}

const OPTIONS: [Opt; 13] = [
    Opt {
        name: "--data",
        value: "DATA",
        allowed: "a data set: digits, a folder of IDX files, or a CSV file",
        help: "digits, a folder of IDX files, or FILE.csv[,label=COLUMN]",
    },
    Opt {
        name: "--seed",
        value: "N",
        allowed: "a whole number",
        help: "the same seed gives the same network [1]",
    },
    Opt {
        name: "--epochs",
        value: "N",
        allowed: "a number of at least 1",
        help: "passes over the training images [40]",
    },
    Opt {
        name: "--out",
        value: "DIR",
        allowed: "a folder",
        help: "the network's folder [target/spikestream/NAME/train]",
    },
    Opt {
        name: "--name",
        value: "NAME",
        allowed: "a name",
        help: "the network's name [that of the data]",
    },
    Opt {
        name: "--lr",
        value: "X",
        allowed: "a number above 0 and at most 1",
        help: "first learning rate of Adam [0.005]",
    },
    Opt {
        name: "--batch",
        value: "N",
        allowed: "a number of at least 1",
        help: "images a step of the optimiser [32]",
    },
    Opt {
        name: "--holdout",
        value: "X",
        allowed: "a share of 0 to 0.5",
        help: "share held out to choose the epoch [0.1]",
    },
    Opt {
        name: "--hidden",
        value: "N,N",
        allowed: "widths such as 128 or 128,64",
        help: "widths of the hidden layers [128]",
    },
    Opt {
        name: "--bits",
        value: "B",
        allowed: "a number of 1..=7",
        help: "bits of a weight's magnitude; L = 2^B [4]",
    },
    Opt { name: "--steps", value: "T", allowed: "1, 2, 4, ..., 256", help: "time steps [16]" },
    Opt {
        name: "--leak",
        value: "A",
        allowed: "a number of 0..=15",
        help: "a step loses V >> A; 0 is no leak [4]",
    },
    Opt {
        name: "--reset",
        value: "R",
        allowed: "subtract or zero",
        help: "what a spike does to the membrane [subtract]",
    },
];

/// The options as given; what is not given has its default later.
#[derive(Default)]
struct Args {
    values: Vec<(&'static Opt, String)>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|a| a == "--help" || a == "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    match Args::parse(args).and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.render());
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Error> {
    let source: data::Source = args.get("--data").unwrap_or("").parse()?;
    let data = data::load(&source)?;
    let recipe = recipe(args)?;
    recipe.check()?;
    let spec = spec(args, &source.name(), &data)?;
    spec.check()?;
    let default = PathBuf::from("target/spikestream").join(&spec.name).join("train");
    let out = args.get("--out").map_or(default, PathBuf::from);
    ensure_writable(&out)?;
    let start = Instant::now();
    let mut trained = train(&spec, &recipe, &data)?;
    let seconds = start.elapsed().as_secs_f64();
    let provenance = &mut trained.net.spec.provenance;
    provenance.command = args.command(&recipe);
    provenance.data = source.to_string();
    provenance.version = env!("CARGO_PKG_VERSION").into();
    trained.net.spec = trained.net.save(&out)?;
    summary(&trained, seconds, &out);
    Ok(())
}

impl Args {
    fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, Error> {
        let mut values: Vec<(&'static Opt, String)> = Vec::new();
        let mut args = args.into_iter();
        while let Some(given) = args.next() {
            let (name, inline) = match given.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (given, None),
            };
            let Some(option) = OPTIONS.iter().find(|o| o.name == name) else {
                let near = nearest(&name, OPTIONS.iter().map(|o| o.name)).unwrap_or("--help");
                return Err(Error::UnknownOption { nearest: near.into(), given: name });
            };
            let (option_name, allowed) = (option.name, option.allowed);
            let missing = Error::MissingValue { option: option_name, allowed };
            let value = inline.or_else(|| args.next().filter(|v| !v.starts_with("--")));
            let value = value.filter(|v| !v.is_empty()).ok_or(missing)?;
            values.retain(|(o, _)| o.name != option.name); // the last one counts
            values.push((option, value));
        }
        if !values.iter().any(|(o, _)| o.name == "--data") {
            let allowed = OPTIONS[0].allowed;
            return Err(Error::MissingValue { option: "--data", allowed });
        }
        Ok(Self { values })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(o, _)| o.name == name).map(|(_, v)| v.as_str())
    }

    /// A value read as a `T`, or its default.
    fn read<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T, Error> {
        let Some(value) = self.get(name) else { return Ok(default) };
        value.parse().map_err(|_| refused(name, value))
    }

    /// The command that makes the same network again: every option but the folder, and the seed
    /// even where it is the default.
    fn command(&self, recipe: &Recipe) -> String {
        let mut command = format!("cargo xtask train --data {}", self.get("--data").unwrap_or(""));
        command += &format!(" --seed {}", recipe.seed);
        for option in &OPTIONS {
            let own = ["--data", "--seed", "--out"].contains(&option.name);
            if let Some(value) = self.get(option.name).filter(|_| !own) {
                command += &format!(" {} {value}", option.name);
            }
        }
        command
    }
}

/// The error for a value that option `name` cannot have.
fn refused(name: &str, value: &str) -> Error {
    let known = OPTIONS.iter().find(|o| o.name == name);
    let (option, allowed) = known.map_or(("an option", "a value"), |o| (o.name, o.allowed));
    Error::Option { option, value: format!("{value:?}"), allowed }
}

fn recipe(args: &Args) -> Result<Recipe, Error> {
    let default = Recipe::default();
    Ok(Recipe {
        seed: args.read("--seed", default.seed)?,
        epochs: args.read("--epochs", default.epochs)?,
        batch: args.read("--batch", default.batch)?,
        learning_rate: args.read("--lr", default.learning_rate)?,
        holdout: args.read("--holdout", default.holdout)?,
    })
}

/// The network to train: the shipped one's spec with what the options change.
fn spec(args: &Args, name: &str, data: &data::Dataset) -> Result<NetSpec, Error> {
    let widths = args.get("--hidden").unwrap_or("128").split(',');
    let mut sizes = vec![data.shape.pixels()];
    for width in widths {
        sizes.push(width.trim().parse().map_err(|_| refused("--hidden", width))?);
    }
    sizes.push(data.classes);
    let mut spec = skeleton(args.get("--name").unwrap_or(name), &sizes);
    spec.time.steps = args.read("--steps", spec.time.steps)?;
    spec.stream.bits = args.read("--bits", spec.stream.bits)?;
    spec.stream.length = 1_u32.checked_shl(spec.stream.bits).unwrap_or_default();
    spec.neuron.leak = args.read("--leak", spec.neuron.leak)?;
    spec.neuron.reset = match args.get("--reset") {
        None | Some("subtract") => Reset::Subtract,
        Some("zero") => Reset::Zero,
        Some(other) => return Err(refused("--reset", other)),
    };
    Ok(spec)
}

/// Finds out before training, not after, that the network cannot be written.
fn ensure_writable(out: &Path) -> Result<(), Error> {
    let probe = out.join("probe.part");
    std::fs::create_dir_all(out)
        .and_then(|()| std::fs::write(&probe, b"probe"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|source| Error::Write { path: out.to_path_buf(), source })
}

fn help() -> String {
    let mut text = String::from(
        "Trains a spiking network in the integers that ship, and writes its folder.\n\n\
         Usage: cargo xtask train --data DATA [OPTIONS]\n\nOptions:\n",
    );
    for o in &OPTIONS {
        text += &format!("  {:<16} {}\n", format!("{} {}", o.name, o.value), o.help);
    }
    text
}

fn summary(trained: &Trained, seconds: f64, out: &Path) {
    let p = &trained.net.spec.provenance;
    let kept = &trained.history[trained.kept - 1];
    let each = seconds / trained.history.len() as f64;
    println!(
        "trained      {} epochs in {seconds:.1} s ({each:.3} s each), kept {}",
        p.epochs, kept.number
    );
    println!("train        {:.2} %", 100.0 * p.train_accuracy);
    if let Some(held) = kept.holdout_accuracy {
        println!("held out     {:.2} %", 100.0 * held);
    }
    println!("test         {:.2} %", 100.0 * p.accuracy);
    println!("\nlayer      shape  Theta  max|w|  max error  rms error  clamped  zeros  silent");
    for (index, (r, l)) in trained.reports.iter().zip(&trained.net.spec.layers).enumerate() {
        println!(
            "{index:<5} {:>10}  {:>5}  {:>6.3}  {:>9.4}  {:>9.4}  {:>7}  {:>5}  {:>6}",
            format!("{}x{}", l.outputs, l.inputs),
            r.threshold,
            r.max_weight,
            r.max_error,
            r.rms_error,
            r.clamped,
            r.zeros,
            r.silent
        );
    }
    println!("\nwrote {}", out.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, Error> {
        Args::parse(line.split_whitespace().map(String::from))
    }

    fn code(line: &str) -> &'static str {
        let done = parse(line).and_then(|a| {
            recipe(&a)?.check()?;
            spec(&a, "digits", &data::digits())?.check()
        });
        done.map_or_else(|e| e.code(), |()| "ok")
    }

    #[test]
    fn every_option_is_read_and_bad_ones_are_refused() {
        assert_eq!(code("--data digits --seed 3 --lr=0.01 --hidden 32,16 --reset zero"), "ok");
        for line in ["--epochs 0", "--epochs x", "--lr 0", "--lr 2", "--hidden a", "--reset no"] {
            assert_eq!(
                code(&format!("--data digits {line}")),
                "spikestream::train::option",
                "{line}"
            );
        }
        let ranges =
            ["--bits 9", "--bits 40", "--steps 12", "--leak 99", "--hidden 0", "--name a/b"];
        for line in ranges {
            assert_eq!(code(&format!("--data digits {line}")), "spikestream::net::range", "{line}");
        }
        assert_eq!(code("--seed 1"), "spikestream::train::missing-value");
        assert_eq!(code("--data digits --seed"), "spikestream::train::missing-value");
        assert_eq!(code("--data --seed 1"), "spikestream::train::missing-value");
        assert_eq!(code("--data digits extra"), "spikestream::train::unknown-option");
    }

    #[test]
    fn an_unknown_option_names_the_nearest() {
        let error = parse("--data digits --epoch 3").err().unwrap();
        assert_eq!(error.code(), "spikestream::train::unknown-option");
        assert!(error.remedy().contains("--epochs"), "{}", error.remedy());
    }

    #[test]
    fn the_command_repeats_what_shapes_the_network_and_nothing_else() {
        let args = parse("--data digits --out /x --epochs 3").unwrap();
        let command = args.command(&recipe(&args).unwrap());
        assert_eq!(command, "cargo xtask train --data digits --seed 1 --epochs 3");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_found_before_training() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = ensure_writable(&file.path().join("net")).unwrap_err();
        assert_eq!(error.code(), "spikestream::file::write");
    }
}
