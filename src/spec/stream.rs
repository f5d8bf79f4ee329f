//! The bitstreams of weights: how long, from where, and which cycles of them a time step runs.
//!
//! A weight's stream has the period `2^B`. At time step `t` (from 0, anew with each image) the
//! cycles that are run are
//!
//! ```text
//! k = (phase0(t) + c) mod 2^B,   c in 0..L
//! phase0(t) = 0          restart
//! phase0(t) = t L        run-on
//! ```
//!
//! so that a magnitude `m` weighs `w_t(m)`, the ones in that window ([`Stream::window`]). With
//! `L = 2^B` a window is the whole stream and `w_t(m) = m`; with a shorter one it is about
//! `m L / 2^B`. Restarted, every time step makes the same error; running on, the errors of the
//! `2^B / gcd(L, 2^B)` windows that follow each other cancel, since together they are whole streams.

use super::Generator;
use crate::sc::window;
use serde::{Deserialize, Serialize};

/// Weight bitstreams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// B, the bits of a weight's magnitude, 1..=7.
    pub bits: u32,
    /// L, the cycles that a time step runs, 1..=2^B; of all 2^B the stream of `m` holds exactly
    /// `m` ones.
    pub length: u32,
    /// The generator of weight streams.
    pub generator: Generator,
    /// Where a time step takes the stream up; of no effect if `L = 2^B`.
    #[serde(default, skip_serializing_if = "Phase::is_default")]
    pub phase: Phase,
    /// The bits by which sums are shifted up, of a network that an engine runs with fewer cycles than are its own; no file has
    /// it.
    #[serde(skip)]
    pub scale: u32,
}

/// Where a time step takes a weight's bitstream up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// At its start.
    #[default]
    Restart,
    /// Where the last time step left it; at its start with each image.
    RunOn,
}

impl Phase {
    /// Whether it is what a `net.toml` that does not say means.
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Stream {
    /// Whole streams: `L = 2^B`.
    pub fn full(bits: u32, generator: Generator) -> Self {
        Self { bits, length: 1 << bits, generator, phase: Phase::default(), scale: 0 }
    }

    /// `2^B`, the cycles after which a stream repeats.
    pub fn period(&self) -> u32 {
        1 << self.bits
    }

    /// Whether a time step runs whole streams.
    pub fn is_full(&self) -> bool {
        self.length == self.period()
    }

    /// `L / 2^B`, the share of the stream that a time step runs. Exact: the divisor is a power of
    /// two.
    pub fn share(&self) -> f64 {
        f64::from(self.length) / f64::from(self.period())
    }

    /// `phase0(t)`, the first cycle of a time step, below `2^B`.
    pub fn start(&self, step: u32) -> u32 {
        match self.phase {
            Phase::Restart => 0,
            // The product modulo 2^32 is right modulo 2^B.
            Phase::RunOn => step.wrapping_mul(self.length) & (self.period() - 1),
        }
    }

    /// How many time steps it takes until the windows repeat: `2^B / gcd(L, 2^B)` if the streams
    /// run on, otherwise 1. Step `t` has the window of step `t % phases`.
    pub fn phases(&self) -> usize {
        match self.phase {
            Phase::Restart => 1,
            // gcd(L, 2^B) is the largest power of two in L, and no more than 2^B.
            Phase::RunOn => 1 << self.bits.saturating_sub(self.length.trailing_zeros()),
        }
    }

    /// The most that a weight adds to a sum in a time step, scaled.
    pub fn most(&self) -> u32 {
        let most = (0..self.phases() as u32).flat_map(|step| self.window(step)).max();
        most.unwrap_or(0) << self.scale
    }

    /// `w_t(m)` of a time step for every magnitude `m`; `[2^B]`.
    pub fn window(&self, step: u32) -> Vec<u32> {
        window::counts(self.generator, self.bits, self.length, self.start(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stream(bits: u32, length: u32, phase: Phase) -> Stream {
        Stream { length, phase, ..Stream::full(bits, Generator::Ruler) }
    }

    #[test]
    fn a_step_starts_where_the_last_one_ended() {
        let starts = |s: Stream| (0..6).map(|t| s.start(t)).collect::<Vec<_>>();
        assert_eq!(starts(stream(4, 4, Phase::Restart)), [0; 6]);
        assert_eq!(starts(stream(4, 4, Phase::RunOn)), [0, 4, 8, 12, 0, 4]);
        assert_eq!(starts(stream(3, 3, Phase::RunOn)), [0, 3, 6, 1, 4, 7]);
        assert_eq!(starts(stream(3, 8, Phase::RunOn)), [0; 6]);
    }

    #[test]
    fn the_share_is_that_of_the_whole_stream() {
        for (bits, length, share) in [(4, 16, 1.0), (4, 4, 0.25), (3, 3, 0.375), (1, 1, 0.5)] {
            assert_eq!(stream(bits, length, Phase::RunOn).share(), share);
        }
    }

    #[test]
    fn the_windows_of_a_ruler_cut_to_a_quarter() {
        // B = 3: planes 2 1 2 0 2 1 2, then nothing; L = 2 takes two of them a step.
        let ones = |phase, m: usize| {
            let s = stream(3, 2, phase);
            (0..5).map(|t| s.window(t)[m]).collect::<Vec<_>>()
        };
        assert_eq!(ones(Phase::Restart, 7), [2; 5]);
        assert_eq!(ones(Phase::RunOn, 7), [2, 2, 2, 1, 2]);
        assert_eq!(ones(Phase::RunOn, 4), [1; 5]);
        assert_eq!(ones(Phase::RunOn, 1), [0, 1, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn windows_repeat_after_as_many_steps_as_are_said_and_no_fewer(
            bits in 1_u32..=7, length in 1_u32..=128, run_on: bool,
        ) {
            let length = 1 + (length - 1) % (1 << bits);
            let phase = if run_on { Phase::RunOn } else { Phase::Restart };
            let stream = stream(bits, length, phase);
            let phases = stream.phases() as u32;
            for t in 1..300 {
                prop_assert_eq!(stream.start(t) == 0, t % phases == 0, "step {}", t);
                prop_assert_eq!(stream.start(t), stream.start(t % phases));
            }
        }

        /// Together the windows that run on are whole streams, so nothing is lost for long.
        #[test]
        fn windows_that_run_on_sum_to_whole_streams(bits in 1_u32..=7, length in 1_u32..=128) {
            let length = 1 + (length - 1) % (1 << bits);
            let stream = stream(bits, length, Phase::RunOn);
            let phases = stream.phases() as u32;
            let windows: Vec<_> = (0..phases).map(|t| stream.window(t)).collect();
            for m in 0..1 << bits {
                let ones: u32 = windows.iter().map(|w| w[m]).sum();
                prop_assert_eq!(ones * stream.period(), m as u32 * phases * length);
            }
        }
    }
}
