//! `synth`: from a net to a bitstream, with the numbers of what came out.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use spikestream::columns;
use spikestream::command::shown;
use spikestream::sc::schedule::SCHEDULES;
use spikestream::spec::Phase;
use spikestream_flows::base::range::MEGAHERTZ;
use spikestream_flows::board::Board;
use spikestream_flows::board::clocking::Clocking;
use spikestream_flows::board::line::{Timing, gap_ms};
use spikestream_flows::build::Places;
use spikestream_flows::build::design::Design;
use spikestream_flows::build::report::Report;
use spikestream_flows::estimate::{self, Choice, Engine, Schedule};
use spikestream_flows::family;
use spikestream_flows::place::Place;
use spikestream_flows::run::manifest::Manifest;
use spikestream_flows::tool::Tools;
use spikestream_flows::{FlowError, output};
use spikestream_report::page;
use spikestream_sim::emit::emit;

/// The largest seed: the others of `--seeds` follow it.
pub(crate) const MOST_SEED: i64 = 4_000_000_000;

/// Arguments of `synth`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// The board: a name that `boards` lists
    #[arg(long, required_unless_present = "all")]
    pub(crate) board: Option<String>,
    /// Every board that the network fits on
    #[arg(long, conflicts_with = "board")]
    pub(crate) all: bool,
    /// With --all: one JSON list
    #[arg(long, requires = "all", conflicts_with = "board")]
    pub(crate) json: bool,
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    pub(crate) net: String,
    /// Seed of place and route
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(..=MOST_SEED))]
    pub(crate) seed: u32,
    /// Place and route with this many seeds, from --seed on, and take the fastest
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) seeds: u32,
    /// Clock that the design runs at, MHz; by the PLL, if it is not the crystal's [default: the
    /// board's run_mhz]
    #[arg(long, value_name = "MHZ", value_parser = megahertz)]
    pub(crate) freq: Option<f64>,
    /// Bits a second of the serial line [default: the board's uart.baud]
    #[arg(long, value_name = "N")]
    pub(crate) baud: Option<u64>,
    /// How the engine computes dot products [default: the fastest that fits]
    #[arg(long, value_parser = SCHEDULES.map(Schedule::name))]
    pub(crate) schedule: Option<String>,
    /// Inputs that the engine works on at once, or neurons on schedule events [default: as many as fit, up to 64]
    #[arg(long)]
    pub(crate) lanes: Option<u32>,
    /// End a run as soon as its class cannot change, and tell the host after how many time steps
    #[arg(long)]
    pub(crate) early: bool,
    /// Cycles of a weight's stream that a time step runs: a power of two of at most the network's own, on schedule planes,
    /// which it then takes unasked, or stream [default: the network's own]
    #[arg(long, value_name = "L")]
    pub(crate) length: Option<u32>,
    /// With --length: where a time step takes a stream up [default: restart]
    #[arg(long, requires = "length", value_parser = PossibleValuesParser::new(["restart", "run-on"]))]
    pub(crate) phase: Option<String>,
    /// The data whose test images the cycles of the mean are of, where images take differently long [default: what the
    /// network was made for, if it is there]
    #[arg(long)]
    pub(crate) data: Option<String>,
    /// The folder of products
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

impl Args {
    /// The schedule that is asked for.
    pub(crate) fn schedule(&self) -> Option<Schedule> {
        let short = self.length.map(|_| Schedule::Planes);
        self.schedule.as_deref().and_then(Schedule::named).or(short)
    }

    /// The engine that was chosen, with what it leaves out of a run.
    fn engine(&self, engine: Engine) -> Engine {
        let phase = match self.phase.as_deref() {
            Some("run-on") => Phase::RunOn,
            _ => Phase::Restart,
        };
        let phase = self.length.map(|_| phase);
        Engine { early: self.early, length: self.length, phase, ..engine }
    }
}

pub(crate) fn megahertz(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(mhz) if MEGAHERTZ.contains(&mhz) => Ok(mhz),
        _ => {
            let (least, most) = (MEGAHERTZ.start(), MEGAHERTZ.end());
            Err(format!("write a frequency in MHz between {least} and {most}"))
        }
    }
}

/// Builds the bitstream for the board, and prints its numbers.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.out.as_deref())?;
    let board = place.board(args.board.as_deref().unwrap_or_default())?;
    let (report, manifest) = build(args, &board, &place)?;
    let folder = place.products(&place.net(&args.net)?, &board);
    print(&report, &manifest, &board, &folder)
}

/// Builds the bitstream for a board.
pub(crate) fn build(
    args: &Args,
    board: &Board,
    place: &Place,
) -> Result<(Report, Manifest), FlowError> {
    let net = place.net(&args.net)?;
    let folder = place.products(&net, board);
    // Refused before any work, also that of fetching tools.
    let freq = args.freq.unwrap_or(board.clock.run_mhz);
    Clocking::on(board, freq)?;
    let baud = board.baud_at(args.baud, freq)?;
    let shapes = estimate::read_for(&net.path, args.schedule())?;
    let others = place.boards();
    let choice = Choice { shapes: &shapes, board, lanes: args.lanes, mhz: freq, others: &others };
    let chosen = estimate::choose(&choice)?;
    estimate::passed_over(&choice, &chosen)
        .iter()
        .for_each(|why| output::tell(format_args!("note: {why}")));
    // A missing tool is cheaper to hear of now than after the Verilog.
    let tools = Tools::locate(board.part.family.tools())?;
    let engine = args.engine(Engine::of(&chosen, board, freq, baud));
    emit(&net.path, board, &engine, args.data.as_deref(), &folder)?;
    let seeds = (0..args.seeds).map(|n| args.seed + n).collect();
    let design = Design::read(&folder, board, seeds, freq)?;
    let routed = place.routed(board);
    let places = Places { routed: &routed, product: &folder };
    page::build(&design, &tools, places).map_err(|error| estimate::advised(error, &choice))
}

