//! `neuron list`: the neurons that ship.

use super::source::Source;
use spikestream::columns;
use spikestream::neuron::kinds::KINDS;
use spikestream_flows::FlowError;

/// Prints a line for each.
pub(super) fn run() -> Result<(), FlowError> {
    let mut rows = Vec::new();
    for kind in KINDS {
        let Source { name, neuron, .. } = Source::find(kind.name)?;
        let states: Vec<&str> = neuron.states.iter().map(|state| &*state.name).collect();
        let paper = neuron.paper.as_deref().map(cited).unwrap_or_default();
        rows.push(vec![name, states.join(", "), neuron.dt.to_string(), paper]);
    }
    columns::print(&["neuron", "states", ">dt", "paper"], &rows)?;
    Ok(())
}

/// A paper's first author and its year, the first number in brackets.
fn cited(paper: &str) -> String {
    let author = paper.split(", ").next().unwrap_or_default();
    let mut bracketed = paper.split('(').skip(1).filter_map(|rest| rest.split(')').next());
    match bracketed.find(|text| text.parse::<u32>().is_ok()) {
        Some(year) => format!("{author} {year}"),
        None => author.to_owned(),
    }
}
