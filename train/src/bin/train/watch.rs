//! What a run shows while it goes on: a bar on a terminal, and metrics as JSON lines.

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use serde::Serialize;
use spikestream::{Error, files};
use spikestream_train::{Epoch, Event};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The metrics within a run's folder, one line an epoch.
pub(crate) const METRICS: &str = "metrics.jsonl";

/// The bars of runs at once, hidden by themselves when stderr is no terminal.
#[derive(Default)]
pub(crate) struct Bars {
    drawn: MultiProgress,
    /// Whether the runs differ in their seed, which the bars then name.
    of_seeds: bool,
}

impl Bars {
    pub(crate) fn of_seeds() -> Self {
        Self { of_seeds: true, ..Self::default() }
    }

    /// Says something above the bars, where there are any.
    pub(crate) fn say(&self, line: &str) {
        // A line that cannot be written is no reason to stop.
        let _ = self.drawn.println(line);
    }
}

/// Follows a run.
pub(crate) struct Watch {
    bar: ProgressBar,
    /// Images of an epoch, and of a step.
    images: usize,
    batch: usize,
    started: bool,
    metrics: Metrics,
}

impl Watch {
    /// A bar over `epochs` epochs of `images`, drawn where `bars` has it.
    pub(crate) fn new(
        bars: &Bars,
        [epochs, images, batch]: [usize; 3],
        seed: u64,
        metrics: Metrics,
    ) -> Self {
        let bar = bars.drawn.add(ProgressBar::new((epochs * images) as u64));
        let template = "{prefix} {bar:24} {percent:>3} %  {rate}  {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate));
        }
        bar.set_prefix(if bars.of_seeds { format!("seed {seed}") } else { "training".into() });
        Self { bar, images, batch, started: false, metrics }
    }

    /// Takes what happens.
    pub(crate) fn on(&mut self, event: Event<'_>) {
        match event {
            Event::Step { epoch, done, of: _ } => {
                let done = (done * self.batch).min(self.images);
                self.bar.set_position(((epoch - 1) * self.images + done) as u64);
                if !self.started {
                    // What a checkpoint had done took no time of this run.
                    self.bar.reset_eta();
                    self.started = true;
                }
            }
            Event::Epoch(epoch, kept) => {
                self.bar.set_message(in_words(epoch, kept));
                self.metrics.add(epoch);
            }
        }
    }

    /// Takes the bar away, and gives the metrics back.
    pub(crate) fn end(self) -> Metrics {
        self.bar.finish_and_clear();
        self.metrics
    }
}

fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    // A bar that cannot be written is no reason to stop.
    let _ = write!(out, "{:.0} images/s", state.per_sec());
}

fn in_words(epoch: &Epoch, kept: bool) -> String {
    let Epoch { number, loss, accuracy, .. } = epoch;
    let mut text = format!("epoch {number}  loss {loss:.4}  {:.2} %", 100.0 * accuracy);
    if let Some(held) = epoch.holdout_accuracy {
        text += &format!("  held out {:.2} %", 100.0 * held);
        text += if kept { "  (best)" } else { "" };
    }
    text
}

/// The file of metrics, written line by line as they come.
pub(crate) struct Metrics {
    path: PathBuf,
    /// The run's name.
    run: String,
    file: File,
    /// The first line that could not be written.
    failed: Option<Error>,
}

impl Metrics {
    /// Begins the file with the epochs that are done. A run that goes on has them from its checkpoint,
    /// not from the file: it may have been killed between the two, or within a line.
    pub(crate) fn open(folder: &Path, run: &str, done: &[Epoch]) -> Result<Self, Error> {
        let (path, run) = (folder.join(METRICS), run.to_owned());
        let lines: String = done.iter().map(|epoch| line(epoch, &run)).collect();
        files::replace(&path, lines.as_bytes())?;
        let failed = |source| Error::Write { path: path.clone(), source };
        let file = OpenOptions::new().append(true).open(&path).map_err(failed)?;
        Ok(Self { path, run, file, failed: None })
    }

    pub(crate) fn add(&mut self, epoch: &Epoch) {
        if let Err(source) = self.file.write_all(line(epoch, &self.run).as_bytes()) {
            self.failed.get_or_insert(Error::Write { path: self.path.clone(), source });
        }
    }

    /// Whether every line was written.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.failed.map_or(Ok(()), Err)
    }
}

fn line(epoch: &Epoch, run: &str) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(flatten)]
        epoch: &'a Epoch,
        run: &'a str,
    }
    // Numbers and names only: it always has a form.
    serde_json::to_string(&Line { epoch, run }).unwrap_or_default() + "\n"
}
