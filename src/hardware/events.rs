//! The engine of schedule `events`: where its sums lie, and how many cycles an image takes.
//!
//! A spike reaches all neurons of a layer. `lanes` of them are a group, whose sums are a word of the engine's memory
//! of sums; a spike adds its row of weights to a layer's groups, one a cycle.
//!
//! The image is still, so an input spikes at all steps whose number lies below its pixel. Such steps are nested: of
//! T steps an input of level n spikes at those with the n lowest numbers. So its row is added once, to the bin of its
//! level, and the sum of all bins from `x(t)` on is the dot product of step t.
//!
//! A sum may be added to again after three cycles. A layer of one or two groups has its sums in four or two banks,
//! which spikes take in turn; before the neurons are run, the banks are summed as bins are.

use crate::layer::Dense;
use crate::sc::encoder;

/// Cycles before a sum that was written is read.
pub const SETTLE: u64 = 2;

/// Cycles from the last neuron's sum to the last spike's place in the list, beyond those of the neuron itself.
pub const LISTED: u64 = 4;

/// A layer's sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its neurons.
    pub outputs: usize,
    /// Words of sums: `lanes` neurons each.
    pub groups: usize,
    /// Sums of a neuron by the level of the input: one a time step for the inputs, one for spikes of neurons.
    pub bins: usize,
    /// Copies of each, which spikes take in turn.
    pub banks: usize,
    /// The first word.
    pub base: usize,
}

impl Region {
    /// The words of a group.
    pub fn stride(self) -> usize {
        self.bins * self.banks
    }

    /// All words.
    pub fn words(self) -> usize {
        self.groups * self.stride()
    }
}

/// The engine's walk over the layers of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// Neurons whose sums are added to at once.
    pub lanes: usize,
    /// The sums of each layer.
    pub regions: Vec<Region>,
    /// Time steps an image.
    pub steps: usize,
    /// Cycles of a layer between its last neuron's sum and the next thing that is done.
    pub drain: u64,
}

impl Events {
    /// The walk over layers on `lanes` lanes, of neurons that take `latency` cycles.
    pub fn new(
        layers: impl Iterator<Item = Dense>,
        steps: usize,
        latency: usize,
        lanes: usize,
    ) -> Self {
        let mut base = 0;
        let region = |(layer, sizes): (usize, Dense)| {
            let groups = sizes.groups(lanes);
            let bins = if layer == 0 { steps } else { 1 };
            let banks = match groups {
                1 => 4,
                2 => 2,
                _ => 1,
            };
            let region = Region { outputs: sizes.outputs, groups, bins, banks, base };
            base += region.words();
            region
        };
        let regions = layers.enumerate().map(region).collect();
        Self { lanes, regions, steps, drain: latency as u64 + LISTED }
    }

    /// Words of the memory of sums.
    pub fn depth(&self) -> usize {
        self.regions.iter().map(|region| region.words()).sum()
    }

    /// Cycles of an image that has these pixels, and these spikes of each layer in all steps.
    pub fn cycles(&self, image: &[u8], spikes: &[u64]) -> u64 {
        self.scan(self.spikes_ever(image)) + self.run(spikes)
    }

    /// How many pixels of an image spike at some step: the rows that its inputs add.
    pub fn spiking(&self, image: &[u8]) -> usize {
        self.spikes_ever(image).filter(|spikes| *spikes).count()
    }

    fn spikes_ever(&self, image: &[u8]) -> impl Iterator<Item = bool> {
        image.iter().map(|&pixel| encoder::level(self.steps as u32, pixel) > 0)
    }

    /// Words of weights that are read for so many inputs that spike, and for these spikes of each layer in all steps.
    pub fn rows(&self, spiking: u64, spikes: &[u64]) -> u64 {
        let sent = std::iter::once(&spiking).chain(spikes);
        self.regions.iter().zip(sent).map(|(region, sent)| region.groups as u64 * sent).sum()
    }

    /// Additions of an image by which the sums of a neuron, one a bin and bank, become one.
    pub fn joined(&self) -> u64 {
        let regions = self.regions.iter().enumerate();
        let of = |(layer, region): (usize, &Region)| {
            self.summed(layer) * (region.stride() as u64 - 1) * region.outputs as u64
        };
        regions.map(of).sum()
    }

