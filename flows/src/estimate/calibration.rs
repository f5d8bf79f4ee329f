//! The models against what place and route measured: the fit again, and how far off they are on
//! designs of sizes that it has not seen, and on boards.

use std::path::Path;

use serde::Deserialize;
use spikestream::hardware::index_bits;
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::neuron::program::Program;
use spikestream::spec::{Generator, Stream, example_of};

use super::logic::{event_terms, fmax_mhz, logic, terms};
use super::{Schedule, Shape, map, of, read};
use crate::board::part;
use crate::board::{self, Board, Folders};
use crate::family::{FAMILIES, Family};

#[derive(Deserialize)]
struct Measured {
    fitted: Vec<Design>,
    events: Vec<Design>,
    unseen: Vec<Design>,
    boards: Vec<OnBoard>,
    links: Vec<OnBoard>,
    named: Vec<Named>,
}

/// A design of some sizes on a part.
#[derive(Deserialize)]
struct Design {
    part: String,
    lanes: u64,
    widths: Vec<u64>,
    bits: u32,
    steps: u64,
    state: u64,
    schedule: String,
    logic: u64,
    ram: u64,
    fmax: Option<f64>,
}

/// A network with named neurons in its hidden layer on a board.
#[derive(Deserialize)]
struct Named {
    board: String,
    kind: String,
    logic: u64,
    ram: u64,
    fmax: f64,
}

/// A network on a board.
#[derive(Deserialize)]
struct OnBoard {
    board: String,
    net: String,
    lanes: u32,
    logic: u64,
    ram: u64,
    fmax: f64,
}

impl Design {
    fn shape(&self) -> Shape {
        // A sum has room for the most of the largest weights, and a sign.
        let layers = self.widths.split_last().map_or(&[][..], |(_, inputs)| inputs);
        let most = layers.iter().max().map_or(0, |inputs| inputs * ((1 << self.bits) - 1));
        Shape {
            current_bits: 1 + index_bits(most as usize + 1) as u64,
            widths: self.widths.clone(),
            weight_bits: self.bits,
            steps: self.steps,
            stream: Stream::full(self.bits, Generator::Ruler),
            state_bits: self.state,
            other_bits: 0,
            tables: 0,
            program: Program::default(),
            multipliers: 0,
            neuron_latency: 3,
            schedule: Schedule::named(&self.schedule).unwrap(),
            loaded: false,
            fan: None,
        }
    }

    fn family(&self) -> &'static dyn Family {
        part::find(&self.part).unwrap().family
    }
}

fn measured() -> Measured {
    toml::from_str(include_str!("measured.toml")).unwrap()
}

/// How far an estimate is off, as a fraction.
fn off(estimated: f64, measured: f64) -> f64 {
    (estimated / measured - 1.0).abs()
}

#[test]
fn block_rams_are_counted_exactly() {
    let Measured { fitted, events, .. } = measured();
    for row in fitted.into_iter().chain(events) {
        let memories = row.shape().memories(row.lanes);
        let blocks: u64 = memories.iter().map(|m| map(m, row.family()).blocks).sum();
        assert_eq!(blocks, row.ram, "{:?} on {} lanes of {}", row.widths, row.lanes, row.part);
    }
}

#[test]
fn the_weights_are_those_of_the_least_squares() {
    for family in FAMILIES {
        let Measured { fitted, events, .. } = measured();
        are_fitted(family, fitted, terms, &family.costs().logic, 0.06);
        are_fitted(family, events, event_terms, &family.costs().events, 0.11);
    }
}

/// That a family's weights are those of the least squares of its rows, and near to each.
fn are_fitted<const N: usize>(
    family: &'static dyn Family,
    rows: Vec<Design>,
    terms: fn(&Shape, u64, &dyn Family) -> [f64; N],
    weights: &[f64; N],
    within: f64,
) {
    let own = |row: &Design| row.family().name() == family.name();
    let rows: Vec<Design> = rows.into_iter().filter(own).collect();
    let fitted = least_squares(&rows, terms);
    let near = |(fitted, weight): (&f64, &f64)| off(*weight, *fitted) < 0.015;
    let text = format!("{family:?}: write {fitted:.2?} into its costs");
    assert!(fitted.iter().zip(weights).all(near), "{text}");
    for row in rows {
        let estimated = logic(&row.shape(), row.lanes, &part::find(&row.part).unwrap());
        assert!(off(estimated as f64, row.logic as f64) < within, "{:?}: {estimated}", row.widths);
    }
}

