//! Where the sums of a population lie.

use crate::layer::kinds::Volume;

/// The sums of a population. A place's words follow each other; a word has a copy for each slot, and a slot for each bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its neurons.
    pub outputs: usize,
    /// Its places, each with the neurons of all channels.
    pub places: usize,
    /// Words of a place: `lanes` neurons each.
    pub groups: usize,
    /// Copies of a word by the time step that they are for: of the first population one a step, by the level of the input; of
    /// one that hears late spikes as many as there are steps on the way; otherwise one.
    pub slots: usize,
    /// Copies of each, which spikes take in turn.
    pub banks: usize,
    /// The first word.
    pub base: usize,
}

impl Region {
    /// That of a population whose sums have so many slots, from word `base`.
    pub(super) fn new(
        volume: Volume,
        lanes: usize,
        slots: usize,
        by_level: bool,
        base: usize,
    ) -> Self {
        let (places, groups) = (volume.area(), volume.channels.div_ceil(lanes));
        // With slots of time there is no cycle to sum banks in.
        let banks = match places * groups {
            1 if by_level || slots == 1 => 4,
            2 if places == 1 && (by_level || slots == 1) => 2,
            _ => 1,
        };
        Self { outputs: volume.units(), places, groups, slots, banks, base }
    }

    /// The words of a group: one a slot and bank.
    pub fn stride(self) -> usize {
        self.slots * self.banks
    }

    /// All words.
    pub fn words(self) -> usize {
        self.places * self.groups * self.stride()
    }

    /// The neurons of the last word of a place.
    pub fn last_lanes(self, lanes: usize) -> usize {
        (self.outputs / self.places - 1) % lanes + 1
    }
}
