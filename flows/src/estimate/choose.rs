//! The lanes that fit: the most that do, and a refusal with advice where none do.

use super::advice::advice;
use super::best::{Choice, best, better};
use super::{Error, Estimate, Shape, TOLERANCE, estimate};
use crate::base::error::FlowError;
use crate::board::{Board, clocking};
use crate::build;

/// The estimate for the lanes to build with: those asked for, or the most that fit and reach the
/// clock. Where the models cannot tell, place and route is left to decide.
///
/// # Errors
/// [`Error::Lanes`]; [`Error::TooLarge`] and [`Error::TooFast`] where that is clear beforehand.
pub fn choose(choice: &Choice<'_>) -> Result<Estimate, FlowError> {
    let Choice { shapes, board, mhz, .. } = *choice;
    let chosen = match choice.lanes {
        Some(lanes) => on_lanes(shapes, board, mhz, lanes)?,
        None => best(shapes, board, mhz),
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

/// The best schedule of those that are built on so many lanes.
fn on_lanes(shapes: &[Shape], board: &Board, mhz: f64, lanes: u32) -> Result<Estimate, FlowError> {
    let all = shapes.iter().filter_map(|shape| estimate(shape, board, lanes).ok());
    all.max_by(|a, b| better(a, b, mhz)).ok_or_else(|| {
        let mut built: Vec<u32> = shapes.iter().flat_map(super::lanes).collect();
        built.sort_unstable();
        built.dedup();
        Error::Lanes { lanes, built }.into()
    })
}

/// The error of a build with advice from the sizes, if it is that the design does not fit: place and
/// route may find what the models could not tell.
pub fn advised(error: FlowError, choice: &Choice<'_>) -> FlowError {
    let Some(build::Error::Overfull { part, resource, used, available, .. }) = error.of() else {
        return error;
    };
    let (part, resource, used, available) = (part.clone(), resource.clone(), *used, *available);
    build::Error::Overfull { part, resource, used, available, advice: advice(choice) }.into()
}

/// What is over, and by how much.
fn over(estimate: &Estimate) -> String {
    let needs = estimate.needs().into_iter().filter(|need| need.over() > 0);
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
