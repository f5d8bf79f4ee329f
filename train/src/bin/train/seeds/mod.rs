//! One run for each of several seeds, and the one that is kept.

mod choice;
mod list;
mod record;
mod work;

use crate::folder::{LOCK, claim, publish};
use crate::options::{Args, SEEDS, refused};
use crate::outputs::CHECKPOINT;
use crate::run::{Run, folder, go_on, to_resume};
use crate::stop::Stop;
use crate::{load, settings, tell_of_earlier};
use record::Record;
use spikestream::command::shown;
use spikestream::data::Dataset;
use spikestream::spec::{Inputs, Net};
use spikestream::{Error, output};
use spikestream_train::{Progress, TrainConfig, TrainError};
use std::fs;
use std::path::{Path, PathBuf};

/// What the runs came to, in the folder of the one that is kept.
pub(crate) const FILE: &str = "seeds.json";

/// The folder of the runs, one folder a seed in it.
const FOLDER: &str = "seeds";

/// Runs that differ in their seed.
pub(crate) struct Search {
    /// What they share; its seed is the first one's.
    pub(crate) config: TrainConfig,
    out: PathBuf,
    record: Record,
    /// Whether it was asked to go on: other data are then a mistake, not a new start.
    resumes: bool,
}

impl Search {
    /// The runs that the options ask for, if they ask for several.
    pub(crate) fn of(args: &Args) -> Result<Option<Self>, Error> {
        let seeds = args.get(SEEDS).map(list::read).transpose()?;
        if let (Some(_), Some(seed)) = (&seeds, args.get("--seed")) {
            return Err(refused(
                "--seed".into(),
                seed,
                "no seed beside --seeds, which has them all",
            ));
        }
        if let Some(folder) = to_resume(args)? {
            return resumed(args, Path::new(folder), seeds);
        }
        let Some(seeds) = seeds else { return Ok(None) };
        let mut config = settings::config(args, None)?;
        config.run.seed = seeds[0];
        let command = args.command_with(&format!("{SEEDS} {}", list::written(&seeds)));
        let record = Record::new(command, &config, seeds.iter().map(|s| (*s, args.command(*s))));
        Ok(Some(Self { out: folder(args, &config), config, record, resumes: false }))
    }

    /// Trains what is not trained yet, chooses, and gives what is to be printed.
    pub(crate) fn perform(mut self, args: &Args, stop: &Stop) -> Result<String, Error> {
        let data = load(args, &self.config)?;
        let _lock = claim(&self.out)?;
        let (mut left, file) = (Vec::new(), self.out.join(FILE));
        for at in 0..self.record.runs.len() {
            let run = self.run(at, &data);
            self.record.runs[at].figures = finished(&run);
            if self.record.runs[at].figures.is_none() {
                self.record.runs[at].diverged = None;
                left.push((at, run));
            }
        }
        self.tell_what_there_is(self.record.runs.len() - left.len());
        self.record.write(&file)?;
        stop.listen();
        let Self { config, out, mut record, .. } = self;
        let ended = work::all(left, &data, stop, &mut record, &file);
        ended.inspect_err(|error| tell_how_to_go_on(&out, &record, error))?;
        let train = data.train.images.len();
        let held = (config.run.holdout * train as f64).round() as usize;
        let kept = choice::choose(&mut record, held, train)?;
        keep(&out.join(FOLDER).join(kept.to_string()), &out, &data)?;
        record.write(&file)?;
        tell_of_earlier(&config, &out);
        Ok(format!("{record}\nwrote {}", shown(&out)))
    }

    /// The run of a seed, going on from its checkpoint if that is its own.
    fn run(&self, at: usize, data: &Dataset) -> Run {
        let line = &self.record.runs[at];
        let mut config = self.config.clone();
        config.run.seed = line.seed;
        let out = self.out.join(FOLDER).join(line.seed.to_string());
        let before = Progress::read(&out.join(CHECKPOINT)).ok().filter(|before| {
            let own = same(&config, &before.config) && line.command.starts_with(&before.command);
            own && (self.resumes || before.learns_from(data))
        });
        let id = config.run_name(data);
        Run { config, out, command: line.command.clone(), id, before }
    }

