//! `kills`: kills trainings, builds and installations at random moments, and compares what the next run makes
//! with what one makes that was left alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use spikestream_flows::base::{digest, files};
use spikestream_flows::run::kill::{self, Ended, Moments};
use spikestream_flows::run::{self, Stage};
use spikestream_flows::{FlowError, output};

use crate::stages::{Program, SPIKESTREAM, cargo};

/// The net that is built and the board, the smallest that there are.
const NET: &str = "digits-tiny";
const BOARD: &str = "icestick";

/// Arguments of `kills`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How often each is killed
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    count: u32,
    /// Which moments
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Kill this alone: `install` (and builds with fake tools), `train`, `synth`
    #[arg(long, value_parser = ["install", "train", "synth"])]
    only: Option<String>,
}

impl Args {
    /// As many trainings as a minute takes.
    pub(crate) fn few_trainings() -> Self {
        Self { count: 4, seed: 1, only: Some("train".to_owned()) }
    }
}

/// Kills all that is asked for; `train` is the program of training.
pub(crate) fn run(args: &Args, root: &Path, train: &Program) -> Result<(), FlowError> {
    let wanted = |what: &str| args.only.as_deref().is_none_or(|only| only == what);
    if wanted("install") {
        let [count, seed] = [u64::from(args.count), args.seed].map(|number| number.to_string());
        let variables = [("SPIKESTREAM_KILLS", count.as_str()), ("SPIKESTREAM_SEED", &seed)];
        let words = "test --package spikestream-flows --test suite kills:: -- --nocapture";
        let words = words.split(' ').map(str::to_owned).collect();
        cargo(root, "kills with fake tools", words, &variables)?;
    }
    if wanted("train") {
        report("train", args, trainings(args, root, train)?)?;
    }
    if wanted("synth") {
        report("synth", args, builds(args, root)?)?;
    }
    Ok(())
}

/// How often a program was killed, and in what time it would have ended.
struct Outcome {
    killed: u32,
    time: Duration,
}

fn report(what: &str, args: &Args, Outcome { killed, time }: Outcome) -> Result<(), FlowError> {
    let (seed, seconds) = (args.seed, time.as_secs_f64());
    output::line(format_args!(
        "{what}: {killed} kills within {seconds:.1} s, seed {seed}, 0 results apart"
    ))?;
    Ok(())
}

/// A program that is killed, and what it leaves.
struct Work<'a> {
    first: &'a Stage,
    /// What is typed after a kill.
    again: &'a dyn Fn() -> Stage,
    /// The folders that it makes, which are removed before each try.
    made: &'a [PathBuf],
    /// The results in them that must not differ.
    results: &'a [PathBuf],
}

/// Trains for a few epochs; goes on from the checkpoint after a kill, if there is one already.
fn trainings(args: &Args, root: &Path, train: &Program) -> Result<Outcome, FlowError> {
    let folder = root.join("target/spikestream/nets/killed");
    let out = folder.display().to_string();
    let begin = ["--data", "digits", "--epochs", "4", "--seed", "1", "--out", &out];
    let stage = |options: &[&str]| -> Result<Stage, FlowError> {
        train.built(root, options.iter().map(|option| (*option).to_owned()).collect(), &[])
    };
    let (first, resumed) = (stage(&begin)?, stage(&["--resume", &out])?);
    let checkpoint = folder.join("checkpoint.safetensors");
    let again = || if checkpoint.exists() { resumed.clone() } else { first.clone() };
    let results = ["net.toml", "weights.safetensors", "model.safetensors"];
    let results = results.map(|file| folder.join(file));
    let work = Work {
        first: &first,
        again: &again,
        made: std::slice::from_ref(&folder),
        results: &results,
    };
    kill_and_compare(args, &work)
}

/// Builds for a board of a name of its own, so that no other build is touched.
fn builds(args: &Args, root: &Path) -> Result<Outcome, FlowError> {
    let own = root.join("target/spikestream/killed-board");
    let text = files::read_text(&root.join(format!("boards/{BOARD}.toml")))?;
    files::write(&own.join("killed.toml"), text.as_bytes())?;
    let boards = ("SPIKESTREAM_BOARDS", own.display().to_string());
    let words = ["synth", "--board", "killed", "--net", NET];
    let stage =
        SPIKESTREAM.built(root, words.map(str::to_owned).to_vec(), &[(boards.0, &boards.1)])?;
    let products = root.join(format!("target/spikestream/{NET}/killed"));
    let results = ["top.bin", "report.json", "design.json", "memories.json", "floorplan.svg"];
    let results = results.map(|file| products.join(file));
    let made = [products, root.join("target/spikestream/routed/killed")];
    let again = || stage.clone();
    kill_and_compare(args, &Work { first: &stage, again: &again, made: &made, results: &results })
}

fn kill_and_compare(args: &Args, work: &Work<'_>) -> Result<Outcome, FlowError> {
    clear(work)?;
    run::stage(work.first)?; // once before the time is taken: it may compile something
    clear(work)?;
    let begin = Instant::now();
    run::stage(work.first)?;
    let time = begin.elapsed();
    let expected = hashes(work)?;
    let (mut moments, mut killed) = (Moments::of(args.seed), 0);
    while killed < args.count {
        clear(work)?;
        let moment = moments.next(time);
        if kill::after(work.first, moment)? != Ended::Killed {
            continue; // it was faster this time
        }
        killed += 1;
        let again = (work.again)();
        run::stage(&again)?;
        let found = hashes(work)?;
        if let Some((path, _)) = found.iter().find(|(path, hash)| expected.get(*path) != Some(hash))
        {
            let after = format!("a kill after {:.3} s (seed {})", moment.as_secs_f64(), args.seed);
            return Err(run::Error::ResultDiffers { path: path.clone(), after }.into());
        }
        output::tell(format_args!(
            "{killed} of {}: killed after {:.3} s",
            args.count,
            moment.as_secs_f64()
        ));
    }
    clear(work)?;
    Ok(Outcome { killed, time })
}

fn clear(work: &Work<'_>) -> Result<(), FlowError> {
    work.made.iter().filter(|folder| folder.exists()).try_for_each(|folder| {
        std::fs::remove_dir_all(folder).map_err(|e| files::unwritable(folder, &e))
    })
}

fn hashes(work: &Work<'_>) -> Result<BTreeMap<PathBuf, String>, FlowError> {
    let hash = |path: &PathBuf| match digest::of_file(path) {
        Ok(hash) => Ok((path.clone(), hash)),
        Err(e) => Err(files::unreadable(path, &e)),
    };
    work.results.iter().map(hash).collect()
}
