//! A run: a new one of the options, or one that goes on from the checkpoint in its folder.

use crate::options::{Args, refused};
use crate::outputs::CHECKPOINT;
use crate::settings;
use spikestream::Error;
use spikestream::command;
use spikestream::output;
use spikestream::shell::quoted;
use spikestream_train::{Epochs, Progress, TrainConfig, TrainError};
use std::path::{Path, PathBuf, absolute};

/// What is trained, and where its results go.
pub(crate) struct Run {
    pub(crate) config: TrainConfig,
    pub(crate) out: PathBuf,
    /// The command that makes this network.
    pub(crate) command: String,
    /// Its name in the files that it leaves; empty until the data are there.
    pub(crate) id: String,
    /// What the folder holds, for a run that goes on.
    pub(crate) before: Option<Progress>,
}

impl Run {
    /// The run that the options ask for.
    pub(crate) fn of(args: &Args) -> Result<Self, Error> {
        let before = progress(args)?;
        let mut config = settings::config(args, before.as_ref().map(|before| &before.config))?;
        if let (Some(folder), Some(before)) = (args.get("--resume"), before) {
            if config.run.epochs == Epochs::Auto {
                config.run.epochs = before.config.run.epochs; // their number was settled then
            }
            let same = before.ensure_same_run(&config);
            same.map_err(|error| args.in_its_words(error.into()))?;
            let command = command(args, &before, &config);
            let (out, id, before) = (folder.into(), String::new(), Some(before));
            return Ok(Self { config, out, command, id, before });
        }
        let out = folder(args, &config);
        let command = args.command(config.run.seed);
        Ok(Self { config, out, command, id: String::new(), before: None })
    }

    /// Where a run that goes on does so.
    pub(crate) fn resumed(&self) -> Option<String> {
        let before = self.before.as_ref()?;
        let mut text = format!("after epoch {}", before.history.len());
        let (old, new) = (before.config.run.epochs, self.config.run.epochs);
        if old != new {
            text += &format!(" of {old}, on to {new}");
            if self.config.plans_ahead() {
                let what = match self.config.optimizer.schedule.plans_ahead() {
                    true => "the learning rate's cosine",
                    false => "the rise of the share that is pruned",
                };
                text += &format!(
                    "; {what} now ends there, so the network is another than one of as many epochs \
                     from the start"
                );
            }
        }
        Some(text)
    }

    /// What is told before the run: what goes on, or what is about to be replaced.
    pub(crate) fn notes(&self) -> Vec<String> {
        let out = self.out.display();
        let Some(before) = &self.before else {
            let other = Progress::read(&self.out.join(CHECKPOINT)).ok();
            let other = other.filter(|other| other.is_unfinished(&other.config.run));
            return Vec::from_iter(other.map(|other| {
                let (done, epochs) = (other.history.len(), other.config.run.epochs);
                format!(
                    "{out} holds a run that was stopped after epoch {done} of {epochs}; this run \
                     takes its place. To go on with that one: Ctrl-C now, then {}",
                    self.go_on()
                )
            }));
        };
        let mut notes = Vec::from_iter(self.resumed().map(|text| format!("going on {text}")));
        let (done, kept) = (before.history.len(), before.kept);
        if self.config.run.epochs.number().is_some_and(|epochs| done >= epochs) {
            notes.push(format!(
                "all {done} epochs are done, so the results are only written again; --epochs N \
                 goes on to N"
            ));
        } else if !before.is_unfinished(&self.config.run) {
            notes.push(format!(
                "the run stopped early: no epoch was better than {kept}; --patience 0 goes on"
            ));
        }
        notes
    }

    /// The command that goes on with this run, from any folder.
    pub(crate) fn go_on(&self) -> String {
        go_on(&self.out)
    }
}

/// The command that goes on with what a folder holds, from any folder.
pub(crate) fn go_on(out: &Path) -> String {
    let folder = absolute(out).unwrap_or_else(|_| out.to_path_buf());
    command::command(format_args!("train --resume {}", quoted(&folder.display().to_string())))
}

/// Where the results of a new run go.
pub(crate) fn folder(args: &Args, config: &TrainConfig) -> PathBuf {
    match args.get("--out") {
        Some(out) => PathBuf::from(out),
        None => command::products().join(config.net_name()).join("train"),
    }
}

/// The folder of `--resume`, if it is given: the results go there, and nowhere else.
pub(crate) fn to_resume(args: &Args) -> Result<Option<&str>, Error> {
    let folder = args.get("--resume");
    if let (Some(_), Some(out)) = (folder, args.get("--out")) {
        let allowed = "no folder beside --resume: results go to that of the run";
        return Err(refused("--out".into(), out, allowed));
    }
    Ok(folder)
}

/// What the folder of `--resume` holds.
fn progress(args: &Args) -> Result<Option<Progress>, Error> {
    let Some(folder) = to_resume(args)? else { return Ok(None) };
    if Path::new(folder).is_file() {
        return Err(refused("--resume".into(), folder, "the folder of a run, not a file in it"));
    }
    let progress = Progress::read(&Path::new(folder).join(CHECKPOINT))?;
    Ok(Some(progress))
}

/// The command of a run that goes on: its own, and what is changed now. Where that changes the rates of
/// the epochs to come, it takes effect only behind those that are done.
fn command(args: &Args, before: &Progress, config: &TrainConfig) -> String {
    let all = config.differences(&before.config);
    let differs = |key: &str| all.iter().any(|d| d.is_of(key));
    let run = &config.run;
    let mut options = String::new();
    for (key, option, value) in [
        ("data", "--data", config.data.to_string()),
        ("name", "--name", config.name.clone()),
        ("run.epochs", "--epochs", run.epochs.to_string()),
        ("run.patience", "--patience", run.patience.to_string()),
        ("prune.silent", "--silent", config.prune.silent.name().to_owned()),
    ] {
        if differs(key) {
            options += &format!(" {option} {}", quoted(&value));
        }
    }
    if differs("export") {
        let names = ["--float", "--export", "--bits", "--length", "--phase"];
        options += &args.as_typed(|name| names.contains(&name));
    }
    if differs("run.epochs") && config.plans_ahead() {
        let done = before.history.len();
        return format!(
            "{}, and after epoch {done}: {} --resume FOLDER{options}",
            before.command,
            command::command("train")
        );
    }
    before.command.clone() + &options
}

/// Tells what a run that ended before its end has left, and how to go on.
pub(crate) fn tell_what_is_left(run: &Run, error: &Error) {
    let out = run.out.display();
    match error.of() {
        Some(TrainError::Stopped { epoch, done: 0 }) => {
            let old = run.out.join(CHECKPOINT).exists();
            let old = if old { "; the checkpoint in its folder is of an earlier run" } else { "" };
            output::tell(format_args!(
                "note: stopped in epoch {epoch}, before any is kept: start it anew{old}"
            ));
        }
        Some(TrainError::Stopped { epoch, done }) => output::tell(format_args!(
            "note: stopped in epoch {epoch}; epochs up to {done} are kept; to go on: {}",
            run.go_on()
        )),
        Some(TrainError::Diverged { epoch, .. }) if *epoch > 1 => {
            output::tell(format_args!("note: the metrics of the epochs before are in {out}"));
        }
        _ => {}
    }
}