/// How many cycles an image takes the engine.
fn cycles(report: &Report) -> String {
    let most = report.cycles_per_image;
    match (report.mean_cycles, Schedule::named(&report.schedule)) {
        (Some(mean), _) => format!("{mean} cycles in the mean, {most} at most"),
        (None, Some(Schedule::Events)) => format!("{most} cycles at most"),
        _ => format!("{most} cycles"),
    }
}

/// How long an image takes over the serial line, and whether a faster one could be had.
fn line(report: &Report, board: &Board) -> Vec<String> {
    let (Some(timing), Some(uart)) = (report.line, &board.uart) else { return Vec::new() };
    let Timing { baud, request_us, reply_us, image_us, images_per_second } = timing;
    let mut told = vec![
        format!(
            "over the serial line: {request_us:.1} us in and {reply_us:.1} us back at {baud} baud"
        ),
        format!("end to end: {image_us:.1} us an image, {images_per_second:.0} images a second"),
    ];
    told.push(format!(
        "half a frame is dropped after {:.1} ms without a byte",
        gap_ms((report.clock_mhz * 1e6).round() as u64)
    ));
    let faster = uart.ends(report.clock_mhz).fastest().filter(|fastest| *fastest > baud);
    told.extend(faster.map(|fastest| {
        let rate = timing.at(fastest).images_per_second;
        format!(
            "a faster line is possible: `--baud {fastest}` would give {rate:.0} images a second"
        )
    }));
    told
}

fn print(
    report: &Report,
    manifest: &Manifest,
    board: &Board,
    folder: &Path,
) -> Result<(), FlowError> {
    output::line(format_args!(
        "{} on {} ({}), {} lanes, seed {}",
        report.net, board.description, report.part, report.lanes, report.seed
    ))?;
    output::line("")?;
    uses(report)?;
    output::line(format_args!(
        "an image: {}, {:.1} us in the engine at {} MHz",
        cycles(report),
        report.latency_us,
        report.clock_mhz
    ))?;
    for text in line(report, board) {
        output::line(text)?;
    }
    output::line(format_args!("bitstream: {}", shown(&folder.join(&report.bitstream))))?;
    output::line(format_args!("sha256: {}", report.sha256))?;
    if let Some(stored) = &report.stored {
        let file = folder.join(&stored.file);
        output::line(format_args!("for the flash: {}, at {}", shown(&file), stored.address))?;
    }
    if manifest.unchanged {
        output::line(match report.stored {
            Some(_) => "the bitstream is as it was built", // of the network it says nothing
            None => "nothing has changed since it was built",
        })?;
    }
    Ok(())
}

/// What a build uses of its part, and how fast it can be.
pub(crate) fn uses(report: &Report) -> Result<(), FlowError> {
    let rows: Vec<Vec<String>> = report
        .utilization
        .iter()
        .filter(|(_, count)| count.used > 0)
        .map(|(resource, count)| {
            let percent = 100.0 * count.used as f64 / count.available.max(1) as f64;
            vec![
                family::plain_name(resource).to_owned(),
                count.used.to_string(),
                count.available.to_string(),
                format!("{percent:.0}"),
            ]
        })
        .collect();
    columns::print(&["resource", ">used", ">total", ">%"], &rows)?;
    output::line("")?;
    for (clock, speed) in &report.fmax {
        output::line(format_args!(
            "Fmax {clock}: {:.2} MHz, and {:.2} MHz are needed",
            speed.achieved, speed.constraint
        ))?;
    }
    if report.seeds.len() > 1 {
        let (least, median, most) = report.spread();
        output::line(format_args!(
            "Fmax over {} seeds: {least:.2} MHz at least, {median:.2} median, {most:.2} at most",
            report.seeds.len()
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The report of a build of a net of 784 inputs and ten classes for the iCEBreaker.
    fn report(hash: &str) -> Report {
        let timing = serde_json::json!({ "baud": 1_000_000, "request_us": 7900.0, "reply_us": 540.0,
            "image_us": 10_000.0, "images_per_second": 100.0 });
        let report = serde_json::json!({
            "board": "icebreaker", "part": "ice40up5k-sg48", "net": "mine", "net_hash": hash,
            "lanes": 64, "schedule": "planes", "seed": 1, "seeds": {}, "utilization": {}, "fmax": {},
            "clock_mhz": 24.0, "cycles_per_image": 37_440, "latency_us": 1560.0, "line": timing,
            "bitstream": "top.bin", "sha256": "", "tools": {},
        });
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn the_line_s_share_is_told_and_a_faster_one_offered() {
        let place = Place::find(None).unwrap();
        let told = |board: &str, report: &Report| line(report, &place.board(board).unwrap());
        let text = told("icebreaker", &report("00"));
        assert_eq!(text[0], "over the serial line: 7900.0 us in and 540.0 us back at 1000000 baud");
        assert_eq!(text[1], "end to end: 10000.0 us an image, 100 images a second");
        let faster = "a faster line is possible: `--baud 3000000` would give 229 images a second";
        assert_eq!(text[2], "half a frame is dropped after 10.9 ms without a byte");
        assert_eq!(text[3], faster);
        // Its line ends at an adapter of the user's, of which nothing is known.
        assert_eq!(told("orangecrab-25f", &report("00")).len(), 3);
        let fastest =
            Report { line: report("00").line.map(|line| line.at(3_000_000)), ..report("00") };
        assert_eq!(told("icebreaker", &fastest).len(), 3);
        assert!(told("upduino", &Report { line: None, ..report("00") }).is_empty());
    }
}
