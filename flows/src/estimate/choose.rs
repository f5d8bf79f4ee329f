//! The lanes that fit: the most that do, and a refusal with advice where none do.

use super::advice::advice;
use super::best::{Choice, RUNS, best, better, rank};
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

/// Why the schedules that might have been taken were not, a line each; none where the user asked for one.
pub fn passed_over(choice: &Choice<'_>, chosen: &Estimate) -> Vec<String> {
    let others = choice.shapes.iter().filter(|of| !of.loaded && of.schedule != chosen.schedule);
    let told = others.map(|shape| {
        let shapes = std::slice::from_ref(shape);
        let other = choice.lanes.map_or_else(
            || Ok(best(shapes, choice.board, choice.mhz)),
            |lanes| on_lanes(shapes, choice.board, choice.mhz, lanes),
        );
        let why = other.map_or_else(
            |_| "is not built on so many lanes".to_owned(),
            |other| why_not(&other, chosen, choice.mhz),
        );
        format!("by {}, not by {}, which {why}", chosen.schedule.name(), shape.schedule.name())
    });
    told.collect()
}

/// What speaks against an estimate that was not chosen.
fn why_not(other: &Estimate, chosen: &Estimate, mhz: f64) -> String {
    if !other.fits() {
        format!("needs {}", over(other))
    } else if rank(other, mhz).0 < RUNS {
        format!("would reach about {:.0} MHz of {mhz}", other.fmax_mhz)
    } else {
        let [of, than] = [other, chosen].map(|estimate| estimate.cycles_per_image);
        format!("could take {of} cycles an image where this takes {than} at most")
    }
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
