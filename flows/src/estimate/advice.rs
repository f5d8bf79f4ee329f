//! What would make a network fit: each thing that a user can change, changed alone, as little as will
//! do. Found with the estimate itself.

use super::best::{Choice, best};
use super::{Estimate, LANES, Shape, of};
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

/// The estimate of another shape, on the lanes asked for, or the best.
fn with(choice: &Choice<'_>, shape: &Shape, board: &Board, mhz: f64) -> Option<Estimate> {
    let estimate = match choice.lanes {
        Some(lanes) => of(shape, board, lanes),
        None => best(shape, board, mhz),
    };
    estimate.fits().then_some(estimate)
}

/// Fewer lanes than were asked for, or more: these have fewer words of weights.
fn other_lanes(choice: &Choice<'_>) -> Option<String> {
    let asked = choice.lanes?;
    let fewer = LANES.iter().rev().filter(|&&lanes| lanes < asked);
    let others = fewer.chain(LANES.iter().filter(|&&lanes| lanes > asked));
    let mut estimates = others.map(|&lanes| of(choice.shape, choice.board, lanes));
    let fitting = estimates.find(Estimate::fits)?;
    Some(format!("give `--lanes {}`", fitting.lanes))
}

/// Fewer bits a weight.
fn fewer_bits(choice: &Choice<'_>) -> Option<String> {
    let fewer = (1..choice.shape.weight_bits).rev();
    let mut shapes = fewer.map(|weight_bits| Shape { weight_bits, ..choice.shape.clone() });
    let fitting = shapes.find(|shape| with(choice, shape, choice.board, choice.mhz).is_some())?;
    Some(format!("train with `--bits {}`", fitting.weight_bits))
}

/// Narrower hidden layers: no layer wider than the widest that fits.
fn narrower(choice: &Choice<'_>) -> Option<String> {
    let widest = choice.shape.hidden().iter().copied().max()?;
    let narrowed = |most: u64| {
        let last = choice.shape.widths.len() - 1;
        let narrow = |(at, &width): (usize, &u64)| match at {
            0 => width,
            at if at == last => width,
            _ => width.min(most),
        };
        let widths = choice.shape.widths.iter().enumerate().map(narrow).collect();
        Shape { widths, ..choice.shape.clone() }
    };
    let fits = |most: &u64| with(choice, &narrowed(*most), choice.board, choice.mhz).is_some();
    let most = (1..widest).rev().find(fits)?;
    let hidden: Vec<String> = narrowed(most).hidden().iter().map(u64::to_string).collect();
    Some(format!("train with `--hidden {}`", hidden.join(",")))
}

/// The smallest of the other boards that it fits, by the logic of their parts.
fn larger_board(choice: &Choice<'_>) -> Option<String> {
    let fitting = choice.others.iter().filter_map(|board| {
        let estimate = with(choice, choice.shape, board, board.clock.run_mhz)?;
        Some((estimate.logic.available, estimate.ram.available, &board.name))
    });
    let (_, _, name) = fitting.min()?;
    Some(format!("take a larger board, such as `--board {name}`"))
}
