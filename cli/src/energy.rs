//! `energy`: what an image costs, in work and in energy.

use std::path::PathBuf;

use serde::Serialize;
use spikestream::hardware::On;
use spikestream::hardware::work::Work;
use spikestream::sc::schedule::SCHEDULES;
use spikestream::{columns, command};
use spikestream_flows::board::Board;
use spikestream_flows::build::Places;
use spikestream_flows::energy::{self, Activity, Constants, Estimate};
use spikestream_flows::estimate::{self, Choice, Engine, Schedule};
use spikestream_flows::place::{NetFolder, Place};
use spikestream_flows::proof::{self, Build, Event};
use spikestream_flows::tool::Tools;
use spikestream_flows::{FlowError, output};
use spikestream_sim::build::Builder;
use spikestream_sim::emit::emit;
use spikestream_sim::energy::Subject;
use spikestream_sim::verify::Built;

/// Arguments of `energy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    net: String,
    /// The board
    #[arg(long, default_value = "icebreaker")]
    board: String,
    /// How the engine computes dot products [default: as it was built]
    #[arg(long, value_parser = SCHEDULES.map(Schedule::name))]
    schedule: Option<String>,
    /// The data whose test images are run: a name, a folder or a file [default: what the network was made for]
    #[arg(long)]
    data: Option<String>,
    /// How many test images, spread evenly
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    images: u32,
    /// The work alone, from the golden model: it needs no build
    #[arg(long)]
    counts: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The folder of products that the build is in
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    net: String,
    board: String,
    schedule: String,
    lanes: usize,
    images: usize,
    work: Vec<Row>,
    energy: Option<Energy>,
}

/// A number of an image's work.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    mean: f64,
    most: u64,
}

/// What is estimated of an image, in the mean.
#[derive(Debug, Serialize)]
struct Energy {
    /// That it is one, and of what.
    estimate: String,
    source: String,
    part: String,
    mhz: f64,
    /// Cycles from the last bit of an image to the first of its answer.
    cycles: f64,
    us: f64,
    uj: f64,
    mw: f64,
    terms: Vec<Term>,
    counted: Vec<Counted>,
    /// What would come on top for each picojoule that an access of a memory takes.
    uj_a_pj_of_access: f64,
}

#[derive(Debug, Serialize)]
struct Term {
    what: String,
    uj: f64,
}

#[derive(Debug, Serialize)]
struct Counted {
    cells: String,
    number: u64,
    event: &'static str,
    times: f64,
    /// Whether its energy is among the terms.
    covered: bool,
}

/// Counts, estimates, and prints.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.out.as_deref())?;
    let (board, net) = (place.board(&args.board)?, place.net(&args.net)?);
    let subject = || Subject::read(&net.path, args.data.as_deref(), args.images as usize);
    let told = if args.counts {
        let on = planned(args, &board, &net)?;
        told(args, &board, &subject()?, on, None)
    } else {
        built(args, &place, &board, &net)?
    };
    if args.json {
        output::line(serde_json::to_string_pretty(&told).unwrap_or_default())?;
        return Ok(());
    }
    print(&told)
}

/// The engine that a build of the schedule would have.
fn planned(args: &Args, board: &Board, net: &NetFolder) -> Result<On, FlowError> {
    let schedule = args.schedule.as_deref().and_then(Schedule::named);
    let shapes = estimate::read_for(&net.path, schedule)?;
    let mhz = board.clock.run_mhz;
    let choice = Choice { shapes: &shapes, board, lanes: None, mhz, others: &[] };
    let chosen = estimate::choose(&choice)?;
    let multipliers = board.part.multipliers_of_networks();
    Ok(On { multipliers, ..On::of(chosen.schedule, chosen.lanes as usize) })
}

/// The work of a build, and its energy.
fn built(args: &Args, place: &Place, board: &Board, net: &NetFolder) -> Result<Report, FlowError> {
    let (measured, switching) = energy::of(&board.part, &place.boards())?;
    let tools = Tools::locate(proof::Level::Netlist.tools(board.part.family))?;
    let folder = place.products(net, board);
    let builder = Builder::locate(&folder.join("models"))?;
    let engine = Engine::to_simulate(&net.path, board, &folder);
    let asked = args.schedule.as_deref().unwrap_or(&engine.schedule);
    let command = format!("{} --schedule {asked}", command::build(&args.net, &board.name));
    if asked != engine.schedule {
        let (built, asked) = (engine.schedule.clone(), asked.to_owned());
        return Err(energy::Error::Schedule { built, asked, command }.into());
    }
    emit(&net.path, board, &engine, args.data.as_deref(), &folder)?;
    let subject = Subject::read(&net.path, args.data.as_deref(), args.images as usize)?;
    let places = Places { routed: &place.routed(board), product: &folder };
    let build = Build { board, places, command: &command };
    let counted = proof::counted(&build, switching, &tools)?;
    let design = Built::read(&folder, &subject.net)?;
    let activity = subject.activity(&design, &counted, &builder)?;
    let constants = Constants::of(&measured);
    let estimate = Estimate::new(&constants, &activity);
    let energy = energy_of(board, &measured.source, &activity, &estimate);
    Ok(told(args, board, &subject, design.on(), Some(energy)))
}

