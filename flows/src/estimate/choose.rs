//! The lanes that fit: the most that do, and a refusal with advice where none do.

use super::advice::advice;
use super::{Error, Estimate, LANES, Need, Shape, TOLERANCE, estimate, of};
use crate::board::Board;
use crate::clocking;
use crate::error::FlowError;

/// The most lanes that are taken unasked. More cost logic, and memories that are wider than deep
/// waste block RAM.
const MOST: u32 = 64;

/// What is left unused of the estimated clock, as a fraction: seeds differ by that much.
const MARGIN: f64 = 0.05;

/// What is to be built where.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The sizes of the network.
    pub shape: &'a Shape,
    /// The board.
    pub board: &'a Board,
    /// The lanes, if the user wants these and no others.
    pub lanes: Option<u32>,
    /// The clock that it must run at, MHz.
    pub mhz: f64,
    /// Boards to recommend where this one is too small.
    pub others: &'a [Board],
}

/// The estimate for the lanes to build with: those asked for, or the most that fit and reach the
/// clock. Where the models cannot tell, place and route is left to decide.
///
/// # Errors
/// [`Error::Lanes`]; [`Error::TooLarge`] and [`Error::TooFast`] where that is clear beforehand.
pub fn choose(choice: &Choice<'_>) -> Result<Estimate, FlowError> {
    let Choice { shape, board, mhz, .. } = *choice;
    let chosen = match choice.lanes {
        Some(lanes) => estimate(shape, board, lanes)?,
        None => best(shape, board, mhz),
    };
    if chosen.clearly_over() {
        return Err(Error::TooLarge {
            board: board.name.clone(),
            lanes: chosen.lanes,
            over: over(&chosen),
            advice: advice(choice),
        }
        .into());
    }
    if chosen.fmax_mhz * (1.0 + TOLERANCE) < mhz {
        return Err(Error::TooFast {
            board: board.name.clone(),
            lanes: chosen.lanes,
            reached: chosen.fmax_mhz,
            wanted: mhz,
            instead: clocking::fastest(board, chosen.fmax_mhz),
        }
        .into());
    }
    Ok(chosen)
}

/// The error of a build with advice from the sizes, if it is that the design does not fit: place and
/// route may find what the models could not tell.
pub fn advised(error: FlowError, choice: &Choice<'_>) -> FlowError {
    match error {
        FlowError::Overfull { part, resource, used, available, .. } => {
            FlowError::Overfull { part, resource, used, available, advice: advice(choice) }
        }
        other => other,
    }
}

/// The most lanes that fit and reach the clock; if none do both, the fastest that fit; if none fit,
/// those that are the least over.
pub(super) fn best(shape: &Shape, board: &Board, mhz: f64) -> Estimate {
    let all = LANES.iter().filter(|&&lanes| lanes <= MOST).map(|&lanes| of(shape, board, lanes));
    let best = all.max_by(|a, b| {
        let ((x, p), (y, q)) = (rank(a, mhz), rank(b, mhz));
        x.cmp(&y).then(p.total_cmp(&q)).then(a.lanes.cmp(&b.lanes))
    });
    best.unwrap_or_else(|| of(shape, board, MOST))
}

/// How good an estimate is: first by its class, then within it.
fn rank(estimate: &Estimate, mhz: f64) -> (u8, f64) {
    let share = |need: Need| need.over() as f64 / need.available.max(1) as f64;
    if !estimate.fits() {
        (0, -(share(estimate.ram).max(share(estimate.logic)).max(share(estimate.words))))
    } else if estimate.fmax_mhz * (1.0 - MARGIN) < mhz {
        (1, estimate.fmax_mhz)
    } else {
        (2, f64::from(estimate.lanes))
    }
}

/// What is over, and by how much.
fn over(estimate: &Estimate) -> String {
    let needs =
        [estimate.ram, estimate.logic, estimate.words].into_iter().filter(|need| need.over() > 0);
    let told = needs.map(|need| {
        format!(
            "{} {} of {}, {} too many",
            need.needed,
            need.plain_name(),
            need.available,
            need.over()
        )
    });
    told.collect::<Vec<_>>().join(", and ")
}
