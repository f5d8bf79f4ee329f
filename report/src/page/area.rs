//! How much logic of a routed design belongs to one of its instances.

use std::collections::BTreeSet;
use std::path::Path;

use super::layout::{Layout, Placed};
use spikestream_flows::FlowError;
use spikestream_flows::board::part::Part;
use spikestream_flows::family::ROUTED;
use spikestream_flows::family::plan::Kind;
use spikestream_flows::run::manifest::Manifest;

/// The logic cells of an instance of the design in a build, a table and the flip-flop behind it being one: as far as
/// the names that synthesis gives say so.
///
/// `shapes` is the folder of the board's routed shapes.
///
/// # Errors
/// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
pub fn logic_of(
    instance: &[&str],
    manifest: &Manifest,
    part: &Part,
    shapes: &Path,
) -> Result<usize, FlowError> {
    let Some(origin) = &manifest.routed else { return Ok(0) };
    let routed = shapes.join(&origin.synthesis).join(&origin.routing).join(ROUTED);
    Ok(within(&Layout::read(&routed, part.family)?, instance))
}

fn within(layout: &Layout, instance: &[&str]) -> usize {
    let belongs = |cell: &Placed| match &cell.place {
        Some(place) => {
            place.instances.iter().zip(instance).filter(|(a, b)| a == b).count() == instance.len()
        }
        None => false,
    };
    let logic = layout.cells.iter().filter_map(|cell| match cell.kind {
        Kind::Logic(slot) if belongs(cell) => Some((cell.x, cell.y, slot)),
        _ => None,
    });
    logic.collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::names::Place;

    #[test]
    fn a_table_and_its_flip_flop_are_one_cell() {
        let cell = |slot, name: &str| Placed {
            x: 1,
            y: 2,
            kind: Kind::Logic(slot),
            name: name.to_owned(),
            place: Place::of(name),
        };
        let cells = vec![
            cell(0, "core.engine.neuron.word_7_SB_LUT4_O_LC"),
            cell(0, "core.engine.neuron.word_7_SB_DFF_Q_DFFLC"),
            cell(1, "core.engine.neuron.word_8_SB_LUT4_O_LC"),
            cell(2, "core.engine.neurons.x_SB_LUT4_O_LC"),
            cell(3, "core.engine.kept.q_SB_DFF_Q_DFFLC"),
        ];
        let layout = Layout { cells, drives: Default::default() };
        assert_eq!(within(&layout, &["engine", "neuron"]), 2);
        assert_eq!(within(&layout, &["engine"]), 4);
    }
}
