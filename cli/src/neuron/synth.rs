//! `neuron synth`: a neuron alone, as a bitstream whose serial port takes currents and gives states.

use std::path::PathBuf;

use super::Words;
use super::source::Source;
use crate::synth::{MOST_SEED, megahertz, uses};
use spikestream::columns;
use spikestream::command::shown;
use spikestream::neuron::equations::Compiled;
use spikestream::neuron::kinds::KINDS;
use spikestream_flows::board::clocking::Clocking;
use spikestream_flows::board::{Board, hertz};
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
    #[arg(required_unless_present = "all")]
    neuron: Option<String>,
    /// Every neuron that ships, in one table
    #[arg(long, conflicts_with = "neuron")]
    all: bool,
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
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(..=MOST_SEED))]
    seed: u32,
    /// Place and route with this many seeds, from --seed on, and take the fastest
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    seeds: u32,
    /// The folder of products
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What came of a build.
struct Built {
    source: Source,
    compiled: Compiled,
    report: Report,
    /// The neuron's own cells of logic, a table and its flip-flop being one.
    own: usize,
}

/// Builds it, and prints what came out.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.out.as_deref())?;
    let board = place.board(&args.board)?;
    let Some(neuron) = &args.neuron else { return all(args, &place, &board) };
    let built = build(args, neuron, &place, &board)?;
    print(&built, &board)?;
    let (folder, report) = (place.neuron(&built.source.name, &board), &built.report);
    output::line(format_args!("bitstream: {}", shown(&folder.join(&report.bitstream))))?;
    output::line(format_args!("sha256: {}", report.sha256))?;
    Ok(())
}

/// Builds those that ship. One that fails keeps no other back; the first failure is the command's.
fn all(args: &Args, place: &Place, board: &Board) -> Result<(), FlowError> {
    let (mut rows, mut outcome) = (Vec::new(), Ok(()));
    for kind in KINDS {
        let name = kind.name;
        output::tell(format_args!("== {name} on {}", board.name));
        match build(args, name, place, board) {
            Ok(built) => rows.push(row(&built, board)),
            Err(error) => {
                output::tell(format_args!("note: {name} fails, the others go on: {error}"));
                outcome = outcome.and(Err(error));
            }
        }
    }
    let headings = [
        "neuron",
        "words",
        ">apart at most",
        ">logic",
        ">its own cells",
        ">multipliers",
        ">block RAMs",
        ">Fmax MHz",
        ">cycles",
    ];
    columns::print(&headings, &rows)?;
    outcome
}

/// A line of the table; how far a step can be from the real one is the largest share of a state's range.
fn row(built: &Built, board: &Board) -> Vec<String> {
    let Built { source, compiled, report, own } = built;
    let family = board.part.family;
    let used = |resource| report.utilization.get(resource).map_or(0, |count| count.used);
    let fmax = report.fmax.values().map(|speed| speed.achieved).fold(f64::INFINITY, f64::min);
    vec![
        source.name.clone(),
        compiled.format.to_string(),
        format!("{:.1e}", compiled.shares(&source.neuron).fold(0.0, f64::max)),
        used(family.resources().logic).to_string(),
        own.to_string(),
        family.multipliers().map_or(0, |of| used(of.resource)).to_string(),
        used(family.resources().ram).to_string(),
        format!("{fmax:.1}"),
        report.cycles_per_image.to_string(),
    ]
}

fn build(args: &Args, neuron: &str, place: &Place, board: &Board) -> Result<Built, FlowError> {
    let source = Source::find(neuron)?;
    let compiled = args.words.compile(&source.neuron).map_err(|wrong| source.wrong(wrong))?;
    // Refused before any work, also that of fetching tools.
    let freq = args.freq.unwrap_or(board.clock.run_mhz);
    let at_most = Clocking::on(board, freq)?.at_most(freq);
    let baud = board.baud_at(args.baud, freq)?;
    let tools = Tools::locate(board.part.family.tools())?;
    let (folder, routed) = (place.neuron(&source.name, board), place.routed(board));
    let seeds: Vec<u32> = (0..args.seeds).map(|n| args.seed + n).collect();
    let mut multipliers = board.part.multipliers(at_most);
    let (report, manifest) = loop {
        let (neuron, line) = ((&source.neuron, &compiled), (hertz(freq), baud));
        emit_neuron(&source.name, neuron, board, line, multipliers, &folder)?;
        let design = Design::read(&folder, board, seeds.clone(), freq)?;
        match page::build(&design, &tools, Places { routed: &routed, product: &folder }) {
            Ok(built) => break built,
            // Synthesis may cut a product into more parts than was reckoned with.
            Err(error) => match fit::missing_multipliers(&error, &board.part) {
                Some(missing) if multipliers > 0 => {
                    multipliers = multipliers.saturating_sub(missing);
                }
                _ => return Err(advised(error)),
            },
        }
    };
    let own = page::logic_of(&["engine", "neuron"], &manifest, &board.part, &routed)?;
    Ok(Built { source, compiled, report, own })
}

/// What does not fit or is too slow, with what helps a neuron.
fn advised(error: FlowError) -> FlowError {
    let narrower = "give each word fewer bits (`--bits` and `--fraction`, or a larger `--within`)";
    match error.of() {
        Some(Build::Overfull { part, resource, used, available, .. }) => Build::Overfull {
            part: part.clone(),
            resource: resource.clone(),
            used: *used,
            available: *available,
            advice: format!(
                "{narrower}, or its tables fewer knots (`--table-bits`), or take a board with a \
                 larger part"
            ),
        }
        .into(),
        Some(Build::ClockMissed { clock, achieved, constraint, instead, .. }) => {
            Build::ClockMissed {
                clock: clock.clone(),
                achieved: *achieved,
                constraint: *constraint,
                instead: *instead,
                advice: narrower.to_owned(),
            }
            .into()
        }
        _ => error,
    }
}

fn print(built: &Built, board: &Board) -> Result<(), FlowError> {
    let Built { source, compiled, report, own } = built;
    output::line(format_args!(
        "{} in words of {} on {} ({}), seed {}\n",
        source.name, compiled.format, board.description, report.part, report.seed
    ))?;
    uses(report)?;
    output::line(format_args!(
        "the neuron's own: {own} cells, a table and its flip-flop being one"
    ))?;
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
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream_flows::base::error::Told;

    #[test]
    fn what_does_not_fit_is_told_with_what_a_neuron_has() {
        let (part, resource) = ("p".to_owned(), "logic cells".to_owned());
        let over = Build::Overfull { part, resource, used: 9, available: 5, advice: String::new() };
        let text = advised(over.into()).to_string();
        assert!(text.contains("needs 9 logic cells and the part has 5, 4 too many"), "{text}");
        let missed = || Build::ClockMissed {
            clock: "clk".to_owned(),
            achieved: 20.0,
            constraint: 24.0,
            instead: Some(18.0),
            advice: "use fewer lanes".to_owned(),
        };
        assert!(missed().remedy().contains("lanes"));
        let remedy = advised(missed().into()).remedy();
        assert!(remedy.contains("`--freq 18`") && remedy.contains("`--within`"), "{remedy}");
        assert!(!remedy.contains("lanes"), "{remedy}");
    }
}
