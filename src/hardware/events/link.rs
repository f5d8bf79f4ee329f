//! A path as the engine walks it on so many lanes: which rows of weights a spike reads, and which words of sums they are
//! added to.
//!
//! Channels of a place lie in lanes, so a word of sums is `lanes` channels of one place, and a place has
//! `ceil(channels / lanes)` words. The spike of unit (c, y, x) reads
//!
//! ```text
//! row  = base + c groups + row(y) + row(x) + n_y outer.row + n_x inner.row + g
//! word =        first(c) + word(y) + word(x) + n_y outer.word + n_x inner.word + g
//! ```
//!
//! for each `n_y` in `0..count(y)`, `n_x` in `0..count(x)` and `g` in `0..groups`, the last the fastest. Where synapses have
//! delays all of that is done once for each delay, and lanes whose delay is another add nothing.

use super::divisor;
use super::fan::{Fan, Path};
use super::region::Region;
use crate::layer::kinds::program::{Axis, Span};
use crate::layer::kinds::{Program, Volume};
use crate::spec::Numbers;

/// Cycles after which a word of sums may be added to again.
const APART: usize = 3;

/// What a coordinate gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Its part of the first row.
    pub row: usize,
    /// Its part of the first word.
    pub word: usize,
    /// How many places are reached along its axis.
    pub count: usize,
}

/// From one place that is reached to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Rows.
    pub row: isize,
    /// Words.
    pub word: isize,
}

/// A path on so many lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose spikes: 0 is the input, `p + 1` is population `p`.
    pub source: usize,
    /// The population that is reached.
    pub target: usize,
    /// The first row.
    pub base: usize,
    /// All rows.
    pub rows: usize,
    /// Words of a place that a spike reaches, and rows of a channel.
    pub groups: usize,
    /// By the source's row.
    pub lines: Vec<Stop>,
    /// By the source's column.
    pub columns: Vec<Stop>,
    /// By the source's channel, the first word of a place that is reached.
    pub first: Vec<usize>,
    /// From one row of places to the next.
    pub outer: Move,
    /// From one column of places to the next.
    pub inner: Move,
    /// Time steps after which a spike is heard at the earliest.
    pub lag: usize,
    /// Delays of which each is walked, one more than the longest; 0 where synapses have none.
    pub delays: usize,
    /// Whether spikes take the banks of sums in turn.
    pub banked: bool,
    /// Cycles in which nothing is added after a spike's last row.
    pub pause: usize,
}

/// What a spike takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Cycles.
    pub cycles: usize,
    /// Words of weights.
    pub words: usize,
    /// Sums that are added to.
    pub sums: usize,
}

impl std::ops::AddAssign for Reached {
    fn add_assign(&mut self, other: Self) {
        self.cycles += other.cycles;
        self.words += other.words;
        self.sums += other.sums;
    }
}

impl Link {
    /// The link of a path, whose rows begin at `base`.
    pub(super) fn new(
        (fan, path): (&Fan, &Path),
        region: &Region,
        base: usize,
        lanes: usize,
    ) -> Self {
        let [from, to] = fan.ends(path);
        let a_place = to.channels.div_ceil(lanes);
        let [lines, columns, channels] = &path.program.axes;
        let window = |first: usize, count: usize| {
            let last = first + count.max(1) - 1;
            (first / lanes, last / lanes + 1 - first / lanes)
        };
        let windows = channels.spans.iter().map(|span| window(span.target, span.count));
        let groups = windows.clone().map(|(_, words)| words).max().unwrap_or(1);
        // Within the place, also for those whose window is narrower.
        let first = windows.map(|(first, _)| first.min(a_place - groups)).collect();
        let unit = weight_unit(&path.program);
        let of_place = from.channels * groups;
        let along = |axis: &Axis| -> Vec<Stop> {
            let stop = |span: &Span| Stop {
                row: span.weight / unit * of_place,
                word: span.target / to.channels * a_place,
                count: span.count,
            };
            axis.spans.iter().map(stop).collect()
        };
        let (lines, columns) = ((along(lines), lines), (along(columns), columns));
        // Weights that lie behind those of all units need no more room than these.
        let most = |stops: &[Stop]| stops.iter().map(|stop| stop.row).max().unwrap_or(0);
        let room = most(&lines.0) + most(&columns.0) + of_place;
        let step = |axis: &Axis| Move {
            row: match axis.weight {
                ..=0 => axis.weight / unit as isize * of_place as isize,
                _ => room as isize,
            },
            word: axis.target / to.channels as isize * a_place as isize,
        };
        let is_full = path.program.is_full(from, to) && to.area() == 1;
        let delays = path.longest.map_or(0, |longest| longest + 1);
        let banked = is_full && region.banks > 1 && (path.source == 0 || region.slots == 1);
        let pause = match (banked, is_full) {
            (true, _) => 0,
            (_, true) => APART.saturating_sub(groups * delays.max(1)),
            _ => APART - 1,
        };
        let mut link = Self {
            source: path.source,
            target: path.target,
            base,
            rows: 0,
            groups,
            first,
            outer: step(lines.1),
            inner: step(columns.1),
            lines: lines.0,
            columns: columns.0,
            lag: path.lag,
            delays,
            banked,
            pause,
        };
        link.rows = (0..from.units())
            .map(|unit| link.walk(from, unit).map(|(row, _)| row + 1).max().unwrap_or(0))
            .max()
            .unwrap_or(0);
        link
    }

