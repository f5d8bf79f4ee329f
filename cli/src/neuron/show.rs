//! `neuron show`: a neuron's words, what its constants became, and its operations.

use super::Words;
use super::source::Source;
use spikestream::columns;
use spikestream::neuron::equations::{Change, Compiled, Equations};
use spikestream::neuron::program::{Multipliers, Node, Operation, Plan};
use spikestream_flows::board::clocking::Clocking;
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};

/// Arguments of `neuron show`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One that ships, or a file that ends in .toml
    neuron: String,
    #[command(flatten)]
    words: Words,
    /// Show the stages that it has on this board, and what its multipliers make [default: products are sums]
    #[arg(long)]
    board: Option<String>,
}

/// Prints it.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let source = Source::find(&args.neuron)?;
    let compiled = args.words.compile(&source.neuron).map_err(|wrong| source.wrong(wrong))?;
    let multipliers = args.board.as_deref().map(multipliers).transpose()?;
    let multipliers = multipliers.unwrap_or(Multipliers::NONE);
    let plan = Plan::of(&compiled.program, multipliers);
    if let Some(paper) = &source.neuron.paper {
        output::line(paper)?;
    }
    output::line(format_args!(
        "\n{}: words of {} bits, {}; {} operations in {} stages, with {} multipliers\n",
        source.name,
        compiled.format.bits,
        compiled.format,
        plan.program.nodes().iter().filter(|node| works(node)).count(),
        plan.stages.latency(),
        plan.multipliers(multipliers.bits),
    ))?;
    states(&source.neuron, &compiled)?;
    constants(&compiled)?;
    operations(&plan)
}

/// What a board's part multiplies with, at the clock that the board runs at.
fn multipliers(board: &str) -> Result<Multipliers, FlowError> {
    let board = Place::find(None)?.board(board)?;
    let mhz = board.clock.run_mhz;
    let count = board.part.multipliers(Clocking::on(&board, mhz)?.at_most(mhz));
    Ok(board.part.multipliers_of(count))
}

/// Whether a node costs anything.
fn works(node: &Node) -> bool {
    use Operation::{Floor, Given, GivenFlag, Known, Number, Rest, Scale};
    !matches!(
        node.operation,
        Given(_) | GivenFlag | Known(_) | Number(_) | Scale(..) | Floor(..) | Rest(..)
    )
}

fn states(neuron: &Equations, compiled: &Compiled) -> Result<(), FlowError> {
    let row = |(state, error): (&spikestream::neuron::equations::State, &f64)| {
        let change = match state.change {
            Change::Rate(_) => "rate",
            Change::Next(_) => "map",
        };
        let range = format!("{} to {}", state.bounds.low, state.bounds.high);
        vec![state.name.clone(), change.to_owned(), range, format!("{error:.3e}")]
    };
    let rows: Vec<_> = neuron.states.iter().zip(&compiled.errors).map(row).collect();
    columns::print(&["state", "by", "range", ">from the real step at most"], &rows)?;
    Ok(())
}

fn constants(compiled: &Compiled) -> Result<(), FlowError> {
    if compiled.moved.is_empty() {
        return Ok(());
    }
    output::line("")?;
    let row = |moved: &spikestream::neuron::equations::Moved| {
        let share = (moved.to - moved.from) / moved.from;
        vec![moved.from.to_string(), moved.to.to_string(), format!("{:+.2e}", share)]
    };
    let rows: Vec<_> = compiled.moved.iter().map(row).collect();
    columns::print(&["constant", "as a word", ">moved by"], &rows)?;
    Ok(())
}

fn operations(plan: &Plan) -> Result<(), FlowError> {
    output::line("")?;
    let Plan { program, stages, .. } = plan;
    let nodes = program.nodes();
    let name = |place: usize| nodes[place].name.clone().unwrap_or_else(|| format!("w{place}"));
    let rows = nodes.iter().enumerate().map(|(place, node)| {
        let result = program.results().iter().find(|(_, own)| *own == place);
        let result = result.map(|(name, _)| format!("= {name}")).unwrap_or_default();
        vec![
            stages.stage(place).to_string(),
            node.bits().to_string(),
            format!("{} to {}", node.range.low, node.range.high),
            name(place),
            format!("{}{} {result}", written(node, &name), made(plan, place)).trim().to_owned(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    columns::print(&[">stage", ">bits", "range", "word", "is"], &rows)?;
    Ok(())
}

/// Who makes it, where that is a multiplier.
fn made(plan: &Plan, place: usize) -> &'static str {
    let is_product = matches!(plan.program.nodes()[place].operation, Operation::Multiply(..));
    if is_product && !plan.sums[place] { ", by a multiplier" } else { "" }
}

/// An operation as it is read.
fn written(node: &Node, name: &impl Fn(usize) -> String) -> String {
    match node.operation {
        Operation::Given(_) | Operation::GivenFlag => "given".to_owned(),
        Operation::Number(value) => value.to_string(),
        Operation::Add(a, b) => format!("{} + {}", name(a), name(b)),
        Operation::Subtract(a, b) => format!("{} - {}", name(a), name(b)),
        Operation::Multiply(a, b) => format!("{} * {}", name(a), name(b)),
        Operation::Scale(a, bits) => format!("{} << {bits}", name(a)),
        Operation::Floor(a, bits) => format!("{} >> {bits}", name(a)),
        Operation::Rest(a, bits) => format!("the lowest {bits} bits of {}", name(a)),
        Operation::LookUp(index, list) => format!("list {list} at {}", name(index)),
        Operation::Decay(a, shift) => format!("{0} - ({0} >> {shift})", name(a)),
        Operation::Saturate(a, bits) => format!("{} within {bits} bits", name(a)),
        Operation::CountDown(a) => format!("{} counted down", name(a)),
        Operation::Known(a) => format!("{}, in this range", name(a)),
        Operation::IsPositive(a) => format!("{} > 0", name(a)),
        Operation::Not(a) => format!("not {}", name(a)),
        Operation::Both(a, b) => format!("{} and {}", name(a), name(b)),
        Operation::Either(a, b) => format!("{} or {}", name(a), name(b)),
        Operation::Select(condition, a, b) => {
            format!("{} ? {} : {}", name(condition), name(a), name(b))
        }
    }
}
