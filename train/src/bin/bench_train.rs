//! Times our training for `bench train`: an epoch of the page's network for each line on standard input.
//!
//! The first line out says what was started; then each line in is answered with one line of JSON. The
//! end of standard input ends it. The peers' script speaks the same.

use spikestream::output::{self, Reader};
use spikestream::parent;
use spikestream::{Error, data};
use spikestream_train::{
    EpochOptions, Model, NetworkConfig, Optimizer, OptimizerConfig, Samples, ScheduleConfig,
    TrainConfig, device, evaluate, keep_memory, train_epoch,
};
use std::io::BufRead;
use std::process::ExitCode;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    parent::end_with_it();
    keep_memory();
    // On a thread of the pool: from outside, each operation would wake it and wait.
    match output::line(greeting()).and_then(|_| rayon::scope(|_| answer_all())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

/// What is started, and what it computes with.
fn greeting() -> serde_json::Value {
    serde_json::json!({
        "name": "spikestream",
        "version": env!("CARGO_PKG_VERSION"),
        "on": "burn 0.22, flex, fused step",
        "threads": rayon::current_num_threads(),
    })
}

/// The user's page: digits, 64-128-128-10, T = 25, batches of 64, Adam with 2e-3, in float.
fn page() -> TrainConfig {
    let schedule = ScheduleConfig::Constant;
    let mut config = TrainConfig {
        network: NetworkConfig::of(&[128, 128], &Default::default()),
        optimizer: OptimizerConfig { learning_rate: 2e-3, schedule, ..Default::default() },
        ..Default::default()
    };
    config.run.batch = 64;
    config
}

/// An epoch for each line; the network trains on from one to the next.
fn answer_all() -> Result<(), Error> {
    let (config, digits, device) = (page(), data::digits(), device());
    let (learn, test) = (Samples::all(&digits.train)?, Samples::all(&digits.test)?);
    let mut model = Model::new(&config, &digits, &device.clone().autodiff())?;
    let mut optimizer = Optimizer::new(&config.optimizer, learn.len().div_ceil(64), 1);
    let encoder = config.encoder();
    for (number, _) in std::io::stdin().lock().lines().enumerate() {
        let begin = Instant::now();
        let order = learn.shuffled(number as u64, config.run.batch);
        let batches = order.iter().map(|indices| learn.batch(indices, &encoder, 0, &device));
        let options = EpochOptions { number: number + 1, loss: &config.loss, regularisers: &[] };
        let (trained, loss, _) = train_epoch(model, batches, &mut optimizer, &options)?;
        let seconds = begin.elapsed().as_secs_f64();
        model = trained;
        let verdict = evaluate(&model, &test, &encoder, &config.loss, false)?;
        let accuracy = verdict.evaluation.accuracy();
        let peak_bytes = peak_bytes();
        let answer = serde_json::json!({
            "seconds": seconds, "loss": loss, "accuracy": accuracy, "peak_bytes": peak_bytes,
        });
        if output::line(answer)? == Reader::Gone {
            break;
        }
    }
    Ok(())
}

/// The most memory that this process has had, as the system counts it; 0 where it does not.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    number.unwrap_or_default() * 1024
}