fn energy_of(board: &Board, source: &str, activity: &Activity, estimate: &Estimate) -> Energy {
    let terms = estimate.terms.iter();
    let counted = activity.counts.iter().map(|(count, times)| Counted {
        cells: count.class.name().to_owned(),
        number: activity.cells.iter().find(|(class, _)| *class == count.class).map_or(0, |c| c.1),
        event: event(count.event),
        times: *times,
        covered: estimate.uncovered.iter().all(|(uncovered, _)| uncovered != count),
    });
    Energy {
        estimate: "what switches in the netlist, times published figures; no measurement"
            .to_owned(),
        source: source.to_owned(),
        part: board.part.name.clone(),
        mhz: activity.mhz,
        cycles: activity.cycles,
        us: estimate.us,
        uj: estimate.uj(),
        mw: estimate.mw(),
        terms: terms.map(|term| Term { what: term.name.clone(), uj: term.uj }).collect(),
        counted: counted.filter(|counted| counted.number > 0).collect(),
        uj_a_pj_of_access: estimate.uj_a_pj_of_access(),
    }
}

fn event(event: Event) -> &'static str {
    match event {
        Event::Toggle => "changes",
        Event::Read => "reads",
        Event::Write => "writes",
    }
}

fn told(args: &Args, board: &Board, subject: &Subject, on: On, energy: Option<Energy>) -> Report {
    let works = subject.works(on);
    Report {
        net: args.net.clone(),
        board: board.name.clone(),
        schedule: on.schedule.name().to_owned(),
        lanes: on.lanes,
        images: works.len(),
        work: rows(&works),
        energy,
    }
}

/// The mean and the most of each number of an image's work.
fn rows(works: &[Work]) -> Vec<Row> {
    let all: Vec<Vec<(String, u64)>> = works.iter().map(Work::rows).collect();
    let names = all.first().map_or(&[][..], |first| first);
    let row = |(at, (what, _)): (usize, &(String, u64))| {
        let values = all.iter().map(|rows| rows[at].1);
        let mean = values.clone().sum::<u64>() as f64 / all.len() as f64;
        Row { what: what.clone(), mean, most: values.max().unwrap_or_default() }
    };
    names.iter().enumerate().map(row).collect()
}

fn print(told: &Report) -> Result<(), FlowError> {
    let Report { net, board, schedule, lanes, images, work, energy } = told;
    output::line(format_args!(
        "{net} on {board}, {lanes} lanes, schedule {schedule}, {images} test images\n"
    ))?;
    let row = |row: &Row| vec![row.what.clone(), format!("{:.1}", row.mean), row.most.to_string()];
    let cells: Vec<Vec<String>> = work.iter().map(row).collect();
    columns::print(&["an image", ">mean", ">most"], &cells)?;
    energy.as_ref().map_or(Ok(()), print_energy)
}

fn print_energy(energy: &Energy) -> Result<(), FlowError> {
    let Energy { part, mhz, us, uj, mw, source, .. } = energy;
    output::line(format_args!(
        "\nestimate: {uj:.2} uJ an image, {mw:.2} mW over {us:.1} us at {mhz} MHz ({part})\n"
    ))?;
    let term = |term: &Term| vec![term.what.clone(), format!("{:.3}", term.uj)];
    let cells: Vec<Vec<String>> = energy.terms.iter().map(term).collect();
    columns::print(&["estimated", ">uJ an image"], &cells)?;
    output::line("")?;
    let counted = |counted: &Counted| {
        vec![
            format!("{} {}", counted.number, counted.cells),
            counted.event.to_owned(),
            format!("{:.0}", counted.times),
            if counted.covered { "yes" } else { "no" }.to_owned(),
        ]
    };
    let cells: Vec<Vec<String>> = energy.counted.iter().map(counted).collect();
    columns::print(&["counted", "event", ">an image", "in the estimate"], &cells)?;
    output::line(format_args!(
        "\nnothing is published of an access of a memory: each picojoule of one would add {:.3} uJ",
        energy.uj_a_pj_of_access
    ))?;
    output::line(format_args!("figures: {source}"))?;
    Ok(())
}
