//! Times our training for `bench train`: an epoch of the page's network for each line on standard input.
//!
//! Without arguments it is that on the digits; with `MNIST IMAGES STEPS` the convolutional one on the first
//! images of the files in the folder MNIST, and on a sixth as many of the test images. The first line out says what was started; then each line in is answered with one line of JSON. The
//! end of standard input ends it. The peers' script speaks the same.

use spikestream::Error;
use spikestream::data::{self, Dataset, Source};
use spikestream::output::{self, Reader};
use spikestream::parent;
use spikestream_train::{
    ConvConfig, EncoderConfig, EpochOptions, NetworkConfig, Optimizer, OptimizerConfig, Samples,
    ScheduleConfig, SpikingNet, TrainConfig, TrainError, device, evaluate, keep_memory,
    train_epoch,
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
    let given: Vec<String> = std::env::args().skip(1).collect();
    let done = work(&given).and_then(|work| {
        output::line(greeting())?;
        rayon::scope(|_| answer_all(work))
    });
    match done {
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

/// What is trained, and on what.
type Work = (TrainConfig, Dataset);

/// The work that the arguments ask for.
fn work(given: &[String]) -> Result<Work, Error> {
    let number = |field: &str, value: &str| {
        let allowed = "a whole number".to_owned();
        let wrong = |_| TrainError::Value { field: field.into(), value: value.into(), allowed };
        value.parse::<usize>().map_err(wrong)
    };
    match given {
        [] => Ok((page(), data::digits())),
        [folder, images, steps] => {
            convolutional(folder, number("images", images)?, number("steps", steps)?)
        }
        more => {
            let allowed = "nothing, or MNIST IMAGES STEPS".to_owned();
            let value = more.join(" ");
            Err(TrainError::Value { field: "the arguments".into(), value, allowed }.into())
        }
    }
}

/// The page's convolutional network: 32 and 64 channels of 5 x 5, each averaged over 2 x 2, 128 and 10.
fn convolutional(folder: &str, images: usize, steps: usize) -> Result<Work, Error> {
    let mut data = data::load(&Source::new(folder))?;
    for (part, count) in [(&mut data.train, images), (&mut data.test, (images / 6).max(1))] {
        part.images.truncate(count);
        part.labels.truncate(count);
    }
    let mut config = page();
    config.network = NetworkConfig::of(&[128], &Default::default());
    let block = |channels| ConvConfig { channels, ..ConvConfig::default() };
    config.network.blocks = vec![block(32), block(64)];
    config.encoder = EncoderConfig::Direct { steps };
    Ok((config, data))
}

/// An epoch for each line; the network trains on from one to the next.
fn answer_all((config, data): Work) -> Result<(), Error> {
    let device = device();
    let (learn, test) = (Samples::all(&data.train)?, Samples::all(&data.test)?);
    let mut model = SpikingNet::described(&config, &data, &device.clone().autodiff())?;
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
