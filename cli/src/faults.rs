//! `faults`: what a network still gets right when bits flip in its engine, by engine, kind of fault and rate.

use std::path::PathBuf;

use serde::Serialize;
use spikestream::columns;
use spikestream::command;
use spikestream::data::{self, DataError, Source, Split};
use spikestream::sc::faults::{Asked, Faulty, Point, Row, Setting, Table};
use spikestream::spec::Net;
use spikestream_flows::base::files;
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};
use spikestream_report::plot::{Accuracies, AccuracyPanel, AccuracyPoint, accuracy_by_rate};
use spikestream_sim::SimError;
use spikestream_sim::build::Builder;
use spikestream_sim::faulty::{Confirmed, confirm};

/// Arguments of `faults`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long)]
    net: String,
    /// The data whose test images are run: digits, a folder of IDX files, or a CSV file
    #[arg(long)]
    data: String,
    /// The first so many test images [default: all]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    images: Option<u32>,
    /// Engines: stream, planes, binary [default: all]
    #[arg(long, value_delimiter = ',')]
    engine: Vec<String>,
    /// Kinds of faults: weights, products, membranes, lanes [default: all]
    #[arg(long, value_delimiter = ',')]
    fault: Vec<String>,
    /// Shares of bits or lanes that are hit, 0 to 1 [default: a curve for each kind]
    #[arg(long, value_delimiter = ',')]
    rate: Vec<f64>,
    /// Seeds, each with hits of its own
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 3, 4, 5])]
    seed: Vec<u64>,
    /// Lanes of the engines: 16, 32, 64, 128
    #[arg(long, default_value_t = 16)]
    lanes: usize,
    /// Flip the same bits in the Verilog of each engine, with --fault weights, and compare every value
    #[arg(long, requires_all = ["fault", "rate"])]
    rtl: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Draw accuracy against rate
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

/// What a network comes to.
#[derive(Serialize)]
struct Report {
    net: String,
    data: String,
    #[serde(flatten)]
    table: Table,
    /// What was confirmed in hardware.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rtl: Vec<Confirmed>,
}

/// Runs all combinations, prints them, draws them, and fails if hardware that was asked differs.
pub(crate) fn run(args: &Args) -> Result<std::process::ExitCode, FlowError> {
    let asked = Asked {
        engines: args.engine.clone(),
        kinds: args.fault.clone(),
        rates: args.rate.clone(),
        seeds: args.seed.clone(),
        lanes: args.lanes,
    };
    // A mistake is told before the data is read.
    asked.check().map_err(spikestream::Error::from)?;
    if args.rtl && args.fault != ["weights"] {
        return Err(refused("--rtl", "it confirms --fault weights alone").into());
    }
    let report = report(args, &asked)?;
    if let Some(path) = &args.plot {
        files::write(path, plot(&report).as_bytes())?;
    }
    if args.json {
        output::line(serde_json::to_string_pretty(&report).unwrap_or_default())?;
    } else {
        print(&report)?;
        if let Some(path) = &args.plot {
            output::line(command::shown(path))?;
        }
    }
    let agrees = report.rtl.iter().all(|confirmed| confirmed.apart == 0);
    Ok(if agrees { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE })
}

fn refused(option: &str, reason: &str) -> SimError {
    SimError::Option { option: option.to_owned(), reason: reason.to_owned(), command: "faults" }
}

fn report(args: &Args, asked: &Asked) -> Result<Report, FlowError> {
    let folder = Place::find(None)?.net(&args.net)?;
    let net = Net::load(&folder.path)?;
    let source = Source::from_here(&args.data)?;
    let set = data::load_for(&net, &source, false)?;
    set.notes.iter().for_each(|note| output::tell(format_args!("note: {note}")));
    let split = first(set.test, args)?;
    let told = |done: usize, of: usize| {
        if done.is_multiple_of(10) || done == of {
            output::tell(format_args!("{}: {done} of {of} points", args.net));
        }
    };
    let table = asked.run(&net, &split, told)?;
    let rtl = if args.rtl { confirmed(&net, asked, &table, &split)? } else { Vec::new() };
    Ok(Report { net: args.net.clone(), data: source.name(), table, rtl })
}

/// The images that are run.
fn first(mut split: Split, args: &Args) -> Result<Split, FlowError> {
    let count = split.images.len();
    if count == 0 {
        let error = DataError::NoRows { path: args.data.clone().into(), part: "test" };
        return Err(spikestream::Error::from(error).into());
    }
    let asked = args.images.map_or(count, |images| images as usize);
    if asked > count {
        return Err(refused("--images", &format!("there are {count} test images")).into());
    }
    split.images.truncate(asked);
    split.labels.truncate(asked);
    Ok(split)
}

