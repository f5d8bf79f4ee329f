//! `sweep`: commands at every point of a grid, here or on a cluster, and what came of them.

use std::path::{Path, PathBuf};

use spikestream::columns;
use spikestream::command;
use spikestream_flows::base::{files, system};
use spikestream_flows::sweep::engines::{self, With};
use spikestream_flows::sweep::point::Line;
use spikestream_flows::sweep::results::{self, Drawn};
use spikestream_flows::sweep::{Error, Sweep};
use spikestream_flows::{FlowError, output};
use spikestream_report::plot::{Curve, curves};

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    /// The sweep: a TOML file with a grid and the commands of a point
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Who runs the points: local, or slurm, as an array of jobs
    #[arg(long, default_value = "local")]
    engine: String,
    /// How many points at once, with --engine local [default: one a core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Wait until all jobs have ended, with --engine slurm
    #[arg(long)]
    wait: bool,
    /// An option for sbatch, such as --sbatch --partition=NAME; several, each with its --sbatch
    #[arg(long, allow_hyphen_values = true, value_name = "OPTION")]
    sbatch: Vec<String>,
    /// The folder of the sweep [default: sweeps/NAME below the folder of products]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Print what the points that are done came to
    Show(ShowArgs),
    /// Run one point, as a job of a cluster does
    #[command(hide = true)]
    Point {
        /// The sweep
        file: PathBuf,
        /// The point's number, from 1
        #[arg(long)]
        number: usize,
        /// The folder of the sweep
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Arguments of `sweep show`.
#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// The sweep
    file: PathBuf,
    /// The folder of the sweep [default: sweeps/NAME below the folder of products]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A JSON array of the points' lines
    #[arg(long)]
    json: bool,
    /// Draw a result against a key
    #[arg(long, value_name = "FILE.svg", requires_all = ["x", "y"])]
    plot: Option<PathBuf>,
    /// The key along the foot of the plot
    #[arg(long, value_name = "KEY")]
    x: Option<String>,
    /// The result that is drawn
    #[arg(long, value_name = "RESULT")]
    y: Option<String>,
    /// A line for each value of this key
    #[arg(long, value_name = "KEY")]
    by: Option<String>,
}

/// Runs what is open, or shows what is done.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    match (&args.what, &args.file) {
        (Some(What::Show(args)), _) => show(args),
        (Some(What::Point { file, number, out }), _) => point(file, *number, out),
        (None, Some(file)) => start(args, file),
        (None, None) => Ok(()), // the command line asks for one of them
    }
}

fn folder(sweep: &Sweep, out: Option<&Path>) -> PathBuf {
    let out = out.map(|out| std::path::absolute(out).unwrap_or_else(|_| out.to_path_buf()));
    out.unwrap_or_else(|| command::products().join("sweeps").join(&sweep.name))
}

fn start(args: &Args, file: &Path) -> Result<(), FlowError> {
    let engine = engines::named(&args.engine)?;
    let sweep = Sweep::read(file)?;
    let folder = folder(&sweep, args.out.as_deref());
    let open = engines::open(&sweep, &folder);
    let (of, done) = (sweep.points.len(), sweep.points.len() - open.len());
    if done > 0 {
        output::tell(format_args!("{done} of {of} points are done already"));
    }
    let with = With {
        program: system::this_program()?,
        folder: folder.clone(),
        jobs: args.jobs.map_or_else(cores, usize::from),
        wait: args.wait,
        options: args.sbatch.clone(),
    };
    let outcome = if open.is_empty() { Ok(None) } else { engine.run(&sweep, &open, &with) };
    // What is done is kept, whatever became of the others.
    let lines = results::write(&sweep, &folder)?;
    let done = of - engines::open(&sweep, &folder).len();
    if let Some(said) = outcome? {
        output::line(said)?;
        return Ok(());
    }
    output::line(format_args!("{done} of {of} points: {}", command::shown(&lines)))?;
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn point(file: &Path, number: usize, out: &Path) -> Result<(), FlowError> {
    let sweep = Sweep::read(file)?;
    let line = sweep.point(number)?.run(&system::this_program()?, out)?;
    output::line(serde_json::to_string(&line).unwrap_or_default())?;
    Ok(())
}

fn show(args: &ShowArgs) -> Result<(), FlowError> {
    let sweep = Sweep::read(&args.file)?;
    let folder = folder(&sweep, args.out.as_deref());
    let lines = results::lines(&sweep, &folder);
    if lines.is_empty() {
        return Err(Error::Nothing { folder }.into());
    }
    results::write(&sweep, &folder)?;
    if let (Some(path), Some(x), Some(y)) = (&args.plot, &args.x, &args.y) {
        let drawn = results::drawn(&lines, x, y, args.by.as_deref())?;
        files::write(path, plot(&sweep.name, (x, y, args.by.as_deref()), &drawn).as_bytes())?;
    }
    if args.json {
        output::line(serde_json::to_string_pretty(&lines).unwrap_or_default())?;
        return Ok(());
    }
    table(&sweep, &lines)?;
    if let Some(path) = &args.plot {
        output::line(command::shown(path))?;
    }
    Ok(())
}

fn table(sweep: &Sweep, lines: &[Line]) -> Result<(), FlowError> {
    let names = results::names(lines);
    let headings: Vec<String> =
        sweep.keys.iter().chain(&names).map(|name| format!(">{name}")).collect();
    let cells = |line: &Line| -> Vec<String> {
        let values = sweep.keys.iter().map(|key| results::shown(line.values.get(key)));
        values.chain(names.iter().map(|name| results::shown(line.results.get(name)))).collect()
    };
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    columns::print(&headings, &lines.iter().map(cells).collect::<Vec<_>>())?;
    let (done, of) = (lines.len(), sweep.points.len());
    if done < of {
        output::line(format_args!("\n{done} of {of} points are done"))?;
    }
    Ok(())
}

/// A line for each value of a key: at each place the mean of all points there, with a bar from the least to the most.
fn plot(name: &str, (x, y, by): (&str, &str, Option<&str>), drawn: &[Drawn]) -> String {
    let mut all: Vec<Curve> = Vec::new();
    for one in drawn {
        match all.iter_mut().find(|curve| curve.name == one.by) {
            Some(curve) => curve.points.push((one.at, one.value)),
            None => all.push(Curve { name: one.by.clone(), points: vec![(one.at, one.value)] }),
        }
    }
    let by = by.map(|by| format!(", a line for each value of {by}")).unwrap_or_default();
    curves(name, &format!("{y} against {x}{by}; bars: least and most"), (x, y), &all)
}
