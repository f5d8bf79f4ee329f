//! The address programs of all links of a walk, and the counters that walk one of them.

use spikestream::hardware::events::{Entry, Events, Move, Stop};
use spikestream::hardware::index_bits;

/// The programs of the links of a walk; none of dense ones.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    /// Links, in their order.
    pub(super) links: Vec<Program>,
    /// Walks before the first link's.
    pub(super) regions: usize,
    /// The parts of an input's entry, and of a neuron's.
    pub(super) entries: [Entry; 2],
    /// Bits of an address of the weights, and of the sums.
    pub(super) row_bits: usize,
    pub(super) word_bits: usize,
    /// Bits of a level.
    pub(super) level_bits: usize,
}

/// A link's, its words multiplied by how many copies there are of each.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) base: usize,
    pub(super) start: usize,
    /// Offsets of an entry are so many rows.
    pub(super) factor: usize,
    pub(super) groups: usize,
    /// From a word to the next.
    pub(super) stride: usize,
    pub(super) lines: Vec<Stop>,
    pub(super) columns: Vec<Stop>,
    pub(super) first: Vec<usize>,
    pub(super) outer: Move,
    pub(super) inner: Move,
    pub(super) delays: usize,
    pub(super) pause: usize,
}

/// A spike that is walked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct At {
    pub(super) full: bool,
    /// It reaches nothing.
    pub(super) hollow: bool,
    link: usize,
    pub(super) row: usize,
    pub(super) word: usize,
    /// Those at the beginning of the row of places.
    line_row: usize,
    line_word: usize,
    group: usize,
    columns_left: usize,
    /// Columns of each row of places, less one.
    columns: usize,
    lines_left: usize,
    pub(super) late: usize,
    /// Cycles of the pause that are left.
    pub(super) rest: usize,
    pub(super) level: usize,
}

impl Programs {
    pub(super) fn new(walk: &Events) -> Self {
        let program = |link: &spikestream::hardware::events::Link| {
            let region = walk.regions[link.target];
            let stride = region.stride();
            let stop = |stop: &Stop| Stop { word: stop.word * stride, ..*stop };
            let step = |of: Move| Move { word: of.word * stride as isize, ..of };
            Program {
                base: link.base,
                start: region.base,
                factor: link.groups / walk.unit(link.source),
                groups: link.groups,
                stride,
                lines: link.lines.iter().map(stop).collect(),
                columns: link.columns.iter().map(stop).collect(),
                first: link.first.iter().map(|first| first * stride).collect(),
                outer: step(link.outer),
                inner: step(link.inner),
                delays: link.delays,
                pause: link.pause,
            }
        };
        Self {
            links: if walk.is_dense { vec![] } else { walk.links.iter().map(program).collect() },
            regions: walk.regions.len(),
            entries: [Entry::of_input(walk), Entry::of(walk)],
            row_bits: index_bits(walk.rows()),
            word_bits: index_bits(walk.depth()),
            level_bits: index_bits(walk.steps),
        }
    }

    pub(super) fn is_dense(&self) -> bool {
        self.links.is_empty()
    }

    /// The counters at a spike's first word.
    pub(super) fn begin(&self, walk: usize, scanning: bool, entry: u128) -> At {
        let link = walk.saturating_sub(self.regions).min(self.links.len() - 1);
        let (of, bits) = (&self.links[link], self.entries[usize::from(!scanning)]);
        let mut rest = entry;
        let mut part = |bits: usize| {
            let value = (rest & ((1 << bits) - 1)) as usize;
            rest >>= bits;
            value
        };
        let offset = part(bits.offset);
        let at = |last: usize, value: usize| value.min(last - 1);
        let channel = at(of.first.len(), part(bits.channel));
        let line = of.lines[at(of.lines.len(), part(bits.line))];
        let column = of.columns[at(of.columns.len(), part(bits.column))];
        let lines = if of.delays > 0 { of.delays } else { line.count };
        let row = self.row(of.base + offset * of.factor + line.row + column.row);
        let word = self.word(of.start + of.first[channel] + line.word + column.word);
        At {
            full: true,
            hollow: line.count * column.count == 0,
            link,
            row,
            word,
            line_row: row,
            line_word: word,
            group: 0,
            columns_left: column.count.saturating_sub(1),
            columns: column.count.saturating_sub(1),
            lines_left: lines.saturating_sub(1),
            late: 0,
            rest: 0,
            level: 0,
        }
    }

    fn row(&self, row: usize) -> usize {
        row & ((1 << self.row_bits) - 1)
    }

    fn word(&self, word: usize) -> usize {
        word & ((1 << self.word_bits) - 1)
    }

    /// Whether this is a spike's last word.
    fn is_last(&self, at: &At) -> bool {
        let of = &self.links[at.link];
        at.hollow || (at.group == of.groups - 1 && at.columns_left == 0 && at.lines_left == 0)
    }

    /// Whether this is a spike's last cycle.
    pub(super) fn ends(&self, at: &At) -> bool {
        let pause = self.links[at.link].pause;
        if at.rest > 0 { at.rest == 1 } else { self.is_last(at) && pause == 0 }
    }

    /// The counters a cycle later.
    pub(super) fn next(&self, at: &At) -> At {
        let (mut next, of) = (*at, &self.links[at.link]);
        if !at.full {
            return next;
        }
        if self.ends(at) {
            next.full = false;
            next.rest = 0;
        } else if at.rest > 0 {
            next.rest = at.rest - 1;
        } else if self.is_last(at) {
            next.rest = of.pause;
        } else if at.group < of.groups - 1 {
            next.group = at.group + 1;
            next.row = self.row(at.row + 1);
            next.word = self.word(at.word + of.stride);
        } else if at.columns_left > 0 {
            next.group = 0;
            next.columns_left = at.columns_left - 1;
            let back = (of.groups - 1) as isize;
            next.row = self.row(at.row.wrapping_add_signed(of.inner.row - back));
            let back = back * of.stride as isize;
            next.word = self.word(at.word.wrapping_add_signed(of.inner.word - back));
        } else {
            next.group = 0;
            next.columns_left = at.columns;
            next.lines_left = at.lines_left - 1;
            next.late = if of.delays > 0 { at.late + 1 } else { 0 };
            // A delay is the same rows once more.
            let outer = if of.delays > 0 { Move { row: 0, word: 0 } } else { of.outer };
            next.row = self.row(at.line_row.wrapping_add_signed(outer.row));
            next.word = self.word(at.line_word.wrapping_add_signed(outer.word));
            (next.line_row, next.line_word) = (next.row, next.word);
        }
        next
    }
}
