//! The serial line of a board: the rates that its clock and the bridge to USB can make, and how long
//! images take over it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use spikestream::hardware::line::{BITS_A_BYTE, LEAST_CYCLES, MOST_CYCLES, TOLERANCE};
use spikestream::hardware::line::{cycles_per_bit, nearest_cycles};

use crate::base::range;

pub use spikestream::hardware::line::gap_ms;

/// How far a rate that is recommended may be off, as a fraction: one that is merely tolerable is left to
/// those who ask for it.
const EXACT: f64 = 0.005;

/// A chip between USB and the serial pins of an FPGA.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bridge {
    /// What is printed on it.
    pub chip: String,
    /// The frequency that it divides, which is its fastest rate, Hz.
    #[serde(deserialize_with = "range::reference")]
    pub reference: u64,
}

/// The bridges of `flows/bridges.toml`, by name.
#[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
pub fn bridges() -> &'static BTreeMap<String, Bridge> {
    static TABLE: OnceLock<BTreeMap<String, Bridge>> = OnceLock::new();
    TABLE.get_or_init(|| toml::from_str(include_str!("../../bridges.toml")).expect("bridges.toml"))
}

impl Bridge {
    /// Its divisors in eighths, fastest first: 1, 1.5, then from 2 on each eighth (FTDI, AN_120).
    fn divisors(&self) -> impl Iterator<Item = u64> {
        [8, 12].into_iter().chain(16..=self.last_divisor())
    }

    fn last_divisor(&self) -> u64 {
        8 * self.reference / range::SLOWEST_BAUD
    }

    /// The rate of a divisor in eighths, bits a second.
    fn rate(&self, eighths: u64) -> f64 {
        8.0 * self.reference as f64 / eighths as f64
    }

    /// What it makes of a rate that is asked for.
    fn nearest(&self, baud: u64) -> f64 {
        let off = |rate: &f64| (rate - baud as f64).abs();
        // Of those from 2 on, the two beside the divisor that it would be.
        let beside = (8 * self.reference / baud.max(1)).min(self.last_divisor()).max(16);
        let next = (beside + 1).min(self.last_divisor());
        let rates = [8, 12, beside, next].into_iter().map(|eighths| self.rate(eighths));
        rates.min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(self.reference as f64)
    }
}

/// The two ends of a line.
#[derive(Debug, Clone, Copy)]
pub struct Ends<'a> {
    /// The clock of the design, Hz.
    pub clock_hz: u64,
    /// The bridge, where the board has one that is known.
    pub bridge: Option<&'a Bridge>,
}

/// Why a rate cannot be had, and which can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub why: String,
    /// The nearest rates that can, slower and faster.
    pub nearest: Vec<u64>,
}

impl Ends<'_> {
    /// Whether both ends make a rate, near enough to each other.
    ///
    /// # Errors
    /// Why not.
    pub fn ensure(&self, baud: u64) -> Result<(), Refusal> {
        match self.fault(baud, TOLERANCE) {
            None => Ok(()),
            Some(why) => Err(Refusal { why, nearest: self.nearest(baud) }),
        }
    }

    /// What is wrong with a rate, if the ends may be off by a fraction.
    fn fault(&self, baud: u64, tolerance: f64) -> Option<String> {
        let Self { clock_hz, bridge } = *self;
        let Some(cycles) = cycles_per_bit(clock_hz, baud) else {
            let cycles = nearest_cycles(clock_hz, baud);
            return Some(format!(
                "{baud} baud cannot be made from a clock of {clock_hz} Hz: a bit would have {cycles} \
                 cycles, and {LEAST_CYCLES} to {MOST_CYCLES} are needed"
            ));
        };
        let host = bridge.map_or(baud as f64, |bridge| bridge.nearest(baud));
        if let Some(bridge) = bridge.filter(|_| (host / baud as f64 - 1.0).abs() > tolerance) {
            return Some(format!(
                "the {} makes {host:.0} baud of {baud}, at most {}",
                bridge.chip, bridge.reference
            ));
        }
        let own = clock_hz as f64 / cycles as f64;
        ((own / host - 1.0).abs() > tolerance).then(|| {
            format!(
                "{baud} baud cannot be made from a clock of {clock_hz} Hz within {} %: {cycles} cycles \
                 a bit are {own:.0} baud",
                100.0 * tolerance
            )
        })
    }

    /// The rates that there are, fastest first: those of the bridge, or those of the clock.
    fn rates(&self) -> Box<dyn Iterator<Item = u64> + '_> {
        match self.bridge {
            Some(bridge) => Box::new(bridge.divisors().map(|d| bridge.rate(d).round() as u64)),
            None => {
                let rate = |cycles| (self.clock_hz as f64 / cycles as f64).round() as u64;
                Box::new(
                    (LEAST_CYCLES..=MOST_CYCLES)
                        .map(rate)
                        .take_while(|&rate| rate >= range::SLOWEST_BAUD),
                )
            }
        }
    }

    fn nearest(&self, baud: u64) -> Vec<u64> {
        let good = |rate: &u64| self.fault(*rate, TOLERANCE).is_none();
        let faster = self.rates().take_while(|&rate| rate > baud).filter(good).last();
        let slower = self.rates().skip_while(|&rate| rate > baud).find(good);
        slower.into_iter().chain(faster).collect()
    }

    /// The fastest rate that both ends make exactly, where the bridge is known.
    pub fn fastest(&self) -> Option<u64> {
        self.bridge?;
        self.rates().find(|&rate| self.fault(rate, EXACT).is_none())
    }
}

