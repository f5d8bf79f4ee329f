//! `sc`: what a network comes to when it is composed of streams, by coding, generator, accumulation and length.

use std::path::PathBuf;

use serde::Serialize;
use spikestream::columns;
use spikestream::command;
use spikestream::data::{self, DataError, Source};
use spikestream::sc::error::ScError;
use spikestream::sc::lab::{Asked, Point, Row, Table};
use spikestream::spec::Net;
use spikestream_flows::base::files;
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};
use spikestream_report::plot::{Accuracies, AccuracyPanel, AccuracyPoint, accuracy_by_length};

/// Arguments of `sc`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml; several, each with its --data
    #[arg(long, required = true)]
    net: Vec<String>,
    /// The data whose test images are run: digits, a folder of IDX files, or a CSV file
    #[arg(long, required = true)]
    data: Vec<String>,
    /// Codings: unipolar-page, unipolar, bipolar, sign-magnitude [default: all]
    #[arg(long, value_delimiter = ',')]
    coding: Vec<String>,
    /// Generators: page-lfsr, lfsr, van-der-corput, sobol, counter, ruler, random; or pairs, as WEIGHTS/INPUTS
    /// [default: all, and two good pairs]
    #[arg(long, value_delimiter = ',')]
    generator: Vec<String>,
    /// How products are added: exact, or, mux [default: all]
    #[arg(long, value_delimiter = ',')]
    accumulate: Vec<String>,
    /// What the first layer hears: pixels as streams, or the spikes of the network's encoder, held [default: both]
    #[arg(long, value_delimiter = ',')]
    inputs: Vec<String>,
    /// Cycles of a stream
    #[arg(long, value_delimiter = ',', default_values_t = [16, 32, 64, 128, 256, 512, 1024])]
    length: Vec<usize>,
    /// One JSON array, an object a network
    #[arg(long)]
    json: bool,
    /// Draw accuracy against length
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
}

/// Runs all combinations, prints them, and draws them.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let (nets, data) = (args.net.len(), args.data.len());
    if nets != data {
        return Err(spikestream::Error::from(ScError::Data { nets, data }).into());
    }
    let asked = Asked {
        codings: args.coding.clone(),
        generators: args.generator.clone(),
        accumulations: args.accumulate.clone(),
        heard: args.inputs.clone(),
        lengths: args.length.clone(),
    };
    // A mistake is told before the data is read.
    asked.rows()?;
    let mut reports = Vec::new();
    for (net, data) in args.net.iter().zip(&args.data) {
        reports.push(report(net, data, &asked)?);
    }
    if let Some(path) = &args.plot {
        files::write(path, plot(&reports).as_bytes())?;
    }
    if args.json {
        output::line(serde_json::to_string_pretty(&reports).unwrap_or_default())?;
        return Ok(());
    }
    for report in &reports {
        print(report)?;
    }
    if let Some(path) = &args.plot {
        output::line(command::shown(path))?;
    }
    Ok(())
}

fn report(net: &str, data: &str, asked: &Asked) -> Result<Report, FlowError> {
    let folder = Place::find(None)?.net(net)?;
    let loaded = Net::load(&folder.path)?;
    let source = Source::from_here(data)?;
    let set = data::load_for(&loaded, &source, false)?;
    set.notes.iter().for_each(|note| output::tell(format_args!("note: {note}")));
    if set.test.images.is_empty() {
        let error = DataError::NoRows { path: data.into(), part: "test" };
        return Err(spikestream::Error::from(error).into());
    }
    let told = |done: usize, of: usize| {
        if done.is_multiple_of(10) || done == of {
            output::tell(format_args!("{net}: {done} of {of} combinations"));
        }
    };
    let table = asked.run(&loaded, &set.test, told)?;
    Ok(Report { net: net.to_owned(), data: source.name(), table })
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.2}", 100.0 * part as f64 / whole.max(1) as f64)
}

fn print(report: &Report) -> Result<(), FlowError> {
    let Report { net, data, table } = report;
    let Table { images, golden, exact, rows, left_out } = table;
    output::line(format_args!("{net}, {images} test images of {data}"))?;
    output::line(format_args!("golden model: {} %", percent(*golden, *images)))?;
    for (inputs, right) in exact {
        let percent = percent(*right, *images);
        output::line(format_args!("exact sums, inputs as {inputs}: {percent} %"))?;
    }
    for reason in left_out {
        output::line(format_args!("left out: {reason}"))?;
    }
    output::line("")?;
    let lengths = rows.first().map_or(&[][..], |row| &row.points);
    let lengths: Vec<String> = lengths.iter().map(|point| format!(">L={}", point.length)).collect();
    let mut headings = vec!["inputs", "accumulate", "coding", "generator"];
    headings.extend(lengths.iter().map(String::as_str));
    headings.push(">SCC");
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, *images)).collect();
    columns::print(&headings, &cells)?;
    output::line("")?;
    Ok(())
}

/// A row, with the correlation at its largest length.
fn cells(row: &Row, images: u64) -> Vec<String> {
    let names = [row.inputs, row.accumulation, row.coding, &row.generator].map(str::to_owned);
    let accuracies = row.points.iter().map(|point| percent(point.right, images));
    let scc = row.points.last().and_then(|point| point.scc);
    // No negative zero.
    let scc =
        scc.map_or("-".to_owned(), |scc| format!("{:.2}", scc + 0.0).replace("-0.00", "0.00"));
    names.into_iter().chain(accuracies).chain([scc]).collect()
}

/// A row of panels for each network, kind of inputs and accumulation, a panel a coding.
fn plot(reports: &[Report]) -> String {
    let mut panels: Vec<AccuracyPanel> = Vec::new();
    for report in reports {
        let golden = report.table.golden as f64 / report.table.images as f64;
        for row in &report.table.rows {
            let name = format!("{}: {}, {}", report.net, row.inputs, row.accumulation);
            let point = |point: &Point| AccuracyPoint {
                at: point.length as f64,
                accuracy: point.accuracy,
                band: None,
                spread: None,
            };
            let points = row.points.iter().map(point).collect();
            let line = Accuracies { name: row.generator.clone(), points };
            match panels.last_mut() {
                Some(last) if last.row == name && last.column == row.coding => {
                    last.lines.push(line)
                }
                _ => panels.push(AccuracyPanel {
                    row: name,
                    column: row.coding.to_owned(),
                    golden,
                    lines: vec![line],
                }),
            }
        }
    }
    let nets: Vec<&str> = reports.iter().map(|report| report.net.as_str()).collect();
    let subtitle = format!(
        "{}: accuracy in % against cycles of a stream; dashed: golden model",
        nets.join(", ")
    );
    accuracy_by_length("Networks composed of streams", &subtitle, &panels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_percents_and_the_last_correlation() {
        let point = |length, right, scc| Point { length, right, accuracy: right as f64 / 8.0, scc };
        let row = Row {
            inputs: "streams",
            accumulation: "exact",
            coding: "bipolar",
            generator: "ruler/counter".into(),
            points: vec![point(16, 1, None), point(32, 8, Some(-0.001))],
        };
        let shown = ["streams", "exact", "bipolar", "ruler/counter", "12.50", "100.00", "0.00"];
        assert_eq!(cells(&row, 8), shown);
        let alone = Row { points: vec![point(16, 2, None)], ..row };
        assert_eq!(cells(&alone, 8).last().unwrap(), "-");
    }
}