    /// Whether all channels begin at the same word.
    pub fn is_uniform(&self) -> bool {
        self.first.iter().all(|first| *first == self.first[0])
    }

    /// The rows, from 0, and the words that a unit's spike reaches, once whatever the delays.
    pub fn walk(&self, from: Volume, unit: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let (channel, place) = (unit % from.channels, unit / from.channels);
        let (line, column) = (self.lines[place / from.width], self.columns[place % from.width]);
        let start = channel * self.groups + line.row + column.row;
        let first = self.first[channel] + line.word + column.word;
        let at = move |start: usize, n: [isize; 2], moves: [isize; 2]| {
            (start as isize + n[0] * moves[0] + n[1] * moves[1]) as usize
        };
        let (outer, inner, groups) = (self.outer, self.inner, self.groups);
        (0..line.count as isize).flat_map(move |y| {
            (0..column.count as isize).flat_map(move |x| {
                let row = at(start, [y, x], [outer.row, inner.row]);
                let word = at(first, [y, x], [outer.word, inner.word]);
                (0..groups).map(move |g| (row + g, word + g))
            })
        })
    }

    /// What a unit's spike takes.
    pub fn reached(&self, [from, to]: [Volume; 2], unit: usize, lanes: usize) -> Reached {
        let place = unit / from.channels;
        let (line, column) = (self.lines[place / from.width], self.columns[place % from.width]);
        let (places, times) = (line.count * column.count, self.delays.max(1));
        let first = self.first[unit % from.channels];
        let channels = ((first + self.groups) * lanes).min(to.channels) - first * lanes;
        let words = places * self.groups * times;
        Reached { cycles: words.max(1) + self.pause, words, sums: places * channels * times }
    }

    /// Its rows: a word of `lanes` weights each, of `bits` bits with the sign, and behind a weight its delay.
    ///
    /// # Panics
    /// If a row's lane would have two weights.
    pub(super) fn contents(
        &self,
        (fan, path): (&Fan, &Path),
        numbers: &Numbers<'_>,
        lanes: usize,
        [bits, delay_bits]: [usize; 2],
    ) -> Vec<u128> {
        let [from, to] = fan.ends(path);
        let a_place = to.channels.div_ceil(lanes);
        let mut held: Vec<Option<usize>> = vec![None; self.rows * lanes];
        let mut reached = vec![None; to.units()];
        for unit in 0..from.units() {
            path.program.walk(unit, &mut |weight, target| reached[target] = Some(weight));
            for (row, word) in self.walk(from, unit) {
                for lane in 0..lanes {
                    let channel = word % a_place * lanes + lane;
                    if channel >= to.channels {
                        continue;
                    }
                    let target = word / a_place * to.channels + channel;
                    let Some(weight) = reached[target] else { continue };
                    let cell = &mut held[row * lanes + lane];
                    assert!(cell.is_none_or(|held| held == weight), "row {row}, lane {lane}");
                    *cell = Some(weight);
                }
            }
            path.program.walk(unit, &mut |_, target| reached[target] = None);
        }
        let mask = (1_u128 << bits) - 1;
        let lane = |weight: &Option<usize>| {
            let Some(weight) = *weight else { return 0 };
            let delay = numbers.delays.get(weight).map_or(0, |delay| u128::from(*delay));
            numbers.weights[weight] as u128 & mask | delay << bits
        };
        let row = |row: &[Option<usize>]| {
            let lanes = row.iter().enumerate();
            lanes.map(|(k, weight)| lane(weight) << (k * (bits + delay_bits))).sum()
        };
        held.chunks(lanes).map(row).collect()
    }
}

/// What divides each part of a weight's address that a row or a column gives.
fn weight_unit(program: &Program) -> usize {
    let parts = program.axes[..2].iter().flat_map(|axis| {
        let spans = axis.spans.iter().filter(|span| span.count > 0).map(|span| span.weight);
        spans.chain([axis.weight.unsigned_abs()])
    });
    parts.fold(0, divisor).max(1)
}
