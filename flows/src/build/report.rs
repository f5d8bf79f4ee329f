//! `report.json`: what a build uses, how fast it runs, and which file it is; and the reading of
//! nextpnr's own report behind it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Error;
use crate::base::error::FlowError;
use crate::base::files;
use crate::board::Board;
use crate::board::clocking;
use crate::board::line::Timing;
use crate::build::Shape;
use crate::build::design::{Design, StoredFile};
use crate::build::wrapper;
use crate::family::Family;
use crate::net::Identity;
use crate::run::manifest::{Manifest, ToolRecord};

/// The file's name.
pub const REPORT: &str = "report.json";

/// How much of a resource is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// By the design.
    pub used: u64,
    /// In the part.
    pub available: u64,
}

/// How fast a clock runs, MHz.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// What the routed design reaches.
    pub achieved: f64,
    /// What it must reach.
    pub constraint: f64,
}

/// The part of nextpnr's report that is read.
#[derive(Debug, Clone, Deserialize)]
pub struct Routed {
    /// Use of each resource.
    pub utilization: BTreeMap<String, Use>,
    /// Speed of each clock, by the net's name after routing.
    pub fmax: BTreeMap<String, Speed>,
}

/// What a build is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The board it is for.
    pub board: String,
    /// The part on that board.
    pub part: String,
    /// The net in it.
    pub net: String,
    /// That net's hash.
    pub net_hash: String,
    /// Inputs that the engine works on at once.
    pub lanes: u32,
    /// How the engine walks a weight.
    pub schedule: String,
    /// The seed of place and route whose result was taken: the fastest.
    pub seed: u32,
    /// The frequency that each seed reached, MHz.
    pub seeds: BTreeMap<u32, f64>,
    /// Use of each resource.
    pub utilization: BTreeMap<String, Use>,
    /// Speed of each clock.
    pub fmax: BTreeMap<String, Speed>,
    /// The frequency that the design runs at, MHz.
    pub clock_mhz: f64,
    /// Clock cycles an image takes, at most.
    pub cycles_per_image: u64,
    /// The same in the mean, where images take differently long and some were at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_cycles: Option<u64>,
    /// Microseconds that the engine takes for an image at that frequency: in the mean where that is known.
    pub latency_us: f64,
    /// How long an image takes over the board's serial line; none for a board without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Timing>,
    /// The bitstream, beside the report.
    pub bitstream: String,
    /// Its SHA-256.
    pub sha256: String,
    /// What lies in the flash beside it, if the network is loaded from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<StoredFile>,
    /// The tools that made it.
    pub tools: BTreeMap<String, ToolRecord>,
}

impl Routed {
    /// Reads nextpnr's report.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
    pub fn read(path: &Path) -> Result<Self, FlowError> {
        let form =
            |reason| FlowError::ReportForm { path: path.to_path_buf(), tool: "nextpnr", reason };
        let routed: Self =
            serde_json::from_slice(&files::read(path)?).map_err(|e| form(e.to_string()))?;
        if routed.fmax.is_empty() {
            return Err(form("it has no clock".to_owned()));
        }
        Ok(routed.with_plain_clocks())
    }

    /// The clock under the name of the top's port. A design has one; nextpnr calls it by whichever
    /// net of the flattened hierarchy Yosys kept, with the buffers that it went through.
    fn with_plain_clocks(self) -> Self {
        let plain = |name: String| name.split('$').next().unwrap_or_default().to_owned();
        let only = self.fmax.len() == 1;
        let name = |name| if only { wrapper::CLOCK.to_owned() } else { plain(name) };
        let fmax = self.fmax.into_iter().map(|(net, speed)| (name(net), speed)).collect();
        Self { fmax, ..self }
    }

    /// The same with what cells make of the clocks of which place and route knows too little, where there are any.
    pub fn with_untimed(self, family: &dyn Family) -> Self {
        let registered =
            family.multipliers().and_then(|of| Some((of.resource, of.registered.as_ref()?)));
        let multipliers = registered.map(|(resource, of)| (resource, &of.untimed));
        let large = family.large().map(|of| (of.resource, &of.untimed));
        let used =
            |resource: &str| self.utilization.get(resource).is_some_and(|usage| usage.used > 0);
        let untimed: Vec<_> =
            multipliers.into_iter().chain(large).filter(|(resource, _)| used(resource)).collect();
        let slower = |speed: Speed| {
            let reached = untimed.iter().map(|(_, cell)| cell.reached(speed.achieved));
            Speed { achieved: reached.fold(speed.achieved, f64::min), ..speed }
        };
        let fmax = self.fmax.into_iter().map(|(clock, speed)| (clock, slower(speed))).collect();
        Self { fmax, ..self }
    }

