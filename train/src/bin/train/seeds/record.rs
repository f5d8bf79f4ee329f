//! What is known of the runs of several seeds: as JSON, and as a table.

use crate::summary::Splits;
use serde::{Deserialize, Serialize};
use spikestream::shell::quoted;
use spikestream::{Error, files};
use spikestream_train::{TrainConfig, TrainError};
use std::fmt;
use std::path::Path;

/// The version of the file.
const FORMAT: u32 = 1;

/// The runs, in the order of their seeds.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    format: u32,
    version: String,
    /// The command that makes all of it.
    command: String,
    /// The config that the runs share, as TOML.
    pub(super) config: String,
    pub(super) runs: Vec<Line>,
    /// Which one is kept, once all of them are done.
    pub(super) choice: Option<Choice>,
}

/// A seed's run.
#[derive(Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) seed: u64,
    /// The command that makes its network alone.
    pub(super) command: String,
    pub(super) figures: Option<Figures>,
    /// Why it has no network.
    pub(super) diverged: Option<String>,
    /// The same as an error, for the case that none has one.
    #[serde(skip)]
    pub(super) failed: Option<Error>,
}

/// What a run's summary says, as far as it is compared.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) run: String,
    pub(super) command: String,
    pub(super) seed: u64,
    pub(super) epochs: usize,
    pub(super) kept: usize,
    pub(super) accuracy: Splits,
    pub(super) loss: Splits,
    pub(super) integers: Option<Splits>,
}

impl Figures {
    /// Reads the summary in a run's folder.
    pub(super) fn read(folder: &Path) -> Result<Self, Error> {
        json(&folder.join("summary.json"))
    }
}

/// Which run is kept, and by what.
#[derive(Serialize, Deserialize)]
pub(super) struct Choice {
    pub(super) seed: u64,
    pub(super) by: String,
    /// The images that decided.
    pub(super) images: usize,
    /// Whether they are few.
    pub(super) weak: bool,
}

impl Record {
    pub(super) fn new(
        command: String,
        config: &TrainConfig,
        runs: impl Iterator<Item = (u64, String)>,
    ) -> Self {
        let line =
            |(seed, command)| Line { seed, command, figures: None, diverged: None, failed: None };
        let version = env!("CARGO_PKG_VERSION").into();
        let (config, runs) = (config.to_toml(), runs.map(line).collect());
        Self { format: FORMAT, version, command, config, runs, choice: None }
    }

    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let record: Self = json(path)?;
        let why = match (record.format, record.runs.is_empty()) {
            (FORMAT, false) => return Ok(Self { choice: None, ..record }),
            (FORMAT, true) => "it names no seed".into(),
            (other, _) => format!("its format is {other}, not {FORMAT}"),
        };
        Err(TrainError::Checkpoint { path: path.into(), message: why }.into())
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), Error> {
        // Numbers and names only: it always has a form.
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        files::replace(path, text.as_bytes())
    }

    /// Takes another place of the data.
    pub(super) fn moved(&mut self, config: &TrainConfig) {
        let option = format!(" --data {}", quoted(&config.data.to_string()));
        self.config = config.to_toml();
        self.command += &option;
        self.runs.iter_mut().for_each(|line| line.command += &option);
    }

    /// The runs that have a network.
    pub(super) fn finished(&self) -> impl Iterator<Item = &Figures> {
        self.runs.iter().filter_map(|line| line.figures.as_ref())
    }
}

fn json<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T, Error> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| Error::Read { path: path.into(), source })?;
    let wrong = |e: serde_json::Error| {
        TrainError::Checkpoint { path: path.into(), message: e.to_string() }.into()
    };
    serde_json::from_str(&text).map_err(wrong)
}

/// The columns of accuracies.
fn shares(f: &Figures) -> [Option<f64>; 4] {
    let integers = f.integers.as_ref().map(|i| i.test);
    [f.accuracy.holdout, Some(f.accuracy.train), Some(f.accuracy.test), integers]
}

/// A row of the table: a name, the accuracies, and the epoch.
fn row(f: &mut fmt::Formatter<'_>, name: &str, of: [Option<f64>; 4], kept: &str) -> fmt::Result {
    write!(f, "{name:<6}")?;
    for share in of {
        match share {
            Some(share) => write!(f, "  {:>10}", format!("{:.2} %", 100.0 * share))?,
            None => write!(f, "  {:>10}", "-")?,
        }
    }
    writeln!(f, "  {kept:>5}")
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["held out", "train", "test", "integers"];
        writeln!(
            f,
            "seed    {:>10}  {:>10}  {:>10}  {:>10}  epoch",
            heads[0], heads[1], heads[2], heads[3]
        )?;
        for line in &self.runs {
            let name = line.seed.to_string();
            match (&line.figures, &line.diverged) {
                (Some(done), _) => row(f, &name, shares(done), &done.kept.to_string())?,
                (None, why) => {
                    writeln!(f, "{name:<6}  {}", why.as_deref().unwrap_or("not trained"))?
                }
            }
        }
        for (name, of) in [("mean", mean as fn(&[f64]) -> f64), ("least", least), ("best", best)] {
            let column = |at: usize| {
                let all: Option<Vec<f64>> = self.finished().map(|done| shares(done)[at]).collect();
                all.filter(|all| !all.is_empty()).map(|all| of(&all))
            };
            row(f, name, [0, 1, 2, 3].map(column), "")?;
        }
        let Some(Choice { seed, by, images, weak }) = &self.choice else { return Ok(()) };
        write!(f, "\nkept seed {seed}: {by}, on {images} images that are no test images")?;
        if *weak {
            write!(f, ".\nSo few make a weak choice: another draw may well choose another seed")?;
        }
        writeln!(f)
    }
}

fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / all.len() as f64
}

fn least(all: &[f64]) -> f64 {
    all.iter().copied().fold(f64::INFINITY, f64::min)
}

fn best(all: &[f64]) -> f64 {
    all.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