    fn tell_what_there_is(&self, done: usize) {
        if done > 0 {
            let of = self.record.runs.len();
            output::tell(format_args!("note: {done} of {of} seeds are trained already"));
        }
    }
}

/// A single run takes the place of those that its folder may hold: from here on, `--resume` means it.
pub(crate) fn leave(run: &Run) -> Result<(), Error> {
    let path = run.out.join(FILE);
    if !path.exists() {
        return Ok(());
    }
    output::tell(format_args!(
        "note: this run takes the place of the one that {FILE} chose; those of the seeds stay in {}",
        run.out.join(FOLDER).display()
    ));
    fs::remove_file(&path).map_err(|source| Error::Write { path, source })
}

/// The runs of a folder, if it holds several. What they have in common stays as it is.
fn resumed(args: &Args, folder: &Path, seeds: Option<Vec<u64>>) -> Result<Option<Search>, Error> {
    let path = folder.join(FILE);
    if !path.exists() {
        let Some(seeds) = seeds else { return Ok(None) };
        let allowed = format!("only beside --resume of a folder with {FILE}");
        return Err(refused(SEEDS.into(), &list::written(&seeds), &allowed));
    }
    if let Some(seed) = args.get("--seed") {
        let allowed =
            format!("no seed for a folder with several: one of them goes on in {FOLDER}/N");
        return Err(refused("--seed".into(), seed, &allowed));
    }
    let mut record = Record::read(&path)?;
    let own: Vec<u64> = record.runs.iter().map(|line| line.seed).collect();
    if let Some(seeds) = seeds.filter(|seeds| *seeds != own) {
        let own = list::written(&own);
        let allowed = format!("{own}, as the folder has, or give --out in place of --resume");
        return Err(refused(SEEDS.into(), &list::written(&seeds), &allowed));
    }
    let before = TrainConfig::parse(&record.config, &path)?;
    let config = settings::config(args, Some(&before))?;
    let all = config.differences(&before);
    if let Some(d) = all.iter().find(|d| !d.is_of("data")) {
        let (key, before, now) = (d.key.clone(), d.before.clone(), d.now.clone());
        return Err(TrainError::OtherRun { path, key, before, now }.into());
    }
    if !all.is_empty() {
        record.moved(&config);
    }
    Ok(Some(Search { config, out: folder.into(), record, resumes: true }))
}

/// Whether two configs make the same network and the same files; where the data lie is no part of it.
fn same(one: &TrainConfig, other: &TrainConfig) -> bool {
    one.differences(other).iter().all(|d| d.is_of("data") || d.is_of("results"))
}

/// What a run came to, if its folder holds all of its results and no other's.
fn finished(run: &Run) -> Option<record::Figures> {
    let config = TrainConfig::of_results(&run.out).ok()?;
    let own = same(&run.config, &config) && config.results?.run == run.id;
    let whole = !run.out.join("net.toml").exists() || Net::load(&run.out).is_ok();
    let figures = record::Figures::read(&run.out).ok()?;
    let told = figures.run == run.id && run.command.starts_with(&figures.command);
    (own && whole && told).then_some(figures)
}

/// Puts the files of the run that is kept where those of a single run would be.
fn keep(from: &Path, out: &Path, data: &Dataset) -> Result<(), Error> {
    let failed = |source| Error::Write { path: out.to_path_buf(), source };
    publish(out, |staged| {
        for entry in fs::read_dir(from).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if name != LOCK {
                fs::copy(from.join(&name), staged.join(&name)).map_err(failed)?;
            }
        }
        Ok(())
    })?;
    if data.inputs().is_none() {
        Inputs::leave(None, out)?;
    }
    Ok(())
}

fn tell_how_to_go_on(out: &Path, record: &Record, error: &Error) {
    let (done, of) = (record.finished().count(), record.runs.len());
    let why = match error.of() {
        Some(TrainError::Stopped { .. }) => "stopped".to_owned(),
        _ => "not all seeds could be trained".to_owned(),
    };
    output::tell(format_args!(
        "note: {why}, {done} of {of} seeds are done; to go on: {}",
        go_on(out)
    ));
}
