//! Trains several runs at once, as many as cores and memory allow.

use super::record::{Figures, Record};
use crate::folder::claim;
use crate::run::Run;
use crate::stop::Stop;
use crate::trained;
use crate::watch::Bars;
use spikestream::data::Dataset;
use spikestream::{Error, memory, output};
use spikestream_train::{Network, SpikingNet, TrainConfig, TrainError, device};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// What a run takes beside its batches and its data, bytes: an evaluation, and the program's own.
const BESIDE: u64 = 192 << 20;

/// Trains these runs and notes in the record, and in its file, what became of each. A run that diverges
/// keeps no other back; what else goes wrong ends all of them after their step.
pub(super) fn all(
    left: Vec<(usize, Run)>,
    data: &Dataset,
    stop: &Stop,
    record: &mut Record,
    file: &Path,
) -> Result<(), Error> {
    let Some((_, first)) = left.first() else { return Ok(()) };
    let cores = rayon::current_num_threads();
    let jobs = at_once(left.len(), cores, memory::available(), need(&first.config, data)?);
    let bars = Bars::of_seeds();
    let queue = Mutex::new(VecDeque::from(left));
    let noted = Mutex::new((record, None));
    thread::scope(|scope| {
        for job in 0..jobs {
            // The cores that an even share leaves over go to the first ones.
            let threads = cores / jobs + usize::from(job < cores % jobs);
            let (queue, noted, bars) = (&queue, &noted, &bars);
            scope.spawn(move || {
                let next = || locked(queue).pop_front().filter(|_| stop.flow().is_continue());
                while let Some((at, run)) = next() {
                    let ended = one(&run, data, stop, bars, threads);
                    let (record, failed) = &mut *locked(noted);
                    let ended = note(record, at, ended, bars).and_then(|()| record.write(file));
                    if let Err(error) = ended {
                        failed.get_or_insert(error);
                        stop.ask(); // the others
                    }
                }
            });
        }
    });
    let (_, failed) = noted.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failed {
        Some(error) => Err(error),
        // Between two runs.
        None => stop.check(0).map_err(Error::from),
    }
}

/// One run, on threads of its own.
fn one(
    run: &Run,
    data: &Dataset,
    stop: &Stop,
    bars: &Bars,
    threads: usize,
) -> Result<Figures, Error> {
    let _lock = claim(&run.out)?;
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(|| trained(run, data, stop, bars))?,
        // Those of the program are slower, and give the same numbers.
        Err(_) => trained(run, data, stop, bars)?,
    };
    Figures::read(&run.out)
}

/// Notes how a run ended; an error that concerns more than this run is given back.
fn note(
    record: &mut Record,
    at: usize,
    ended: Result<Figures, Error>,
    bars: &Bars,
) -> Result<(), Error> {
    let line = &mut record.runs[at];
    let seed = line.seed;
    match ended {
        Ok(figures) => {
            let held = figures.accuracy.holdout;
            let held = held.map(|x| format!(", {:.2} % held out", 100.0 * x)).unwrap_or_default();
            let (train, kept) = (100.0 * figures.accuracy.train, figures.kept);
            bars.say(&format!("seed {seed}: {train:.2} % train{held}, epoch {kept}"));
            line.figures = Some(figures);
        }
        Err(error) => match error.of() {
            Some(TrainError::Diverged { .. }) => {
                output::tell(format_args!("note: seed {seed} has no network: {error}"));
                line.diverged = Some(error.to_string());
                line.failed = Some(error);
            }
            Some(TrainError::Stopped { .. }) => return Err(error),
            _ => {
                output::tell(format_args!("note: seed {seed} fails, and the others end: {error}"));
                return Err(error);
            }
        },
    }
    Ok(())
}

/// Runs at once, at least one: of the memory that is available they take half at most.
fn at_once(runs: usize, cores: usize, available: Option<u64>, need: u64) -> usize {
    let fit = available.map_or(u64::MAX, |bytes| bytes / 2 / need.max(1));
    let fit = usize::try_from(fit).unwrap_or(usize::MAX);
    runs.min(cores).min(fit).max(1)
}

/// What a run takes at most, bytes: its data in floats, a batch with its gradients, and for each parameter
/// weight, gradient, two moments and the best one.
fn need(config: &TrainConfig, data: &Dataset) -> Result<u64, Error> {
    let model = SpikingNet::described(config, data, &device())?;
    let numbers = |all: &[Vec<u8>]| (all.len() * all.first().map_or(0, Vec::len)) as u64;
    let batch = (model.per_step() * config.encoder.steps() * config.run.batch) as u64;
    let held = 2 * numbers(&data.train.images) + numbers(&data.test.images);
    let parameters = 5 * model.summary().parameters as u64;
    Ok(BESIDE + 4 * (held + batch + batch / 2 + parameters))
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_and_memory_bound_the_runs_at_once() {
        assert_eq!(at_once(8, 2, Some(8 << 30), 1 << 30), 2);
        assert_eq!(at_once(1, 16, None, 1), 1);
        assert_eq!(at_once(8, 16, Some(6 << 30), 1 << 30), 3);
        assert_eq!(at_once(8, 16, Some(1 << 30), 1 << 30), 1, "it is tried");
    }
}
