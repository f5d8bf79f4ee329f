//! What a design will take and how fast it will run, from sizes alone, before anything is built.
//!
//! ```text
//!  Shape ──▶ memories ──▶ block RAMs, as synthesis maps them
//!    │          └───────▶ multiplexers ┐
//!    ├──▶ lanes, words, counters ──────┴▶ logic ──▶ Estimate ──▶ choose: which lanes fit
//!    └──▶ cycles ─────────────────────────────────────┘   └────▶ advice: what would
//! ```
//!
//! Block RAMs are counted exactly; logic and clock come from models whose weights were fitted to
//! place and route (`measured.toml` also holds designs of sizes that the fit has not seen, and a test
//! compares).

mod advice;
mod best;
#[cfg(test)]
mod calibration;
mod choose;
mod engine;
mod error;
mod logic;
mod memories;
mod read;

use spikestream::hardware;

use crate::base::error::FlowError;
use crate::board::Board;
use crate::family;

pub use best::Choice;
pub use choose::{advised, choose, passed_over};
pub use engine::Engine;
pub use error::Error;
pub use memories::{Mapped, map};
pub use read::{exchange, read, read_for};
pub use spikestream::hardware::shape::{Memory, Shape};
pub use spikestream::sc::network::Schedule;

/// The schedules of which the fastest that fits is taken unless another is asked for.
pub const UNASKED: [Schedule; 2] = [Schedule::Planes, Schedule::Events];

/// The numbers of lanes that the engine of a shape is built with.
pub fn lanes(shape: &Shape) -> impl DoubleEndedIterator<Item = u32> + use<> {
    let narrow = shape.schedule == Schedule::Events;
    let delays = if narrow { shape.delay_bits() } else { 0 };
    let bits = shape.weight_bits as usize + 1 + delays;
    let most = if shape.loaded { hardware::LOADED_BITS } else { hardware::WORD_BITS };
    let fits = move |lanes: &&usize| !narrow || *lanes * bits <= most;
    hardware::On::lanes_of(shape.schedule).iter().filter(fits).map(|&lanes| lanes as u32)
}

/// How far the model of logic may be off, as a fraction.
pub const TOLERANCE: f64 = 0.15;

/// What a shape takes on a board, and how fast it runs there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The schedule that it is for.
    pub schedule: Schedule,
    /// The lanes that it is for.
    pub lanes: u32,
    /// Whether the network is loaded from the board's flash.
    pub loaded: bool,
    /// Logic, of the family's kind.
    pub logic: Need,
    /// Block RAMs.
    pub ram: Need,
    /// How many multipliers make products of neurons; what a part has too few of is made as sums.
    pub multipliers: u64,
    /// Words of weights, which an address must reach, or a memory that they are loaded into.
    pub words: Need,
    /// Bytes of the flash, of a network that is loaded.
    pub flash: Need,
    /// The fastest clock, MHz.
    pub fmax_mhz: f64,
    /// Clock cycles an image; on schedule `events` those that no image exceeds.
    pub cycles_per_image: u64,
}

/// How much of a resource is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Its name to nextpnr, or to a user where nextpnr knows none.
    pub resource: &'static str,
    /// By the design.
    pub needed: u64,
    /// In the part.
    pub available: u64,
}

impl Need {
    /// How many are missing, 0 if it fits.
    pub fn over(&self) -> u64 {
        self.needed.saturating_sub(self.available)
    }

    /// Its name to a user.
    pub fn plain_name(&self) -> &'static str {
        family::plain_name(self.resource)
    }
}

impl Estimate {
    /// Whether the part has what is needed.
    pub fn fits(&self) -> bool {
        self.needs().iter().all(|need| need.over() == 0)
    }

    /// All that is needed.
    pub fn needs(&self) -> [Need; 4] {
        [self.ram, self.logic, self.words, self.flash]
    }

    /// Whether the part lacks something even if the model of logic is off by its tolerance. Place and
    /// route decides about what lies between.
    pub fn clearly_over(&self) -> bool {
        let least = self.logic.needed as f64 * (1.0 - TOLERANCE);
        let exact = [self.ram, self.words, self.flash];
        exact.iter().any(|need| need.over() > 0) || least > self.logic.available as f64
    }

    /// Microseconds that the engine takes for an image at a clock.
    pub fn latency_us(&self, mhz: f64) -> f64 {
        self.cycles_per_image as f64 / mhz
    }
}

/// Estimates a shape on a board.
///
/// # Example
/// ```
/// use std::path::Path;
///
/// use spikestream::spec::example;
/// use spikestream_flows::board::{self, Folders};
/// use spikestream_flows::estimate::{Schedule, Shape, estimate};
///
/// let folders = Folders::of(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")))?;
/// let board = board::load(&folders, "icebreaker")?;
/// let shape = Shape::of(&example(&[64, 32, 10]).spec, Schedule::Planes);
/// let taken = estimate(&shape, &board, 16)?;
/// assert!(taken.fits(), "{taken:?}");
/// assert_eq!(taken.latency_us(12.0), taken.cycles_per_image as f64 / 12.0);
/// # Ok::<(), spikestream_flows::FlowError>(())
/// ```
///
/// # Errors
/// [`Error::Lanes`].
pub fn estimate(shape: &Shape, board: &Board, lanes: u32) -> Result<Estimate, FlowError> {
    if !self::lanes(shape).any(|built| built == lanes) {
        return Err(Error::Lanes { lanes, built: self::lanes(shape).collect() }.into());
    }
    Ok(of(shape, board, lanes))
}

fn of(shape: &Shape, board: &Board, lanes: u32) -> Estimate {
    let part = &board.part;
    let family = part.family;
    let shape = &shape.made_with(part.multipliers_of_networks());
    let wide = u64::from(lanes);
    let need = |resource, needed| {
        let available = part.resources.get(resource).copied().unwrap_or_default();
        Need { resource, needed, available }
    };
    let words = match (shape.loaded, board.room_to_load()) {
        (false, _) => hardware::MOST_WORDS,
        (true, Some(_)) => hardware::LOADED_WORDS,
        (true, None) => 0,
    };
    let blocks = shape.memories(wide).iter().map(|memory| map(memory, family).blocks).sum();
    Estimate {
        schedule: shape.schedule,
        lanes,
        loaded: shape.loaded,
        logic: need(family.resources().logic, logic::logic(shape, wide, part)),
        ram: need(family.resources().ram, blocks),
        multipliers: shape.multipliers,
        words: Need {
            resource: if shape.loaded { "words of weights to load" } else { "words of weights" },
            needed: shape.weight_words(wide),
            available: words as u64,
        },
        flash: Need {
            resource: "bytes of flash",
            needed: if shape.loaded { shape.image_bytes(wide) } else { 0 },
            available: board.room_to_load().unwrap_or_default().into(),
        },
        fmax_mhz: logic::fmax_mhz(shape, wide, part),
        cycles_per_image: shape.cycles(wide),
    }
}