/// How long an image takes, from the host's first byte to its last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Bits a second of the line, nominally.
    pub baud: u64,
    /// Microseconds in which the image comes.
    pub request_us: f64,
    /// Microseconds in which the answer goes.
    pub reply_us: f64,
    /// Microseconds of both and the engine: it hears nothing while it works.
    pub image_us: f64,
    /// Images a second, one after the other.
    pub images_per_second: f64,
}

/// What goes over the line for an image.
#[derive(Debug, Clone, Copy)]
pub struct Exchange {
    /// Bytes of the image's frame.
    pub request_bytes: u64,
    /// Bytes of the answer's.
    pub reply_bytes: u64,
    /// Microseconds that the engine takes.
    pub engine_us: f64,
}

impl Exchange {
    /// How long it takes at a rate.
    pub fn at(&self, baud: u64) -> Timing {
        let line = |bytes: u64| 1e6 * (bytes * BITS_A_BYTE as u64) as f64 / baud.max(1) as f64;
        Timing::of(baud, line(self.request_bytes), line(self.reply_bytes), self.engine_us)
    }
}

impl Timing {
    fn of(baud: u64, request_us: f64, reply_us: f64, engine_us: f64) -> Self {
        let image_us = request_us + engine_us + reply_us;
        Self { baud, request_us, reply_us, image_us, images_per_second: 1e6 / image_us }
    }

    /// The same at another rate.
    pub fn at(&self, baud: u64) -> Self {
        let Self { request_us, reply_us, image_us, .. } = *self;
        let share = self.baud as f64 / baud.max(1) as f64;
        Self::of(baud, request_us * share, reply_us * share, image_us - request_us - reply_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(mhz: u64, bridge: &str) -> Ends<'static> {
        Ends { clock_hz: mhz * 1_000_000, bridge: bridges().get(bridge) }
    }

    #[test]
    fn the_fastest_rate_is_one_that_both_ends_make() {
        for (mhz, bridge, fastest) in [
            (24, "ft2232h", Some(3_000_000)), // 8 cycles, 12 MHz / 4
            (48, "ft2232h", Some(6_000_000)),
            (60, "ft2232h", Some(6_000_000)), // 7.5 would be 12 MHz / 1.6, which there is not
            (96, "ft2232h", Some(12_000_000)),
            (50, "ft231x", Some(2_000_000)), // 3 is 17 cycles, off by 2 %
            (24, "ft231x", Some(3_000_000)),
            (24, "", None),
        ] {
            assert_eq!(ends(mhz, bridge).fastest(), fastest, "{mhz} MHz, {bridge}");
        }
    }

    #[test]
    fn the_nearest_rate_of_a_bridge_is_that_of_all_its_divisors() {
        for bridge in bridges().values() {
            for baud in (0..60).map(|n| 7 + n * n * n * 97).chain([1, 16, 9599, 9600, u64::MAX]) {
                let off = |rate: &f64| (rate - baud as f64).abs();
                let rates = bridge.divisors().map(|eighths| bridge.rate(eighths));
                let nearest = rates.min_by(|a, b| off(a).total_cmp(&off(b)));
                assert_eq!(Some(bridge.nearest(baud)), nearest, "{} {baud}", bridge.chip);
            }
        }
    }

    #[test]
    fn a_rate_that_one_end_lacks_is_refused_with_the_nearest_that_work() {
        for (mhz, bridge, baud, why, nearest) in [
            (24, "ft2232h", 12_000_000, "would have 2 cycles", &[3_000_000][..]),
            (24, "ft2232h", 3_500_000, "would have 7 cycles", &[3_000_000]),
            (50, "ft231x", 2_500_000, "FT231X makes", &[2_000_000, 3_000_000]),
            (50, "ft231x", 5_000_000, "at most 3000000", &[3_000_000]),
            (24, "", 4_000_000, "would have 6 cycles", &[3_000_000]),
            (24, "", 2_850_000, "within 2 %", &[2_666_667, 3_000_000]),
            (24, "", 0, "would have 0 cycles", &[9_600]),
        ] {
            let refusal = ends(mhz, bridge).ensure(baud).unwrap_err();
            assert!(refusal.why.contains(why), "{}", refusal.why);
            assert_eq!(refusal.nearest, nearest, "{mhz} MHz, {bridge}, {baud}");
            for rate in refusal.nearest {
                ends(mhz, bridge).ensure(rate).unwrap();
            }
        }
        for baud in [115_200, 1_000_000, 3_000_000] {
            ends(50, "ft231x").ensure(baud).unwrap();
        }
    }

    #[test]
    fn the_line_counts_as_well_as_the_engine() {
        // 28 x 28 pixels and ten classes.
        let exchange = Exchange { request_bytes: 790, reply_bytes: 54, engine_us: 1560.0 };
        let timing = exchange.at(1_000_000);
        assert_eq!(
            (timing.request_us, timing.reply_us, timing.image_us),
            (7900.0, 540.0, 10_000.0)
        );
        assert_eq!(timing.images_per_second, 100.0);
        let faster = exchange.at(4_000_000);
        assert_eq!((faster.request_us, faster.image_us), (1975.0, 3670.0));
        assert_eq!(timing.at(4_000_000), faster);
    }

    #[test]
    fn the_table_of_bridges_is_read() {
        assert!(bridges().len() >= 4);
        assert!(bridges().values().all(|bridge| bridge.reference >= 3_000_000));
    }
}
