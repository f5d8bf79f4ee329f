//! Which entry stands for each unit of a source, one after the other: where its rows begin, and its coordinates.
//!
//! ```text
//!  layer   3  +-Entries-+ 64  entry
//!  advance    |         |
//!  restart    |         |
//!  +--------->+         +-------->
//! ```
//!
//! # Timing
//! `entry` is the present unit's. `advance` goes on to the next of the layer, and `restart` to the first of the first
//! layer, both with the next cycle. The parts of an entry are those of `hardware::events::Entry`, the offset the lowest.

use super::text::table;
use crate::prim::{index_bits, literal, range, word};
use rust_hdl::prelude::*;
use spikestream::hardware::events::{Entry, Events};

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Entries {
    /// The layer whose units are counted.
    pub layer: Signal<In, Bits<3>>,
    /// Go on to the next unit.
    pub advance: Signal<In, Bit>,
    /// Go back to the first.
    pub restart: Signal<In, Bit>,
    /// The unit's entry.
    pub entry: Signal<Out, Bits<64>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _first: usize,
    _sources: Vec<Source>,
    _bits: Entry,
    _at: At,
}

/// A source whose units are counted.
#[derive(Clone, Copy, Debug)]
struct Source {
    /// From a channel's offset to the next one's.
    unit: usize,
    /// Channels, columns and rows; none of a dense one, whose offset goes on and on.
    sizes: Option<[usize; 3]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct At {
    offset: usize,
    /// Channel, column and row.
    place: [usize; 3],
}

impl Entries {
    /// The entries of the list, of the populations of a walk.
    pub fn of_populations(walk: &Events) -> Self {
        let first = match walk.is_dense {
            true => walk.links[0].rows,
            false => 0,
        };
        let sources = (1..walk.fan.volumes.len()).map(|source| Source::of(walk, source));
        Self::new(first, sources.collect(), Entry::of(walk))
    }

    /// The entries of the input of a walk.
    pub fn of_input(walk: &Events) -> Self {
        Self::new(0, vec![Source::of(walk, 0)], Entry::of_input(walk))
    }

    fn new(first: usize, sources: Vec<Source>, bits: Entry) -> Self {
        Self {
            layer: Signal::default(),
            advance: Signal::default(),
            restart: Signal::default(),
            entry: Signal::default(),
            clock: Signal::default(),
            _first: first,
            _sources: sources,
            _bits: bits,
            _at: At::default(),
        }
    }

    /// Bits of an entry.
    pub fn bits(&self) -> usize {
        self._bits.bits()
    }

    /// The parts of the present entry with their bits, the lowest first.
    fn parts(&self) -> [(usize, usize); 4] {
        let (At { offset, place: [channel, column, line] }, bits) = (self._at, self._bits);
        let parts = [bits.offset, bits.channel, bits.line, bits.column];
        let values = [offset, channel, line, column];
        std::array::from_fn(|part| (values[part], parts[part]))
    }

    fn next(&self, layer: usize) -> At {
        let (At { offset, mut place }, of) = (self._at, self._sources[layer]);
        let Some(sizes) = of.sizes else { return At { offset: offset + of.unit, place } };
        for (axis, size) in sizes.into_iter().enumerate() {
            place[axis] = (place[axis] + 1) % size;
            if place[axis] > 0 {
                break;
            }
        }
        At { offset: place[0] * of.unit, place }
    }

    fn text(&self) -> String {
        let bits = self._bits;
        let of =
            |part: &dyn Fn(&Source) -> usize| self._sources.iter().map(part).collect::<Vec<_>>();
        let mut all = format!("reg {} offset;\ninitial offset = 0;\n", range(bits.offset));
        all += &table("unit", bits.offset, "layer", &of(&|source| source.unit));
        let (mut steps, mut restart, mut carry) =
            (String::new(), String::new(), "advance".to_owned());
        let mut parts = Vec::new();
        let axes = [("channel", bits.channel), ("column", bits.column), ("line", bits.line)];
        for (axis, (name, kept)) in axes.into_iter().enumerate() {
            let last = of(&|source| source.sizes.map_or(0, |sizes| sizes[axis] - 1));
            let most = last.iter().copied().max().unwrap_or(0);
            if most == 0 {
                continue;
            }
            let width = index_bits(most + 1);
            all += &format!("reg {} {name};\ninitial {name} = 0;\n", range(width));
            all += &table(&format!("last_{name}"), width, "layer", &last);
            all += &format!("wire {name}_ends = {carry} && {name} == last_{name};\n");
            let (zero, one) = (literal(width, 0), literal(width, 1));
            steps += &format!("   if ({carry}) {name} <= {name}_ends ? {zero} : {name} + {one};\n");
            restart += &format!("      {name} <= 0;\n");
            carry = format!("{name}_ends");
            if kept > 0 {
                parts.push((name, kept));
            }
        }
        let channels = all.contains("channel_ends");
        let zero = literal(bits.offset, 0);
        let next = if channels {
            format!("channel_ends ? {zero} : offset + unit")
        } else {
            "offset + unit".into()
        };
        // The offset of a channel that is alone stays 0.
        if channels || self._sources.iter().all(|source| source.sizes.is_none()) {
            steps.insert_str(0, &format!("   if (advance) offset <= {next};\n"));
        }
        // In the order of an entry, the highest first.
        parts.sort_by_key(|(name, _)| {
            ["column", "line", "channel"].iter().position(|of| of == name)
        });
        parts.push(("offset", bits.offset));
        let parts: Vec<_> =
            parts.iter().map(|(name, bits)| format!("{name}{}", range(*bits))).collect();
        all + &format!(
            "always @(posedge clock) begin\n{steps}   if (restart) begin\n\
             \x20     offset <= {first};\n{restart}   end\nend\nalways @(*) entry = {{{zero}, {parts}}};\n",
            // Of a single layer nobody asks.
            first = literal(bits.offset, self._first as u128 & ((1 << bits.offset) - 1)),
            zero = literal(64 - bits.bits(), 0),
            parts = parts.join(", "),
        )
    }
}

impl Source {
    fn of(walk: &Events, source: usize) -> Self {
        let volume = walk.fan.volumes[source];
        if walk.is_dense {
            // A spike's rows begin so many words after those of the unit before it; of the last layer nobody asks.
            let link = walk.links.iter().find(|link| link.source == source);
            return Self { unit: link.map_or(0, |link| link.groups), sizes: None };
        }
        let sizes = Some([volume.channels, volume.width, volume.height]);
        Self { unit: walk.unit(source), sizes }
    }
}

impl Logic for Entries {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let layer = self.layer.val().index().min(self._sources.len() - 1);
            if self.restart.val() {
                self._at = At { offset: self._first, place: [0; 3] };
            } else if self.advance.val() {
                self._at = self.next(layer);
            }
            let mut low = 0;
            let entry = self.parts().iter().fold(0, |entry, &(part, bits)| {
                low += bits;
                entry | (part as u128 & ((1 << bits) - 1)) << (low - bits)
            });
            self.entry.next = word(entry);
        }
    }

    fn connect(&mut self) {
        self.entry.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(self.text())
    }
}
