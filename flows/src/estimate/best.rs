//! Which lanes are the best for a network on a board.

use std::cmp::Ordering;

use super::{Estimate, Need, Shape, lanes, of};
use crate::board::Board;

/// The most lanes that are taken unasked. More cost logic, and memories that are wider than deep
/// waste block RAM.
const MOST: u32 = 64;

/// What is left unused of the estimated clock, as a fraction: seeds differ by that much.
const MARGIN: f64 = 0.05;

/// What is to be built where.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The sizes of the network, by each schedule that may be taken.
    pub shapes: &'a [Shape],
    /// The board.
    pub board: &'a Board,
    /// The lanes, if the user wants these and no others.
    pub lanes: Option<u32>,
    /// The clock that it must run at, MHz.
    pub mhz: f64,
    /// Boards to recommend where this one is too small.
    pub others: &'a [Board],
}

/// The best of all schedules, each on its best lanes: of two that fit and reach the clock that of which nothing is loaded,
/// then that of fewer cycles.
///
/// # Panics
/// If there is no shape.
pub(super) fn best(shapes: &[Shape], board: &Board, mhz: f64) -> Estimate {
    let all = shapes.iter().map(|shape| best_of(shape, board, mhz));
    all.max_by(|a, b| better(a, b, mhz)).expect("at least one schedule")
}

/// Whether an estimate runs without anything being loaded: such a one is taken before others.
fn is_whole(estimate: &Estimate, mhz: f64) -> bool {
    !estimate.loaded && rank(estimate, mhz).0 == RUNS
}

/// Which of two estimates of different schedules is the better one.
pub(super) fn better(a: &Estimate, b: &Estimate, mhz: f64) -> Ordering {
    let ((x, p), (y, q)) = (rank(a, mhz), rank(b, mhz));
    let whole = is_whole(a, mhz).cmp(&is_whole(b, mhz));
    let cycles = b.cycles_per_image.cmp(&a.cycles_per_image);
    whole.then(x.cmp(&y)).then(if x == RUNS { cycles } else { p.total_cmp(&q) })
}

/// The most lanes that fit and reach the clock; if none do both, the fastest that fit; if none fit,
/// those that are the least over.
fn best_of(shape: &Shape, board: &Board, mhz: f64) -> Estimate {
    let all = lanes(shape).filter(|&lanes| lanes <= MOST).map(|lanes| of(shape, board, lanes));
    let best = all.max_by(|a, b| {
        let ((x, p), (y, q)) = (rank(a, mhz), rank(b, mhz));
        x.cmp(&y).then(p.total_cmp(&q)).then(a.lanes.cmp(&b.lanes))
    });
    best.unwrap_or_else(|| of(shape, board, MOST))
}

/// The rank of an estimate that fits and reaches the clock.
pub(super) const RUNS: u8 = 2;

/// How good an estimate is: first by its class, then within it.
pub(super) fn rank(estimate: &Estimate, mhz: f64) -> (u8, f64) {
    let share = |need: Need| need.over() as f64 / need.available.max(1) as f64;
    if !estimate.fits() {
        (0, -estimate.needs().map(share).into_iter().fold(0.0, f64::max))
    } else if estimate.fmax_mhz * (1.0 - MARGIN) < mhz {
        (1, estimate.fmax_mhz)
    } else {
        (RUNS, f64::from(estimate.lanes))
    }
}
