//! `bench train`: the time that one epoch of training takes, ours and, on request, others'.

use std::path::PathBuf;

use serde::Serialize;
use spikestream::columns;
use spikestream_flows::{FlowError, output};

use super::measure::{self, Timing};
use super::work::Work;
use super::{load, peers};
use crate::programs::BENCH_TRAIN;

/// Arguments of `bench train`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Time SC-NeuroCore and snnTorch too, with --conv snnTorch alone: 4.3 GB, installed into the user's
    /// cache folder once
    #[arg(long)]
    peers: bool,
    /// Time the convolutional network on MNIST instead: the folder of its four IDX files
    #[arg(long, value_name = "FOLDER")]
    conv: Option<PathBuf>,
    /// The first so many training images, and a sixth as many test images
    #[arg(long, requires = "conv", default_value_t = 60_000, value_parser = clap::value_parser!(u32).range(64..=60_000))]
    images: u32,
    /// Time steps
    #[arg(long, requires = "conv", default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=256))]
    steps: u16,
    /// How many epochs of each are timed, by turns
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    rounds: u16,
    /// Threads for each [default: one a core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Args {
    fn work(&self) -> Work {
        match &self.conv {
            None => Work::Digits,
            Some(data) => Work::Conv {
                // The programs that read it are started elsewhere.
                data: std::path::absolute(data).unwrap_or_else(|_| data.clone()),
                images: self.images,
                steps: self.steps,
            },
        }
    }
}

/// What was measured, and how.
#[derive(Debug, Serialize)]
struct Report {
    rounds: usize,
    threads: usize,
    /// What was trained.
    what: String,
    /// The share of the machine that other programs took just before.
    busy: Option<f64>,
    systems: Vec<Timing>,
}

/// Measures.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let threads = args.threads.map_or_else(cores, usize::from);
    let result = measured(args, threads);
    if args.peers && result.is_err() {
        output::tell(
            "note: without --peers nothing is installed, and only our own training is timed",
        );
    }
    let report = result?;
    if args.json {
        output::line(serde_json::to_string_pretty(&report).unwrap_or_default())?;
    } else {
        print(&report, &args.work().tested())?;
    }
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn measured(args: &Args, threads: usize) -> Result<Report, FlowError> {
    // What can fail at once comes before what compiles for minutes.
    let work = args.work();
    work.check()?;
    let peers = if args.peers { peers::stages(&work, threads)? } else { Vec::new() };
    let mut ours = BENCH_TRAIN.stage(work.ours())?;
    ours.env.push(("RAYON_NUM_THREADS".to_owned(), threads.to_string())); // burn computes with rayon
    let mut stages = vec![ours];
    stages.extend(peers);
    let busy = load::busy();
    if let Some(warning) = load::warning(busy) {
        output::tell(format_args!("note: {warning}"));
    }
    let rounds = usize::from(args.rounds);
    let systems = measure::rounds(&stages, threads, rounds, work.limit())?;
    Ok(Report { rounds, threads, what: work.told(), busy, systems })
}

fn print(report: &Report, tested: &str) -> Result<(), FlowError> {
    let rows: Vec<Vec<String>> = report.systems.iter().map(cells).collect();
    let headings = [
        "system",
        "version",
        "on",
        ">median s",
        ">least s",
        ">a minute",
        ">ratio",
        ">peak MB",
        ">accuracy",
    ];
    columns::print(&headings, &rows)?;
    let Report { rounds, threads, what, .. } = report;
    output::line(format_args!(
        "\nOne epoch of {what}, batches of 64, Adam, float; {threads} threads;\nmedian of {rounds} rounds by \
         turns after a warm-up each; the ratio is the median of the rounds' ratios;\naccuracy on the {tested} \
         after all of them."
    ))?;
    // With the figures, which may be read without what was said on the way.
    if let Some(warning) = load::warning(report.busy) {
        output::line(format_args!("\n{warning}"))?;
    }
    Ok(())
}

fn cells(timing: &Timing) -> Vec<String> {
    vec![
        timing.name.clone(),
        timing.version.clone(),
        timing.on.clone(),
        format!("{:.4}", timing.median_seconds),
        format!("{:.4}", timing.minimum_seconds),
        format!("{:.2}", 60.0 / timing.median_seconds),
        format!("{:.2}", timing.ratio),
        format!("{:.0}", timing.peak_bytes as f64 / 1e6),
        format!("{:.3}", timing.accuracy),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_cell_for_every_column() {
        let timing = Timing {
            name: "ours".to_owned(),
            version: "1.0".to_owned(),
            on: "flex".to_owned(),
            seconds: vec![0.03, 0.05],
            median_seconds: 0.04,
            minimum_seconds: 0.03,
            ratio: 1.0,
            peak_bytes: 33_400_000,
            accuracy: 0.9722,
        };
        let expected =
            ["ours", "1.0", "flex", "0.0400", "0.0300", "1500.00", "1.00", "33", "0.972"];
        assert_eq!(cells(&timing), expected);
    }
}
