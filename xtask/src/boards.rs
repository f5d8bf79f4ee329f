//! `boards`: every board, what it has, and whether a network fits on it.

use serde::Serialize;
use spikestream_flows::FlowError;
use spikestream_flows::board::{Board, Source};
use spikestream_flows::estimate::{self, Choice, Estimate, Schedule, Shape};

use crate::table;
use crate::workspace::Workspace;

/// Arguments of `boards`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name in nets/, or a folder with a net.toml
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
    button: bool,
    programmers: Vec<String>,
    net: String,
    fits: bool,
    /// What the network is estimated to take, if it fits.
    lanes: Option<u32>,
    estimated_logic: Option<u64>,
    estimated_block_rams: Option<u64>,
    estimated_fmax_mhz: Option<f64>,
    /// Why it does not fit.
    reason: Option<String>,
}

/// Lists the boards.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let net = workspace.net(&args.net)?;
    let shape = Shape::read(&net.path, Schedule::Planes)?;
    let (rows, outcome) = workspace.on_every_board(|board| Ok(row(board, &net.name, &shape)));
    if args.json {
        println!("{}", serde_json::to_string_pretty(&rows).unwrap_or_default());
    } else {
        print(&rows);
    }
    outcome
}

fn row(board: &Board, net: &str, shape: &Shape) -> Row {
    let mhz = board.clock.run_mhz;
    let chosen = estimate::choose(&Choice { shape, board, lanes: None, mhz, others: &[] });
    let family = board.part.family;
    let has = |resource| board.part.resources.get(resource).copied().unwrap_or_default();
    let part = |of: fn(&Estimate) -> u64| chosen.as_ref().ok().map(of);
    Row {
        board: board.name.clone(),
        description: board.description.clone(),
        part: board.part.name.clone(),
        family: format!("{family:?}").to_lowercase(),
        crystal_mhz: match board.clock.source {
            Source::Crystal { mhz, .. } => Some(mhz),
            Source::Internal => None,
        },
        run_mhz: mhz,
        logic: has(family.logic_resource()),
        block_rams: has(family.ram_resource()),
        uart: board.uart.as_ref().map(|uart| uart.on.clone().unwrap_or_else(|| "USB".to_owned())),
        button: board.has("button"),
        programmers: board.programmers.iter().map(|p| p.name.clone()).collect(),
        net: net.to_owned(),
        fits: chosen.is_ok(),
        lanes: chosen.as_ref().ok().map(|estimate| estimate.lanes),
        estimated_logic: part(|estimate| estimate.logic.needed),
        estimated_block_rams: part(|estimate| estimate.ram.needed),
        estimated_fmax_mhz: chosen.as_ref().ok().map(|estimate| estimate.fmax_mhz.round()),
        reason: chosen.as_ref().err().map(ToString::to_string),
    }
}

fn print(rows: &[Row]) {
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let net = rows.first().map(|row| row.net.clone()).unwrap_or_default();
    let fits = format!("does {net} fit?");
    let headings = ["board", "part", ">MHz", ">runs at", ">logic", ">RAMs", "programmers", &fits];
    table::print(&headings, &cells);
}

fn cells(row: &Row) -> Vec<String> {
    let fits = match (row.lanes, row.estimated_logic, row.estimated_block_rams, &row.reason) {
        (Some(lanes), Some(logic), Some(rams), _) => {
            format!("yes, on {lanes} lanes: about {logic} and {rams}")
        }
        // The board is in the row already.
        (_, _, _, Some(reason)) => {
            format!("no: {}", reason.split_once(": ").map_or(reason.as_str(), |(_, what)| what))
        }
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
