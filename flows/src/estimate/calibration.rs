//! The models against what place and route measured: the fit again, and how far off they are on
//! designs of sizes that it has not seen, and on boards.

use std::path::Path;

use serde::Deserialize;
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::spec::example_of;

use super::logic::{fmax_mhz, logic, terms};
use super::{Schedule, Shape, map, of, read};
use crate::board::part;
use crate::board::{self, Board, Folders};
use crate::family::costs::TERMS;
use crate::family::{FAMILIES, Family};

#[derive(Deserialize)]
struct Measured {
    fitted: Vec<Design>,
    unseen: Vec<Design>,
    boards: Vec<OnBoard>,
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
        Shape {
            widths: self.widths.clone(),
            weight_bits: self.bits,
            steps: self.steps,
            state_bits: self.state,
            other_bits: 0,
            tables: 0,
            drain: 9, // the neuron of these designs takes three cycles
            schedule: Schedule::named(&self.schedule).unwrap(),
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
    for row in measured().fitted {
        let memories = row.shape().memories(row.lanes);
        let blocks: u64 = memories.iter().map(|m| map(m, row.family()).blocks).sum();
        assert_eq!(blocks, row.ram, "{:?} on {} lanes of {}", row.widths, row.lanes, row.part);
    }
}

#[test]
fn the_weights_are_those_of_the_least_squares() {
    for family in FAMILIES {
        let rows: Vec<Design> = measured()
            .fitted
            .into_iter()
            .filter(|row| row.family().name() == family.name())
            .collect();
        let fitted = least_squares(&rows);
        let near = |(fitted, weight): (&f64, f64)| off(weight, *fitted) < 0.015;
        let text = format!("{family:?}: write {fitted:.2?} into its costs");
        assert!(fitted.iter().zip(family.costs().logic).all(near), "{text}");
        for row in rows {
            let estimated = logic(&row.shape(), row.lanes, family);
            assert!(off(estimated as f64, row.logic as f64) < 0.06, "{:?}", row.widths);
        }
    }
}

/// The weights whose relative errors have the least sum of squares: the normal equations, by
/// elimination.
fn least_squares(rows: &[Design]) -> [f64; TERMS] {
    let mut equations = [[0.0; TERMS + 1]; TERMS];
    for row in rows {
        let terms = terms(&row.shape(), row.lanes, row.family()).map(|t| t / row.logic as f64);
        for i in 0..TERMS {
            for j in 0..TERMS {
                equations[i][j] += terms[i] * terms[j];
            }
            equations[i][TERMS] += terms[i];
        }
    }
    for i in 0..TERMS {
        let pivot = equations[i][i];
        equations[i] = equations[i].map(|x| x / pivot);
        let row = equations[i];
        for (other, equation) in equations.iter_mut().enumerate() {
            let factor = equation[i];
            if other != i {
                equation.iter_mut().zip(row).for_each(|(x, y)| *x -= factor * y);
            }
        }
    }
    equations.map(|equation| equation[TERMS])
}

#[test]
fn clocks_of_designs_are_near() {
    for row in measured().fitted {
        let Some(fmax) = row.fmax else { continue };
        let estimated = fmax_mhz(row.lanes, &part::find(&row.part).unwrap());
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
        let estimated = logic(&shape, row.lanes, part.family);
        assert!(off(estimated as f64, row.logic as f64) < super::TOLERANCE, "{estimated}");
        let fmax = fmax_mhz(row.lanes, &part);
        assert!(off(fmax, row.fmax.unwrap()) < super::TOLERANCE, "{fmax}");
    }
}

#[test]
fn networks_on_boards_are_as_estimated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = Folders::with(&root, None).unwrap();
    let mut families = Vec::new();
    for row in measured().boards {
        let board: Board = board::load(&folders, &row.board).unwrap();
        let net = root.join("nets").join(&row.net);
        let shape = read(&net, Schedule::Planes).unwrap();
        let estimate = of(&shape, &board, row.lanes);
        let text = format!("{} on {}: {estimate:?}", row.net, row.board);
        assert_eq!(estimate.ram.needed, row.ram, "{text}");
        assert!(off(estimate.logic.needed as f64, row.logic as f64) < super::TOLERANCE, "{text}");
        assert!(off(estimate.fmax_mhz, row.fmax) < super::TOLERANCE, "{text}");
        families.push(board.part.family.name());
    }
    assert!(families.len() >= 6);
    assert!(FAMILIES.iter().all(|family| families.contains(&family.name())));
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