/// Every point in hardware, on each engine.
fn confirmed(
    net: &Net,
    asked: &Asked,
    table: &Table,
    split: &Split,
) -> Result<Vec<Confirmed>, FlowError> {
    let builder = Builder::locate(&command::products().join("faults/models"))?;
    let mut all = Vec::new();
    for row in &table.rows {
        let rates = row.points.iter().map(|point| point.rate);
        let points = rates.flat_map(|rate| asked.seeds.iter().map(move |seed| (rate, *seed)));
        for ((rate, seed), engine) in points.flat_map(|at| row.engines.iter().map(move |e| (at, e)))
        {
            let setting = Setting::named(engine, row.fault, rate, seed);
            let setting = setting.map_err(spikestream::Error::from)?;
            let faulty = Faulty::new(net, Setting { lanes: asked.lanes, ..setting })?;
            all.push(confirm(net, &faulty, &split.images, &builder)?);
        }
    }
    Ok(all)
}

fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}

fn print(report: &Report) -> Result<(), FlowError> {
    let Table { images, golden, seeds, lanes, rows } = &report.table;
    output::line(format_args!("{}, {images} test images of {}", report.net, report.data))?;
    let golden = percent(*golden as f64 / *images as f64);
    output::line(format_args!("golden model: {golden} %; {} seeds, {lanes} lanes\n", seeds.len()))?;
    let headings = [
        "fault", "spoils", "engines", ">rate", ">hit", ">right %", ">lost", ">lowest", ">highest",
        ">95 %", "",
    ];
    let cells = rows.iter().flat_map(|row| row.points.iter().map(|point| cells(row, point)));
    columns::print(&headings, &cells.collect::<Vec<_>>())?;
    if !report.rtl.is_empty() {
        let headings =
            ["\nengine", "schedule", ">rate", ">seed", ">bits", ">images", ">values", ">apart"];
        let cells: Vec<Vec<String>> = report.rtl.iter().map(of_rtl).collect();
        columns::print(&headings, &cells)?;
        for first in report.rtl.iter().filter_map(|confirmed| confirmed.first.as_ref()) {
            output::line(first)?;
        }
    }
    Ok(())
}

fn cells(row: &Row, point: &Point) -> Vec<String> {
    let Point { rate, hit, accuracy, lowest, highest, band: [low, high], lost, .. } = *point;
    vec![
        row.fault.to_owned(),
        row.spoils.to_owned(),
        row.engines.join(", "),
        format!("{rate:e}"),
        format!("{hit:.0}"),
        percent(accuracy),
        format!("{lost:.2}"),
        percent(lowest),
        percent(highest),
        percent(low),
        format!("to {}", percent(high)),
    ]
}

fn of_rtl(confirmed: &Confirmed) -> Vec<String> {
    let Confirmed { engine, schedule, rate, seed, bits, images, values, apart, .. } = confirmed;
    vec![
        (*engine).to_owned(),
        (*schedule).to_owned(),
        format!("{rate:e}"),
        seed.to_string(),
        bits.to_string(),
        images.to_string(),
        values.to_string(),
        apart.to_string(),
    ]
}

/// A panel for each kind of fault, a line for each engine.
fn plot(report: &Report) -> String {
    let Table { images, golden, seeds, lanes, rows } = &report.table;
    let mut panels: Vec<AccuracyPanel> = Vec::new();
    for row in rows {
        let point = |point: &Point| AccuracyPoint {
            at: point.rate,
            accuracy: point.accuracy,
            band: Some(point.band),
            spread: Some([point.lowest, point.highest]),
        };
        // What all engines have alike has the name of the first, and its colour.
        let name = row.engines.first().copied().unwrap_or_default().to_owned();
        let line = Accuracies { name, points: row.points.iter().map(point).collect() };
        match panels.last_mut().filter(|panel| panel.column == row.fault) {
            Some(panel) => panel.lines.push(line),
            None => panels.push(AccuracyPanel {
                row: format!("{}: {lanes} lanes", report.net),
                column: row.fault.to_owned(),
                golden: *golden as f64 / *images as f64,
                lines: vec![line],
            }),
        }
    }
    let subtitle = format!(
        "{}: accuracy in % against the rate of faults; faint: 95 % over {images} images; bars: {} seeds; dashed: golden model",
        report.net,
        seeds.len()
    );
    accuracy_by_rate("Faults", &subtitle, &panels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_percents_and_points() {
        let point = Point {
            rate: 1e-3,
            hit: 46.6,
            right: vec![354, 355],
            accuracy: 0.984_722,
            lowest: 0.983_333,
            highest: 0.986_111,
            band: [0.966, 0.9932],
            lost: 0.138_888,
        };
        let engines = vec!["stream", "planes"];
        let row = Row { fault: "weights", spoils: "sign and magnitude", engines, points: vec![] };
        let shown = [
            "weights",
            "sign and magnitude",
            "stream, planes",
            "1e-3",
            "47",
            "98.47",
            "0.14",
            "98.33",
            "98.61",
            "96.60",
            "to 99.32",
        ];
        assert_eq!(cells(&row, &point), shown);
    }
}
