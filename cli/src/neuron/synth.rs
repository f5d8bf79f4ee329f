//! `neuron synth`: a neuron alone, as a bitstream whose serial port takes currents and gives states.

use std::path::{Path, PathBuf};

use super::Words;
use super::source::Source;
use crate::synth::{megahertz, uses};
use spikestream::command::shown;
use spikestream_flows::board::clocking::Clocking;
use spikestream_flows::board::hertz;
use spikestream_flows::build::design::Design;
use spikestream_flows::build::report::Report;
use spikestream_flows::build::{Error as Build, Places, fit};
use spikestream_flows::place::Place;
use spikestream_flows::tool::Tools;
use spikestream_flows::{FlowError, output};
use spikestream_report::page;
use spikestream_sim::emit::emit_neuron;

/// Arguments of `neuron synth`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One that ships, or a file that ends in .toml
    neuron: String,
    /// The board: a name that `boards` lists
    #[arg(long)]
    board: String,
    #[command(flatten)]
    words: Words,
    /// Clock that the design runs at, MHz [default: the board's run_mhz]
    #[arg(long, value_name = "MHZ", value_parser = megahertz)]
    freq: Option<f64>,
    /// Bits a second of the serial line [default: the board's uart.baud]
    #[arg(long, value_name = "N")]
    baud: Option<u64>,
    /// Seed of place and route
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Place and route with this many seeds, from --seed on, and take the fastest
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    seeds: u32,
    /// The folder of products
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Builds it, and prints what came out.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.out.as_deref())?;
    let board = place.board(&args.board)?;
    let source = Source::find(&place.shipped().join("neurons"), &args.neuron)?;
    let compiled = args.words.compile(&source.neuron).map_err(|wrong| source.wrong(wrong))?;
    // Refused before any work, also that of fetching tools.
    let freq = args.freq.unwrap_or(board.clock.run_mhz);
    Clocking::on(&board, freq)?;
    let baud = board.baud_at(args.baud, freq)?;
    let tools = Tools::locate(board.part.family.tools())?;
    let folder = place.neuron(&source.name, &board);
    let routed = place.routed(&board);
    let seeds: Vec<u32> = (0..args.seeds).map(|n| args.seed.saturating_add(n)).collect();
    let mut multipliers = board.part.multipliers();
    let report = loop {
        let (neuron, line) = ((&source.neuron, &compiled), (hertz(freq), baud));
        emit_neuron(&source.name, neuron, &board, line, multipliers, &folder)?;
        let design = Design::read(&folder, &board, seeds.clone(), freq)?;
        match page::build(&design, &tools, Places { routed: &routed, product: &folder }) {
            Ok((report, _)) => break report,
            // Synthesis may cut a product into more parts than was reckoned with.
            Err(error) => match fit::missing_multipliers(&error, &board.part) {
                Some(missing) if multipliers > 0 => {
                    multipliers = multipliers.saturating_sub(missing);
                }
                _ => return Err(advised(error)),
            },
        }
    };
    print(&report, &source, &compiled.format.to_string(), &board.description, &folder)
}

/// What does not fit or is too slow, with what helps a neuron.
fn advised(error: FlowError) -> FlowError {
    let fewer = "give each word fewer bits (`--bits` and `--fraction`, or a larger `--within`)";
    match error.of() {
        Some(Build::Overfull { part, resource, used, available, .. }) => Build::Overfull {
            part: part.clone(),
            resource: resource.clone(),
            used: *used,
            available: *available,
            advice: format!("{fewer}, or its tables fewer knots (`--table-bits`), or take a board with a larger part"),
        }
        .into(),
        Some(Build::ClockMissed { clock, achieved, constraint, instead, .. }) => {
            Build::ClockMissed {
                clock: clock.clone(),
                achieved: *achieved,
                constraint: *constraint,
                instead: *instead,
                advice: fewer.to_owned(),
            }
            .into()
        }
        _ => error,
    }
}

fn print(
    report: &Report,
    source: &Source,
    format: &str,
    board: &str,
    folder: &Path,
) -> Result<(), FlowError> {
    output::line(format_args!(
        "{} in words of {format} on {board} ({}), seed {}\n",
        source.name, report.part, report.seed
    ))?;
    uses(report)?;
    output::line(format_args!(
        "a step: {} cycles, {:.2} us at {} MHz",
        report.cycles_per_image, report.latency_us, report.clock_mhz
    ))?;
    if let Some(line) = report.line {
        output::line(format_args!(
            "over the serial line at {} baud: {:.1} us a step, {:.0} steps a second",
            line.baud, line.image_us, line.images_per_second
        ))?;
    }
    output::line(format_args!("bitstream: {}", shown(&folder.join(&report.bitstream))))?;
    output::line(format_args!("sha256: {}", report.sha256))?;
    Ok(())
}