/// The weights whose relative errors have the least sum of squares: the normal equations, by
/// elimination.
fn least_squares<const N: usize>(
    rows: &[Design],
    terms: fn(&Shape, u64, &dyn Family) -> [f64; N],
) -> [f64; N] {
    let mut equations = vec![vec![0.0; N + 1]; N];
    for row in rows {
        let terms = terms(&row.shape(), row.lanes, row.family()).map(|t| t / row.logic as f64);
        for i in 0..N {
            for j in 0..N {
                equations[i][j] += terms[i] * terms[j];
            }
            equations[i][N] += terms[i];
        }
    }
    for i in 0..N {
        let pivot = equations[i][i];
        equations[i].iter_mut().for_each(|x| *x /= pivot);
        let row = equations[i].clone();
        for (other, equation) in equations.iter_mut().enumerate() {
            let factor = equation[i];
            if other != i {
                equation.iter_mut().zip(&row).for_each(|(x, y)| *x -= factor * y);
            }
        }
    }
    std::array::from_fn(|i| equations[i][N])
}

#[test]
fn clocks_of_designs_are_near() {
    let Measured { fitted, events, .. } = measured();
    for row in fitted.into_iter().chain(events) {
        let Some(fmax) = row.fmax else { continue };
        let estimated = fmax_mhz(&row.shape(), row.lanes, &part::find(&row.part).unwrap());
        let text = format!("{} lanes of {}: {estimated:.1}, {fmax}", row.lanes, row.part);
        assert!(off(estimated, fmax) < super::TOLERANCE, "{text}");
    }
}

#[test]
fn designs_of_unseen_sizes_are_as_estimated() {
    for row in measured().unseen {
        let (shape, part) = (row.shape(), part::find(&row.part).unwrap());
        let memories = shape.memories(row.lanes);
        let blocks: u64 = memories.iter().map(|m| map(m, part.family).blocks).sum();
        assert_eq!(blocks, row.ram, "{:?}", row.widths);
        let estimated = logic(&shape, row.lanes, &part);
        assert!(off(estimated as f64, row.logic as f64) < super::TOLERANCE, "{estimated}");
        let fmax = fmax_mhz(&shape, row.lanes, &part);
        assert!(off(fmax, row.fmax.unwrap()) < super::TOLERANCE, "{fmax}");
    }
}

#[test]
fn networks_on_boards_are_as_estimated() {
    let Measured { boards, links, .. } = measured();
    let families = are_as_estimated(&boards, Schedule::Planes);
    assert!(families.len() >= 6);
    assert!(FAMILIES.iter().all(|family| families.contains(&family.name())));
    let families = are_as_estimated(&links, Schedule::Events);
    assert!(families.len() >= 6);
    assert!(FAMILIES.iter().all(|family| families.contains(&family.name())));
}

/// That networks on boards take what was measured; the families that they are of.
fn are_as_estimated(rows: &[OnBoard], schedule: Schedule) -> Vec<&'static str> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = Folders::with(&root, None).unwrap();
    let family = |row: &OnBoard| {
        let board: Board = board::load(&folders, &row.board).unwrap();
        let shape = read(&root.join("nets").join(&row.net), schedule).unwrap();
        let estimate = of(&shape, &board, row.lanes);
        let text = format!("{} on {}: {estimate:?}", row.net, row.board);
        assert_eq!(estimate.ram.needed, row.ram, "{text}");
        assert!(off(estimate.logic.needed as f64, row.logic as f64) < super::TOLERANCE, "{text}");
        assert!(off(estimate.fmax_mhz, row.fmax) < super::TOLERANCE, "{text}");
        board.part.family.name()
    };
    rows.iter().map(family).collect()
}

#[test]
fn named_neurons_are_as_estimated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = Folders::with(&root, None).unwrap();
    let mut families = Vec::new();
    for row in measured().named {
        let board: Board = board::load(&folders, &row.board).unwrap();
        let cell = Cell::new(&row.kind, Format { bits: 16, fraction: 12 });
        let spec = example_of(&[64, 128, 10], &[Some(cell), None]).spec;
        let estimate = of(&Shape::of(&spec, Schedule::Planes), &board, 64);
        let text = format!("{} on {}: {estimate:?}", row.kind, row.board);
        assert_eq!(estimate.ram.needed, row.ram, "{text}");
        assert!(off(estimate.logic.needed as f64, row.logic as f64) < super::TOLERANCE, "{text}");
        assert!(off(estimate.fmax_mhz, row.fmax) < super::TOLERANCE, "{text}");
        families.push(board.part.family.name());
    }
    assert!(FAMILIES.iter().all(|family| families.contains(&family.name())));
}
