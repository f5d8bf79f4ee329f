//! What would make a network fit: each thing that a user can change, changed alone, as little as will
//! do. Found with the estimate itself.

use super::best::{Choice, best};
use super::{Estimate, Shape, lanes, of};
use crate::board::Board;

/// All that would help, as a remedy.
pub(super) fn advice(choice: &Choice<'_>) -> String {
    let found = [other_lanes(choice), fewer_bits(choice), narrower(choice), larger_board(choice)];
    let found: Vec<String> = found.into_iter().flatten().collect();
    match found.is_empty() {
        true => "train a smaller network (`--hidden`, `--bits`)".to_owned(),
        false => found.join(", or "),
    }
}

/// The estimate of other shapes, on the lanes asked for, or the best.
fn with(choice: &Choice<'_>, shapes: &[Shape], board: &Board, mhz: f64) -> Option<Estimate> {
    let estimate = match choice.lanes {
        Some(asked) => shapes.iter().map(|shape| of(shape, board, asked)).find(Estimate::fits)?,
        None => best(shapes, board, mhz),
    };
    estimate.fits().then_some(estimate)
}

/// The shapes of a choice, each changed.
fn changed(choice: &Choice<'_>, change: impl Fn(&mut Shape)) -> Vec<Shape> {
    let mut shapes = choice.shapes.to_vec();
    shapes.iter_mut().for_each(change);
    shapes
}

/// Fewer lanes than were asked for, or more: these have fewer words of weights.
fn other_lanes(choice: &Choice<'_>) -> Option<String> {
    let asked = choice.lanes?;
    let on = |shape: &Shape| {
        let fewer = lanes(shape).rev().filter(|&lanes| lanes < asked);
        let others = fewer.chain(lanes(shape).filter(|&lanes| lanes > asked));
        others.map(|lanes| of(shape, choice.board, lanes)).find(Estimate::fits)
    };
    let fitting = choice.shapes.iter().find_map(on)?;
    Some(format!("give `--lanes {}`", fitting.lanes))
}

/// Fewer bits a weight.
fn fewer_bits(choice: &Choice<'_>) -> Option<String> {
    let mut fewer = (1..choice.shapes.first()?.weight_bits).rev();
    let fits = |&bits: &u32| {
        let shapes = changed(choice, |shape| shape.weight_bits = bits);
        with(choice, &shapes, choice.board, choice.mhz).is_some()
    };
    Some(format!("train with `--bits {}`", fewer.find(fits)?))
}

/// Narrower hidden layers: no layer wider than the widest that fits.
fn narrower(choice: &Choice<'_>) -> Option<String> {
    let shape = choice.shapes.first().filter(|shape| shape.fan.is_none())?;
    let (widest, last) = (shape.hidden().iter().copied().max()?, shape.widths.len() - 1);
    let narrowed = |most: u64| {
        changed(choice, |shape| {
            shape.widths[1..last].iter_mut().for_each(|width| *width = most.min(*width));
        })
    };
    let fits = |most: &u64| with(choice, &narrowed(*most), choice.board, choice.mhz).is_some();
    let most = (1..widest).rev().find(fits)?;
    let hidden: Vec<String> = narrowed(most)[0].hidden().iter().map(u64::to_string).collect();
    Some(format!("train with `--hidden {}`", hidden.join(",")))
}

/// The smallest of the other boards that it fits, by the logic of their parts.
fn larger_board(choice: &Choice<'_>) -> Option<String> {
    let fitting = choice.others.iter().filter_map(|board| {
        let estimate = with(choice, choice.shapes, board, board.clock.run_mhz)?;
        Some((estimate.logic.available, estimate.ram.available, &board.name))
    });
    let (_, _, name) = fitting.min()?;
    Some(format!("take a larger board, such as `--board {name}`"))
}
