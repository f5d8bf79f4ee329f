//! `bench train`: the time that one epoch of training takes, ours and, on request, others'.

use serde::Serialize;
use spikestream::columns;
use spikestream_flows::{FlowError, output};

use super::measure::{self, Timing};
use super::{load, peers};
use crate::programs::BENCH_TRAIN;

/// What others may take of the machine before a measurement on it is doubtful.
const QUIET: f64 = 0.1;

/// Arguments of `bench train`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Time SC-NeuroCore and snnTorch too: 4.3 GB, installed into the user's cache folder once
    #[arg(long)]
    peers: bool,
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

/// What was measured, and how.
#[derive(Debug, Serialize)]
struct Report {
    rounds: usize,
    threads: usize,
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
        print(&report)?;
    }
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn measured(args: &Args, threads: usize) -> Result<Report, FlowError> {
    // What can fail at once comes before what compiles for minutes.
    let peers = if args.peers { peers::stages(threads)? } else { Vec::new() };
    let mut ours = BENCH_TRAIN.stage(Vec::new())?;
    ours.env.push(("RAYON_NUM_THREADS".to_owned(), threads.to_string())); // burn computes with rayon
    let mut stages = vec![ours];
    stages.extend(peers);
    let busy = load::busy();
    if let Some(warning) = warning(busy) {
        output::tell(format_args!("note: {warning}"));
    }
    let rounds = usize::from(args.rounds);
    let systems = measure::rounds(&stages, threads, rounds)?;
    Ok(Report { rounds, threads, busy, systems })
}

fn print(report: &Report) -> Result<(), FlowError> {
    let rows: Vec<Vec<String>> = report.systems.iter().map(cells).collect();
    let headings =
        ["system", "version", "on", ">median s", ">least s", ">ratio", ">peak MB", ">accuracy"];
    columns::print(&headings, &rows)?;
    let Report { rounds, threads, .. } = report;
    output::line(format_args!(
        "\nOne epoch of 1,437 digits, 64-128-128-10, 25 time steps, batches of 64, Adam, float; \
         {threads} threads;\nmedian of {rounds} rounds by turns after a warm-up each; the ratio is \
         the median of the rounds' ratios;\naccuracy on the 360 test images after all of them."
    ))?;
    // With the figures, which may be read without what was said on the way.
    if let Some(warning) = warning(report.busy) {
        output::line(format_args!("\n{warning}"))?;
    }
    Ok(())
}

/// Why the times are not to be trusted, if other programs took much of the machine.
fn warning(busy: Option<f64>) -> Option<String> {
    let percent = 100.0 * busy.filter(|busy| *busy > QUIET)?;
    Some(format!(
        "other programs took {percent:.0} % of this machine: the times are too long, and the ratios wrong"
    ))
}

fn cells(timing: &Timing) -> Vec<String> {
    vec![
        timing.name.clone(),
        timing.version.clone(),
        timing.on.clone(),
        format!("{:.4}", timing.median_seconds),
        format!("{:.4}", timing.minimum_seconds),
        format!("{:.2}", timing.ratio),
        format!("{:.0}", timing.peak_bytes as f64 / 1e6),
        format!("{:.3}", timing.accuracy),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_of_a_busy_machine_only() {
        assert_eq!(warning(None), None);
        assert_eq!(warning(Some(0.05)), None);
        assert!(warning(Some(0.5)).unwrap().contains("50 %"));
    }

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
        let expected = ["ours", "1.0", "flex", "0.0400", "0.0300", "1.00", "33", "0.972"];
        assert_eq!(cells(&timing), expected);
    }
}
