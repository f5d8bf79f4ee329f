//! `boards`: every board, what it has, and whether a network fits on it.

use serde::Serialize;
use spikestream::columns;
use spikestream_flows::board::{Board, Source};
use spikestream_flows::estimate::{self, Choice, Estimate, Shape};
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};

/// Arguments of `boards`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    net: String,
    /// One JSON list
    #[arg(long)]
    json: bool,
}

/// A board in the list.
#[derive(Debug, Serialize)]
struct Row {
    board: String,
    description: String,
    part: String,
    family: String,
    /// MHz; none for an oscillator inside the FPGA.
    crystal_mhz: Option<f64>,
    run_mhz: f64,
    logic: u64,
    block_rams: u64,
    /// Where the serial port is; none if there is none.
    uart: Option<String>,
    /// Bits a second of the serial port, and of the fastest that board and clock can have.
    baud: Option<u64>,
    fastest_baud: Option<u64>,
    button: bool,
    programmers: Vec<String>,
    net: String,
    fits: bool,
    /// What the network is estimated to take, if it fits.
    schedule: Option<&'static str>,
    lanes: Option<u32>,
    estimated_logic: Option<u64>,
    estimated_block_rams: Option<u64>,
    estimated_fmax_mhz: Option<f64>,
    estimated_latency_us: Option<f64>,
    /// End to end over the serial port.
    estimated_images_per_second: Option<f64>,
    /// Why it does not fit.
    reason: Option<String>,
    /// The same for a column.
    #[serde(skip)]
    brief: Option<String>,
}

/// Lists the boards.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(None)?;
    let net = place.net(&args.net)?;
    let shapes = match estimate::read_for(&net.path, None) {
        Err(error) if matches!(error.of(), Some(estimate::Error::Unsupported(_))) => Err(error),
        shapes => Ok(shapes?),
    };
    let (rows, outcome) =
        place.on_every_board(|board| Ok(row(board, &net.name, shapes.as_deref())));
    if args.json {
        output::line(serde_json::to_string_pretty(&rows).unwrap_or_default())?;
    } else {
        print(&rows)?;
        if let Err(error) = &shapes {
            // One reason for all boards, which would be too long for a column.
            output::tell(format_args!("note: {error}\n  help: {}", error.remedy()));
        }
    }
    outcome
}

fn row(board: &Board, net: &str, shapes: Result<&[Shape], &FlowError>) -> Row {
    let mhz = board.clock.run_mhz;
    let chosen = match shapes {
        Err(error) => Err((error.to_string(), "no engine takes it".to_owned())),
        Ok(shapes) => estimate::choose(&Choice { shapes, board, lanes: None, mhz, others: &[] })
            .map_err(|error| (error.to_string(), what(&error))),
    };
    let family = board.part.family;
    let has = |resource| board.part.resources.get(resource).copied().unwrap_or_default();
    let part = |of: fn(&Estimate) -> u64| chosen.as_ref().ok().map(of);
    let latency = chosen.as_ref().ok().map(|estimate| estimate.latency_us(mhz));
    let over = |latency, baud| shapes.ok().map(|all| estimate::exchange(&all[0], latency).at(baud));
    let timing = latency.zip(board.uart.as_ref()).and_then(|(us, uart)| over(us, uart.baud));
    Row {
        board: board.name.clone(),
        description: board.description.clone(),
        part: board.part.name.clone(),
        family: family.name().to_owned(),
        crystal_mhz: match board.clock.source {
            Source::Crystal { mhz, .. } => Some(mhz),
            Source::Internal => None,
        },
        run_mhz: mhz,
        logic: has(family.resources().logic),
        block_rams: has(family.resources().ram),
        uart: board.uart.as_ref().map(|uart| uart.on.clone().unwrap_or_else(|| "USB".to_owned())),
        baud: board.uart.as_ref().map(|uart| uart.baud),
        fastest_baud: board.uart.as_ref().and_then(|uart| uart.ends(mhz).fastest()),
        button: board.has("button"),
        programmers: board.programmers.iter().map(|p| p.name.clone()).collect(),
        net: net.to_owned(),
        fits: chosen.is_ok(),
        schedule: chosen.as_ref().ok().map(|estimate| estimate.schedule.name()),
        lanes: chosen.as_ref().ok().map(|estimate| estimate.lanes),
        estimated_logic: part(|estimate| estimate.logic.needed),
        estimated_block_rams: part(|estimate| estimate.ram.needed),
        estimated_fmax_mhz: chosen.as_ref().ok().map(|estimate| estimate.fmax_mhz.round()),
        estimated_latency_us: latency.map(f64::round),
        estimated_images_per_second: timing.map(|timing| timing.images_per_second.round()),
        reason: chosen.as_ref().err().map(|(reason, _)| reason.clone()),
        brief: chosen.err().map(|(_, brief)| brief),
    }
}

/// An error without the board, which is in the row already.
fn what(error: &FlowError) -> String {
    let text = error.to_string();
    text.split_once(": ").map_or(text.clone(), |(_, what)| what.to_owned())
}

fn print(rows: &[Row]) -> Result<(), FlowError> {
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let net = rows.first().map(|row| row.net.clone()).unwrap_or_default();
    let fits = format!("does {net} fit?");
    let headings = ["board", "part", ">MHz", ">runs at", ">logic", ">RAMs", "programmers", &fits];
    columns::print(&headings, &cells)?;
    Ok(())
}

fn cells(row: &Row) -> Vec<String> {
    let engine = row.lanes.zip(row.schedule);
    let fits = match (engine, row.estimated_logic, row.estimated_block_rams, &row.brief) {
        (Some((lanes, schedule)), Some(logic), Some(rams), _) => {
            format!("yes, {schedule} on {lanes} lanes: about {logic} and {rams}")
        }
        (_, _, _, Some(brief)) => format!("no: {brief}"),
        _ => "no".to_owned(),
    };
    vec![
        row.board.clone(),
        row.part.clone(),
        row.crystal_mhz.map_or_else(|| "inside".to_owned(), |mhz| mhz.to_string()),
        row.run_mhz.to_string(),
        row.logic.to_string(),
        row.block_rams.to_string(),
        row.programmers.join(", "),
        fits,
    ]
}
