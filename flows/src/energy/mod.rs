//! An estimate of the energy of an image: what switches in a netlist, times published figures of the part.
//!
//! ```text
//! energy = (static power + PLL) time + cycles (e_c + n e_f) + toggles e_t
//! ```
//! `toggles` are the changes of all outputs of lookup tables, flip-flops and memories, counted in simulation
//! ([`crate::proof::counted()`]). What is published of a part, and what each `e` is, stands in `flows/energy.toml` and
//! in [`constants`]. It is an estimate: `docs/energy.md` has what it does not cover.

pub mod constants;
mod error;
mod table;

use crate::base::error::FlowError;
use crate::board::Board;
use crate::board::part::Part;
use crate::family::switching::{Class, Switching};
use crate::proof::{Count, Event};

pub use constants::Constants;
pub use error::Error;
pub use table::Measured;

/// What is published of a part, and what switches in its netlists; `boards` are those that a remedy may name.
///
/// # Errors
/// [`Error::Unknown`].
pub fn of(part: &Part, boards: &[Board]) -> Result<(Measured, &'static [Switching]), FlowError> {
    let rows = table::all();
    let row = |part: &Part| rows.iter().find(|row| row.parts.contains(&part.name)).cloned();
    let unknown = || {
        let talks = |board: &Board| board.uart.is_some() && board.clock.port().is_some();
        let known = boards.iter().filter(|board| talks(board) && row(&board.part).is_some());
        let boards = known.map(|board| board.name.clone()).collect();
        Error::Unknown { part: part.name.clone(), boards }
    };
    Ok(row(part).zip(part.family.switching()).ok_or_else(unknown)?)
}

/// What was counted of an image, in the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Cycles of the clock.
    pub cycles: f64,
    /// The clock, MHz.
    pub mhz: f64,
    /// How often what happened.
    pub counts: Vec<(Count, f64)>,
    /// Cells of each class.
    pub cells: Vec<(Class, u64)>,
}

impl Activity {
    fn cells_of(&self, class: Class) -> f64 {
        let found = self.cells.iter().find(|(of, _)| *of == class);
        found.map_or(0.0, |(_, count)| *count as f64)
    }

    /// Changes a cycle of all outputs that [`Constants::toggle_pj`] is for.
    pub fn toggles_a_cycle(&self) -> f64 {
        let counted = self.counts.iter().filter(|(count, _)| is_covered(*count));
        counted.map(|(_, times)| times).sum::<f64>() / self.cycles
    }
}

/// Whether an event's energy is known. A carry's is a part of its lookup table's: the figure is of a design with both.
fn is_covered(count: Count) -> bool {
    count.event == Event::Toggle && count.class != Class::Carry
}

/// A part of the energy of an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What takes it.
    pub name: String,
    /// Microjoules.
    pub uj: f64,
}

/// The energy of an image, estimated.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What it consists of.
    pub terms: Vec<Term>,
    /// What is counted and has no published energy: what, and how often.
    pub uncovered: Vec<(Count, f64)>,
    /// Microseconds that the image takes.
    pub us: f64,
}

impl Estimate {
    /// What an image takes by these figures.
    pub fn new(constants: &Constants, activity: &Activity) -> Self {
        let us = activity.cycles / activity.mhz;
        let during = |mw: f64| mw * us / 1e3;
        let times = |pj: f64, count: f64| pj * count / 1e6;
        let flip_flops = activity.cells_of(Class::FlipFlop);
        let mut terms = vec![
            ("static: core and banks".to_owned(), during(constants.static_mw)),
            (
                "PLL".to_owned(),
                during(activity.cells_of(Class::Loop) * constants.loop_mw(activity.mhz)),
            ),
            ("clock: network".to_owned(), times(constants.cycle_pj, activity.cycles)),
            (
                "clock: flip-flops".to_owned(),
                times(constants.flip_flop_pj, flip_flops * activity.cycles),
            ),
        ];
        let (covered, uncovered): (Vec<_>, Vec<_>) =
            activity.counts.iter().copied().partition(|(count, _)| is_covered(*count));
        terms.extend(covered.into_iter().map(|(count, changes)| {
            (format!("changes: {}", count.class.name()), times(constants.toggle_pj, changes))
        }));
        let term = |(name, uj)| Term { name, uj };
        let terms = terms.into_iter().map(term).filter(|term| term.uj != 0.0).collect();
        Self { terms, uncovered, us }
    }

    /// Microjoules, of all terms.
    pub fn uj(&self) -> f64 {
        self.terms.iter().map(|term| term.uj).sum()
    }

    /// Microjoules that would come on top for each picojoule that an access of a memory takes, of which nothing is
    /// published.
    pub fn uj_a_pj_of_access(&self) -> f64 {
        let accesses = self.uncovered.iter().filter(|(count, _)| count.event != Event::Toggle);
        accesses.map(|(_, times)| times).sum::<f64>() / 1e6
    }

    /// Milliwatts while the image is run.
    pub fn mw(&self) -> f64 {
        1e3 * self.uj() / self.us
    }
}

#[cfg(test)]
mod tests;
