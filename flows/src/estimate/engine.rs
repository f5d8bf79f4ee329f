//! How an engine is built, for those who verify or simulate one: as it was last emitted, or as it would be.

use std::path::Path;

use serde::Deserialize;
use spikestream::hardware::{Short, Shortcuts};
use spikestream::spec::Phase;

use super::{Choice, Estimate, Schedule};
use crate::base::error::FlowError;
use crate::board::{Board, hertz};
use crate::build::design::Stored;

/// How the engine is built.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Engine {
    /// Inputs that it works on at once.
    pub lanes: u32,
    /// How it walks a weight: a name of a [`Schedule`].
    pub schedule: String,
    /// The clock it runs at, Hz.
    #[serde(rename = "board_clock_hz")]
    pub clock_hz: u64,
    /// Bits a second of its serial line.
    pub baud: u64,
    /// Where its network lies in the flash, if it is loaded from there.
    #[serde(default)]
    pub stored: Option<Stored>,
    /// Whether it ends a run as soon as its class cannot change.
    #[serde(default)]
    pub early: bool,
    /// Cycles of a stream that a time step runs, if they are fewer than the network's own.
    #[serde(default)]
    pub length: Option<u32>,
    /// Where a time step takes them up.
    #[serde(default)]
    pub phase: Option<Phase>,
}

impl Engine {
    /// The lanes that are taken where no number of them fits.
    pub const LANES: u32 = 64;
    /// Their schedule.
    const SCHEDULE: Schedule = Schedule::Planes;

    /// The engine to verify or simulate: the one that was last emitted into the folder, so that what
    /// is verified is what was built, or else the one that a build would have.
    pub fn to_simulate(net: &Path, board: &Board, folder: &Path) -> Self {
        Self::last_in(folder).unwrap_or_else(|| Self::fitting(net, board, None))
    }

    /// The engine that a build would have: by the schedule that is asked for, or the best.
    pub fn fitting(net: &Path, board: &Board, asked: Option<Schedule>) -> Self {
        let mhz = board.clock.run_mhz;
        let chosen = super::read_for(net, asked).and_then(|shapes| {
            super::choose(&Choice { shapes: &shapes, board, lanes: None, mhz, others: &[] })
        });
        // What does not fit can be simulated all the same; a wrong net.toml is for the emitter to
        // complain of.
        match chosen {
            Ok(chosen) => Self::of(&chosen, board, mhz, board.baud()),
            Err(_) => Self {
                lanes: Self::LANES,
                schedule: Self::SCHEDULE.name().to_owned(),
                clock_hz: hertz(mhz),
                baud: board.baud(),
                stored: None,
                early: false,
                length: None,
                phase: None,
            },
        }
    }

    /// The engine that was chosen for a board, at a clock and with a serial line of so many bits a second.
    pub fn of(chosen: &Estimate, board: &Board, mhz: f64, baud: u64) -> Self {
        let flash = board.flash.filter(|_| chosen.loaded);
        Self {
            lanes: chosen.lanes,
            schedule: chosen.schedule.name().to_owned(),
            clock_hz: hertz(mhz),
            baud,
            stored: flash.map(|flash| Stored {
                address: flash.network,
                bytes: chosen.flash.needed as u32,
                read: flash.read,
            }),
            early: false,
            length: None,
            phase: None,
        }
    }

    /// The same with a serial line of another rate, if one is asked for.
    ///
    /// # Errors
    /// As [`Board::baud_at`].
    pub fn with_baud(self, board: &Board, asked: Option<u64>) -> Result<Self, FlowError> {
        let Some(baud) = asked else { return Ok(self) };
        let baud = board.baud_at(Some(baud), self.clock_hz as f64 / 1e6)?;
        Ok(Self { baud, ..self })
    }

    /// What it leaves out of a run.
    pub fn shortcuts(&self) -> Shortcuts {
        let phase = self.phase.unwrap_or_default();
        let short = self.length.map(|length| Short { length, phase });
        Shortcuts { early: self.early, short }
    }

    /// The engine that was last emitted into a folder.
    pub fn last_in(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.join("design.json")).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{self, Folders};

    #[test]
    fn what_was_not_built_is_simulated_as_it_would_be() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folders = Folders::with(&root, None).unwrap();
        let nowhere = Path::new("nonexistent");
        for (net, board, lanes) in
            [("digits-tiny", "icestick", 4), ("digits", "icestick", Engine::LANES)]
        {
            let (net, board) = (root.join("nets").join(net), board::load(&folders, board).unwrap());
            assert_eq!(Engine::to_simulate(&net, &board, nowhere).lanes, lanes);
        }
    }

    #[test]
    fn another_line_must_be_one_that_the_board_can_have() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let board = board::load(&Folders::with(&root, None).unwrap(), "icebreaker").unwrap();
        let engine = Engine::fitting(&root.join("nets/digits"), &board, None);
        assert_eq!((engine.clock_hz, engine.baud), (24_000_000, 1_000_000));
        let engine = engine.with_baud(&board, Some(3_000_000)).unwrap();
        assert_eq!(engine.baud, 3_000_000);
        let error = engine.with_baud(&board, Some(12_000_000)).unwrap_err();
        assert_eq!(error.code(), "flows::line::baud");
        assert!(error.remedy().contains("`--baud 3000000`"), "{}", error.remedy());
    }
}