    /// The frequency of the slowest clock, MHz.
    pub fn slowest(&self) -> f64 {
        self.fmax.values().map(|speed| speed.achieved).fold(f64::INFINITY, f64::min)
    }

    /// Refuses a design that is slower than it must be on a board: than place and route was to make
    /// it, and than `mhz`, since a line of the constraints may have asked for less.
    ///
    /// # Errors
    /// [`Error::ClockMissed`].
    pub fn ensure_clocks_met(&self, board: &Board, mhz: f64) -> Result<(), FlowError> {
        match self.fmax.iter().find(|(_, speed)| speed.achieved < speed.constraint.max(mhz)) {
            None => Ok(()),
            Some((clock, speed)) => Err(Error::ClockMissed {
                clock: clock.clone(),
                achieved: speed.achieved,
                constraint: speed.constraint.max(mhz),
                instead: clocking::fastest(board, speed.achieved),
                advice: "use fewer lanes (`--lanes`)".to_owned(),
            }
            .into()),
        }
    }
}

impl Report {
    /// The report of a finished run.
    pub fn of(design: &Design<'_>, shape: &Shape, manifest: &Manifest) -> Self {
        let facts = &design.facts;
        let bitstream = design.board.part.family.bitstream();
        let best = &shape.seeds[shape.best];
        let routed = best.routed.clone();
        let clock_mhz = design.freq_mhz;
        let cycles = facts.mean_cycles.unwrap_or(facts.cycles_per_image);
        let latency_us = cycles as f64 / clock_mhz;
        Self {
            board: design.board.name.clone(),
            part: design.board.part.name.clone(),
            net: facts.net.clone(),
            net_hash: facts.net_hash.clone(),
            lanes: facts.lanes,
            schedule: facts.schedule.clone(),
            seed: best.seed,
            seeds: shape.seeds.iter().map(|s| (s.seed, s.routed.slowest())).collect(),
            utilization: routed.utilization,
            fmax: routed.fmax,
            clock_mhz,
            cycles_per_image: facts.cycles_per_image,
            mean_cycles: facts.mean_cycles,
            latency_us,
            line: design.board.uart.as_ref().map(|_| facts.exchange(latency_us).at(facts.baud)),
            bitstream: bitstream.to_owned(),
            sha256: manifest.products.get(bitstream).cloned().unwrap_or_default(),
            stored: design.image.clone(),
            tools: manifest.tools.clone(),
        }
    }

    /// The network in it.
    pub fn identity(&self) -> Identity {
        Identity { name: self.net.clone(), hash: self.net_hash.clone() }
    }

    /// The lowest, the middle and the highest frequency that the seeds reached, MHz.
    pub fn spread(&self) -> (f64, f64, f64) {
        let mut speeds: Vec<f64> = self.seeds.values().copied().collect();
        speeds.sort_by(f64::total_cmp);
        let at = |index: usize| speeds.get(index).copied().unwrap_or_default();
        let (last, half) = (speeds.len().saturating_sub(1), speeds.len() / 2);
        let median = if speeds.len() % 2 == 1 {
            at(half)
        } else {
            (at(half) + at(half.saturating_sub(1))) / 2.0
        };
        (at(0), median, at(last))
    }

    /// Reads the report of a folder.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
    pub fn read(folder: &Path) -> Result<Self, FlowError> {
        let path = folder.join(REPORT);
        serde_json::from_slice(&files::read(&path)?).map_err(|e| FlowError::ReportForm {
            path,
            tool: "the flow",
            reason: e.to_string(),
        })
    }

    /// Writes the report into a folder.
    ///
    /// # Errors
    /// [`FlowError::Unwritable`].
    pub fn write(&self, folder: &Path) -> Result<(), FlowError> {
        files::write_json(&folder.join(REPORT), self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::part;

    /// What place and route says is true of a design without multipliers, and of families that it knows all of.
    #[test]
    fn multipliers_slow_the_clocks_of_designs_that_have_them() {
        let routed = |used| Routed {
            utilization: BTreeMap::from([
                ("ICESTORM_DSP".to_owned(), Use { used, available: 8 }),
                ("MULT18X18D".to_owned(), Use { used, available: 28 }),
            ]),
            fmax: BTreeMap::from([("clk".to_owned(), Speed { achieved: 70.0, constraint: 24.0 })]),
        };
        let reached = |used, name| {
            let family = part::find(name).unwrap().family;
            routed(used).with_untimed(family).slowest()
        };
        let (ice40, ecp5) = ("ice40up5k-sg48", "lfe5u-25f-cabga381");
        assert_eq!([reached(0, ice40), reached(1, ice40)], [70.0, 50.0]);
        assert_eq!([reached(1, ecp5), reached(1, "gw2ar-18c-qn88")], [70.0, 70.0]);
    }
}