    /// How often an image's sums of a layer become one.
    fn summed(&self, layer: usize) -> u64 {
        if layer == 0 { 1 } else { self.steps as u64 }
    }

    /// Cycles that no image exceeds.
    pub fn most_cycles(&self, inputs: usize) -> u64 {
        let steps = self.steps as u64;
        let spikes: Vec<u64> = self.regions.iter().map(|r| r.outputs as u64 * steps).collect();
        self.scan(std::iter::repeat_n(true, inputs)) + self.run(&spikes)
    }

    /// Cycles in which the inputs are read and the rows of those that spike are added, cycle by cycle. The next two are
    /// looked for while a row is being added: one is found and waits until the one before it is in its last cycle.
    fn scan(&self, spiking: impl Iterator<Item = bool>) -> u64 {
        let groups = self.regions[0].groups as u64;
        let mut spiking = spiking.peekable();
        // The first cycle fetches a pixel.
        let (mut cycles, mut found, mut adding) = (1, false, 0_u64);
        loop {
            cycles += 1;
            let ends = adding <= 1;
            if spiking.peek().is_none() && !found && ends {
                return cycles;
            }
            let finds = !found && spiking.peek() == Some(&true);
            let goes_on = finds || spiking.peek() == Some(&false);
            adding = if found && ends { groups } else { adding.saturating_sub(1) };
            found = finds || (found && !ends);
            if goes_on {
                spiking.next();
            }
        }
    }

    /// Cycles from there on.
    fn run(&self, spikes: &[u64]) -> u64 {
        let steps = self.steps as u64;
        let mut cycles = 0;
        for (layer, region) in self.regions.iter().enumerate() {
            if region.stride() > 1 {
                cycles += self.summed(layer) * (region.words() as u64 + SETTLE);
            }
            cycles += steps * (SETTLE + region.outputs as u64 + self.drain);
            if let Some(next) = self.regions.get(layer + 1) {
                let spikes = spikes.get(layer).copied().unwrap_or_default();
                cycles += steps + spikes * next.groups as u64;
            }
        }
        cycles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(sizes: &[usize], lanes: usize) -> Events {
        let layers = sizes.windows(2).map(|pair| Dense { inputs: pair[0], outputs: pair[1] });
        Events::new(layers, 16, 3, lanes)
    }

    #[test]
    fn narrow_layers_have_banks_and_the_inputs_bins() {
        let walk = walk(&[20, 25, 10, 3], 8);
        let seen = walk.regions.iter().map(|r| (r.groups, r.bins, r.banks, r.base));
        assert_eq!(seen.collect::<Vec<_>>(), [(4, 16, 1, 0), (2, 1, 2, 64), (1, 1, 4, 68)]);
        assert_eq!(walk.depth(), 72);
    }

    #[test]
    fn the_next_pixel_is_looked_for_while_a_row_is_added() {
        let walk = walk(&[4, 25, 3], 8);
        // Fetch, four pixels of nothing, and a cycle to see that they are all.
        assert_eq!(walk.scan([false; 4].into_iter()), 1 + 4 + 1);
        // A cycle for a pixel, one for its place, four for its row, in which the others are passed.
        assert_eq!(walk.scan([true, false, false, false].into_iter()), 1 + 1 + 1 + 4);
        // One row behind the other.
        assert_eq!(walk.scan([true; 4].into_iter()), 1 + 1 + 1 + 4 * 4);
        assert_eq!(walk.scan([true, false, true, false].into_iter()), 1 + 1 + 1 + 2 * 4);
    }

    #[test]
    fn no_image_takes_more_than_the_most() {
        let walk = walk(&[20, 25, 3], 8);
        let quiet = walk.cycles(&[0; 20], &[0, 0]);
        let most = walk.most_cycles(20);
        assert_eq!(most, walk.cycles(&[255; 20], &[25 * 16, 48]));
        // A row of four groups an input, less the cycle that a pixel of nothing takes; a group a spike.
        assert_eq!(most - quiet, 20 * 4 + 1 - 20 + 25 * 16);
    }
}
