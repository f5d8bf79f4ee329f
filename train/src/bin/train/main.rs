//! The training stage as a program: options in, a network's folder out.

mod folder;
mod options;
mod outputs;
mod run;
mod seeds;
mod settings;
mod stop;
mod summary;
#[cfg(test)]
mod tests;
mod watch;

use options::{Args, help};
use outputs::CHECKPOINT;
use run::{Run, tell_what_is_left};
use seeds::Search;
use spikestream::Error;
use spikestream::command::shown;
use spikestream::data::{self, Dataset};
use spikestream::hardware::{Unsupported, ensure_buildable};
use spikestream::output;
use spikestream::spec::Inputs;
use spikestream_train::{Checkpoints, Samples, SpikingNet, TrainConfig, TrainError, device, fit};
use std::path::Path;
use std::process::ExitCode;
use stop::Stop;
use summary::Summary;
use watch::{Bars, Metrics, Watch};

/// Training takes and frees megabytes a step.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    spikestream_train::keep_memory();
    let stop = Stop::default();
    stop.follow_parent();
    // On a thread of the pool: from outside, each operation would wake it and wait.
    let args = || Args::parse(std::env::args().skip(1));
    let done = rayon::scope(|_| args().and_then(|args| perform(&args, &stop)));
    match done.and_then(|text| output::line(text.trim_end())) {
        Ok(_) => ExitCode::SUCCESS,
        // The user knows that it was stopped, and was told how to go on.
        Err(error) if matches!(error.of(), Some(TrainError::Stopped { .. })) => {
            ExitCode::from(stop::STOPPED)
        }
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

/// Does what the options ask, and gives what is to be printed.
fn perform(args: &Args, stop: &Stop) -> Result<String, Error> {
    if args.has("--help") {
        return Ok(help());
    }
    if let Some(search) = Search::of(args)? {
        return match args.has("--print-config") {
            true => Ok(search.config.to_toml_with_choices()),
            false => search.perform(args, stop),
        };
    }
    let mut run = Run::of(args)?;
    if args.has("--print-config") {
        return Ok(run.config.to_toml_with_choices());
    }
    let data = load(args, &run.config)?;
    run.config = run.config.settled(&data);
    run.id = run.config.run_name(&data);
    let _lock = folder::claim(&run.out)?;
    run.notes().iter().for_each(|note| output::tell(format_args!("note: {note}")));
    seeds::leave(&run)?;
    stop.listen();
    let done = trained(&run, &data, stop, &Bars::default());
    let summary = done.inspect_err(|error| tell_what_is_left(&run, error))?;
    tell_of_earlier(&run.config, &run.out);
    Ok(format!("{summary}\nwrote {}", shown(&run.out)))
}

/// Names a network of an earlier run that the results have none of.
fn tell_of_earlier(config: &TrainConfig, out: &Path) {
    if outputs::integers(config).is_none() && out.join("net.toml").exists() {
        output::tell(format_args!("note: net.toml in {} is of an earlier run", out.display()));
    }
}

/// The data, found to go with the config. Their place a run that goes on may have to be told.
fn load(args: &Args, config: &TrainConfig) -> Result<Dataset, Error> {
    settings::ensure_runnable(args, config)?;
    let moved = args.has("--resume") && !args.has("--data");
    let data = data::load(&config.data).inspect_err(|_| {
        if moved {
            output::tell(
                "note: that is where the run had its data; --data says where they are now",
            );
        }
    })?;
    data.notes.iter().for_each(|note| output::tell(format_args!("note: {note}")));
    ensure_fitting(config, &data).map_err(|error| args.in_its_words(error))?;
    Ok(data)
}

/// Trains and writes everything.
fn trained(run: &Run, data: &Dataset, stop: &Stop, bars: &Bars) -> Result<Summary, Error> {
    let Run { config, out, before, .. } = run;
    let checkpoints = Checkpoints {
        path: out.join(CHECKPOINT),
        resume: before.is_some(),
        command: run.command.clone(),
    };
    let images = data.train.images.len();
    let learn = images - config.run.held_out(images);
    let history = before.as_ref().map(|before| before.history.as_slice()).unwrap_or_default();
    let metrics = Metrics::open(out, &run.id, history)?;
    let sizes = [config.run.epochs.on(learn, config.run.batch), learn, config.run.batch];
    let mut watch = Watch::new(bars, sizes, config.run.seed, metrics);
    let result = fit(config, data, &device(), Some(&checkpoints), &mut |event| {
        watch.on(event);
        stop.flow()
    });
    let metrics = watch.end();
    result.and_then(|trained| {
        metrics.finish()?;
        let publish = |staged: &Path| outputs::all(run, data, &trained, stop, staged);
        let summary = folder::publish(out, publish)?;
        // What new results replace is replaced; what they have none of is taken away.
        if data.inputs().is_none() {
            Inputs::leave(None, out)?;
        }
        Ok(summary)
    })
}

/// Finds out before training, not after, that data, network and integers do not go together, and says
/// what the hardware will not take.
fn ensure_fitting(config: &TrainConfig, data: &Dataset) -> Result<(), Error> {
    Samples::all(&data.test)?;
    config.augment(data)?;
    if let Some(no) = unsupported(config, data)? {
        output::tell(format_args!(
            "note: it trains, but no FPGA will run it: {no}\n  help: {}",
            no.remedy()
        ));
    }
    Ok(())
}

/// What the hardware will not take of the network in integers, if there will be one.
fn unsupported(config: &TrainConfig, data: &Dataset) -> Result<Option<Unsupported>, Error> {
    let model = SpikingNet::described(config, data, &device())?;
    let Some(sc) = outputs::integers(config) else { return Ok(None) };
    let net = model.to_net(sc, &config.net_name(), config.encoder.steps())?;
    Ok(ensure_buildable(&net.0.spec).err())
}
