//! `synth --all`: a network on every board that it fits on, or the small one that ships where only
//! that does; a table of what came out.

use serde::Serialize;
use spikestream::columns;
use spikestream_flows::board::Board;
use spikestream_flows::build::report::Report;
use spikestream_flows::estimate::{self, Choice, Estimate};
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};

use crate::synth::{self, Args};

/// The network for boards that the one asked for does not fit on.
const SMALL: &str = "digits-tiny";

/// What came of a board.
#[derive(Debug, Serialize)]
struct Row {
    board: String,
    part: String,
    net: String,
    schedule: String,
    lanes: u32,
    logic: u64,
    logic_available: u64,
    block_rams: u64,
    block_rams_available: u64,
    fmax_mhz: f64,
    clock_mhz: f64,
    /// That no image exceeds, and of the mean test image where images differ.
    cycles_per_image: u64,
    mean_cycles: Option<u64>,
    latency_us: f64,
    /// Over the serial line, end to end; none on a board without one.
    baud: Option<u64>,
    images_per_second: Option<f64>,
    estimated_logic: u64,
    estimated_block_rams: u64,
    estimated_fmax_mhz: f64,
    sha256: String,
}

/// Builds for every board. A board that fails does not keep the others from being built; the first
/// failure is the command's.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.out.as_deref())?;
    // Wrong for one board is wrong for all.
    estimate::read_for(&place.net(&args.net)?.path, args.schedule())?;
    let (rows, outcome) = place.on_every_board(|board| one(args, board, &place));
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    if args.json {
        output::line(serde_json::to_string_pretty(&rows).unwrap_or_default())?;
    } else {
        print(&rows)?;
    }
    outcome
}

fn one(args: &Args, board: &Board, place: &Place) -> Result<Option<Row>, FlowError> {
    for net in [args.net.as_str(), SMALL] {
        if let Some(estimate) = fitting(args, net, board, place)? {
            output::tell(format_args!("== {} on {}", net, board.name));
            let args = Args { net: net.to_owned(), ..args.clone() };
            let (report, _) = synth::build(&args, board, place)?;
            return Ok(Some(row(&report, board, &estimate)));
        }
    }
    output::tell(format_args!("note: neither {} nor {SMALL} fits on {}", args.net, board.name));
    Ok(None)
}

/// The estimate of a network on a board; none if it does not fit.
fn fitting(
    args: &Args,
    net: &str,
    board: &Board,
    place: &Place,
) -> Result<Option<Estimate>, FlowError> {
    let net = place.net(net)?;
    let shapes = estimate::read_for(&net.path, args.schedule())?;
    let mhz = args.freq.unwrap_or(board.clock.run_mhz);
    let choice = Choice { shapes: &shapes, board, lanes: args.lanes, mhz, others: &[] };
    match estimate::choose(&choice) {
        Ok(estimate) => Ok(Some(estimate)),
        Err(error) if matches!(error.of(), Some(estimate::Error::TooLarge { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

fn row(report: &Report, board: &Board, estimate: &Estimate) -> Row {
    let family = board.part.family;
    let usage =
        |resource| report.utilization.get(resource).map_or((0, 0), |u| (u.used, u.available));
    let (logic, block_rams) = (usage(family.resources().logic), usage(family.resources().ram));
    Row {
        board: board.name.clone(),
        part: board.part.name.clone(),
        net: report.net.clone(),
        schedule: report.schedule.clone(),
        lanes: report.lanes,
        logic: logic.0,
        logic_available: logic.1,
        block_rams: block_rams.0,
        block_rams_available: block_rams.1,
        fmax_mhz: (report.fmax.values().map(|s| s.achieved).fold(f64::INFINITY, f64::min) * 100.0)
            .round()
            / 100.0,
        clock_mhz: report.clock_mhz,
        cycles_per_image: report.cycles_per_image,
        mean_cycles: report.mean_cycles,
        latency_us: (report.latency_us * 10.0).round() / 10.0,
        baud: report.line.map(|line| line.baud),
        images_per_second: report.line.map(|line| line.images_per_second.round()),
        estimated_logic: estimate.logic.needed,
        estimated_block_rams: estimate.ram.needed,
        estimated_fmax_mhz: (estimate.fmax_mhz * 10.0).round() / 10.0,
        sha256: report.sha256.clone(),
    }
}

/// How far an estimate is off, in percent.
fn off(estimated: f64, measured: f64) -> f64 {
    100.0 * (estimated / measured - 1.0)
}

impl Row {
    /// How far the estimates of logic, block RAM and Fmax are off.
    fn off(&self) -> [f64; 3] {
        [
            off(self.estimated_logic as f64, self.logic as f64),
            off(self.estimated_block_rams as f64, self.block_rams as f64),
            off(self.estimated_fmax_mhz, self.fmax_mhz),
        ]
    }
}

fn print(rows: &[Row]) -> Result<(), FlowError> {
    let cells = |row: &Row| {
        let [logic, rams, fmax] = row.off().map(|off| format!("{off:+.0}"));
        vec![
            row.board.clone(),
            row.net.clone(),
            row.schedule.clone(),
            row.lanes.to_string(),
            format!("{} of {}", row.logic, row.logic_available),
            logic,
            format!("{} of {}", row.block_rams, row.block_rams_available),
            rams,
            format!("{:.1}", row.fmax_mhz),
            fmax,
            row.clock_mhz.to_string(),
            format!("{:.0}", row.latency_us),
            row.images_per_second.map_or_else(|| "-".to_owned(), |rate| rate.to_string()),
        ]
    };
    let headings = [
        "board",
        "net",
        "schedule",
        ">lanes",
        ">logic",
        ">est. %",
        ">block RAMs",
        ">est. %",
        ">Fmax MHz",
        ">est. %",
        ">runs at MHz",
        ">us an image",
        ">images/s",
    ];
    columns::print(&headings, &rows.iter().map(cells).collect::<Vec<_>>())?;
    let worst = rows.iter().flat_map(Row::off).map(f64::abs).fold(0.0, f64::max);
    output::line("")?;
    output::line(format_args!(
        "est. % is how far the estimate was off: at most {worst:.0} % over {} boards",
        rows.len()
    ))?;
    Ok(())
}
