//! What the list of spikes keeps of a neuron that fired: where its rows begin, and the coordinates that its links ask for.

use super::{Events, Link};
use crate::hardware::index_bits;

/// The bits of each part of an entry, the first the lowest; a part of 0 bits is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The neuron's row, if all links are dense; otherwise its channel times the [unit](Events::unit) of its source.
    pub offset: usize,
    /// Its channel.
    pub channel: usize,
    /// Its row of places.
    pub line: usize,
    /// Its column.
    pub column: usize,
}

impl Entry {
    /// The entries of a walk's list.
    pub fn of(walk: &Events) -> Self {
        if walk.is_dense {
            return Self { offset: index_bits(walk.rows()), channel: 0, line: 0, column: 0 };
        }
        let heard = || walk.links.iter().filter(|link| link.source > 0);
        let most = |of: &dyn Fn(&Link) -> usize| heard().map(of).max().unwrap_or(1);
        Self {
            offset: index_bits(most(&|link| link.first.len() * walk.unit(link.source))),
            ..Self::coordinates(walk.links.iter().filter(|link| link.source > 0))
        }
    }

    /// The entries of a walk's input.
    pub fn of_input(walk: &Events) -> Self {
        let link = &walk.links[0];
        let offsets = link.first.len() * walk.unit(0);
        if walk.is_dense {
            return Self { offset: index_bits(offsets), channel: 0, line: 0, column: 0 };
        }
        Self { offset: index_bits(offsets), ..Self::coordinates(std::iter::once(link)) }
    }

    fn coordinates<'a>(links: impl Iterator<Item = &'a Link> + Clone) -> Self {
        let most = |of: &dyn Fn(&Link) -> usize| links.clone().map(of).max().unwrap_or(1);
        // A coordinate that is always 0 takes no bit.
        let bits = |count: usize| if count > 1 { index_bits(count) } else { 0 };
        let asked = links.clone().any(|link| !link.is_uniform());
        Self {
            offset: 0,
            channel: if asked { bits(most(&|link| link.first.len())) } else { 0 },
            line: bits(most(&|link| link.lines.len())),
            column: bits(most(&|link| link.columns.len())),
        }
    }

    /// Bits of an entry.
    pub fn bits(self) -> usize {
        self.offset + self.channel + self.line + self.column
    }
}
