//! The lanes that fit: the most that do, and a refusal with advice where none do.

use super::advice::advice;
use super::best::{Choice, best};
use super::{Error, Estimate, TOLERANCE, estimate};
use crate::base::error::FlowError;
use crate::board::clocking;
use crate::build;

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
    let Some(build::Error::Overfull { part, resource, used, available, .. }) = error.of() else {
        return error;
    };
    let (part, resource, used, available) = (part.clone(), resource.clone(), *used, *available);
    build::Error::Overfull { part, resource, used, available, advice: advice(choice) }.into()
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
