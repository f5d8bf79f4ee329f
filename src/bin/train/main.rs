//! The training stage as a program: options in, a network's folder out.

// A program prints its summary.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod options;
mod outputs;
mod settings;
mod summary;
#[cfg(test)]
mod tests;
mod watch;

use options::{Args, help};
use outputs::{CHECKPOINT, CONFIG};
use spikestream::Error;
use spikestream::data::{self, Dataset};
use spikestream::hardware::{Unsupported, ensure_buildable};
use spikestream::train::{Checkpoints, Model, Samples, TrainConfig, TrainError, device, fit};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use summary::Summary;
use watch::{METRICS, Metrics, Watch};

/// Training takes and frees megabytes a step.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    spikestream::train::keep_memory();
    // On a thread of the pool: from outside, each operation would wake it and wait.
    let done = rayon::scope(|_| Args::parse(std::env::args().skip(1)).and_then(|args| run(&args)));
    match done {
        Ok(text) => {
            // Whoever reads it may have read enough.
            let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", error.render());
            ExitCode::FAILURE
        }
    }
}

/// Does what the options ask, and gives what is to be printed.
fn run(args: &Args) -> Result<String, Error> {
    if args.has("--help") {
        return Ok(help());
    }
    let config = settings::config(args)?;
    if args.has("--print-config") {
        return Ok(config.to_toml());
    }
    settings::ensure_runnable(args, &config)?;
    let data = data::load(&config.data)?;
    data.notes.iter().for_each(|note| eprintln!("note: {note}"));
    ensure_fitting(&config, &data)?;
    let default = PathBuf::from("target/spikestream").join(config.net_name()).join("train");
    let out = args.get("--out").map_or(default, PathBuf::from);
    ensure_writable(&out)?;
    let summary = trained(args, &config, &data, &out)?;
    if outputs::integers(&config).is_none() && out.join("net.toml").exists() {
        eprintln!("note: net.toml in {} is of an earlier run", out.display());
    }
    Ok(format!("{summary}\nwrote {}", out.display()))
}

/// Trains and writes everything.
fn trained(
    args: &Args,
    config: &TrainConfig,
    data: &Dataset,
    out: &Path,
) -> Result<Summary, Error> {
    let resume = args.has("--resume");
    let checkpoints = Checkpoints { path: out.join(CHECKPOINT), resume };
    if !resume {
        outputs::write(&out.join(CONFIG), &config.to_toml())?;
    }
    let held = (config.run.holdout * data.train.images.len() as f64).round() as usize;
    let images = data.train.images.len() - held;
    let metrics = Metrics::open(out, resume)?;
    let mut watch = Watch::new(config.run.epochs, images, config.run.batch, metrics);
    let result = fit(config, data, &device(), Some(&checkpoints), &mut |event| watch.on(event));
    let metrics = watch.end();
    let trained = result.inspect_err(|error| tell_what_is_left(error, out))?;
    metrics.finish(&trained.history)?;
    outputs::all(args, config, data, &trained, out)
}

/// Finds out before training, not after, that data, network and integers do not go together, and says
/// what the hardware will not take.
fn ensure_fitting(config: &TrainConfig, data: &Dataset) -> Result<(), Error> {
    Samples::all(&data.test)?;
    if let Some(no) = unsupported(config, data)? {
        eprintln!("note: it trains, but no FPGA will run it: {no}\n  help: {}", no.remedy());
    }
    Ok(())
}

/// What the hardware will not take of the network in integers, if there will be one.
fn unsupported(config: &TrainConfig, data: &Dataset) -> Result<Option<Unsupported>, Error> {
    let model = Model::new(config, data, &device())?;
    let (Some(sc), Some(net)) = (outputs::integers(config), model.dense()) else { return Ok(None) };
    let (net, _) = net.to_net(sc, &config.net_name(), config.encoder.steps())?;
    Ok(ensure_buildable(&net.spec).err())
}

/// Finds out before training, not after, that the network cannot be written.
fn ensure_writable(out: &Path) -> Result<(), Error> {
    let probe = out.join("probe.part");
    std::fs::create_dir_all(out)
        .and_then(|()| std::fs::write(&probe, b"probe"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|source| Error::Write { path: out.to_path_buf(), source })
}

/// A run that diverged has lost nothing of the epochs before.
fn tell_what_is_left(error: &Error, out: &Path) {
    if matches!(error, Error::Train(TrainError::Diverged { epoch, .. }) if *epoch > 1) {
        let out = out.display();
        eprintln!("note: {METRICS} and {CHECKPOINT} of the epochs before are in {out}");
    }
}
