//! The engine of schedule `events`: where its sums lie, and how many cycles an image takes.
//!
//! A spike reaches neurons of one or more populations ([`Fan`]). `lanes` channels of a place are a group, whose sums are a
//! word of the engine's memory of sums; a spike adds its rows of weights to groups, one a cycle ([`Link`]).
//!
//! The image is still, so an input spikes at all steps whose number lies below its pixel. Such steps are nested: of
//! T steps an input of level n spikes at those with the n lowest numbers. So its rows are added once, to the bin of its
//! level, and the sum of all bins from `x(t)` on is the dot product of step t.
//!
//! A sum may be added to again after three cycles. A population of one or two groups has its sums in four or two banks,
//! which spikes take in turn; before the neurons are run, the banks are summed as bins are. Where spikes reach words in an
//! order of their own, each waits for the one before it.

mod entry;
mod fan;
mod joined;
mod link;
mod lowered;
mod region;

pub use entry::Entry;
pub use fan::{Fan, Path};
pub use link::{Link, Move, Reached, Stop};
pub use lowered::{golden, golden_on, layers_before, lowered, lowered_net};
pub use region::Region;

use crate::sc::encoder;
use crate::spec::Net;

/// Cycles before a sum that was written is read.
pub const SETTLE: u64 = 2;

/// Cycles from the last neuron's sum to the last spike's place in the list, beyond those of the neuron itself.
pub const LISTED: u64 = 4;

/// Cycles of a link in a time step without a spike, where all links are dense, and where they are not.
const PASSED: [u64; 2] = [1, 2];

/// The engine's walk over the layers of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// Neurons whose sums are added to at once.
    pub lanes: usize,
    /// The paths.
    pub fan: Fan,
    /// The sums of each population.
    pub regions: Vec<Region>,
    /// The paths on these lanes, in their order.
    pub links: Vec<Link>,
    /// Whether each link is a fully connected layer's, from the one before it.
    pub is_dense: bool,
    /// Time steps an image.
    pub steps: usize,
    /// Cycles of a layer between its last neuron's sum and the next thing that is done.
    pub drain: u64,
}

impl Events {
    /// The walk over the paths of a network on `lanes` lanes, of neurons that take `latency` cycles.
    pub fn new(fan: Fan, steps: usize, latency: usize, lanes: usize) -> Self {
        let mut base = 0;
        let mut regions = Vec::new();
        for (population, volume) in fan.volumes[1..].iter().enumerate() {
            let late = fan.paths.iter().filter(|path| path.target == population);
            let longest = late.filter_map(|path| path.longest).max().unwrap_or(0);
            let slots = if population == 0 { steps } else { (longest + 1).next_power_of_two() };
            let region = Region::new(*volume, lanes, slots, population == 0, base);
            base += region.words();
            regions.push(region);
        }
        let (mut links, mut row): (Vec<Link>, usize) = (Vec::new(), 0);
        for path in &fan.paths {
            let link = Link::new((&fan, path), &regions[path.target], row, lanes);
            row += link.rows;
            links.push(link);
        }
        let is_dense = fan.is_dense();
        Self { lanes, regions, links, is_dense, steps, drain: latency as u64 + LISTED, fan }
    }

    /// Words of the memory of sums.
    pub fn depth(&self) -> usize {
        self.regions.iter().map(|region| region.words()).sum()
    }

    /// Words of the memory of weights.
    pub fn rows(&self) -> usize {
        self.links.iter().map(|link| link.rows).sum()
    }

    /// What the rows of a channel of a source are counted in: of all its links a divisor.
    pub fn unit(&self, source: usize) -> usize {
        let groups = self.links.iter().filter(|link| link.source == source).map(|link| link.groups);
        groups.fold(0, divisor).max(1)
    }

    /// Neurons of the population that has most of those whose spikes are heard: places of the list of spikes.
    pub fn listed(&self) -> usize {
        let heard = self.links.iter().filter_map(|link| link.source.checked_sub(1));
        heard.map(|population| self.regions[population].outputs).max().unwrap_or(0)
    }

    /// The words of the memory of weights.
    ///
    /// # Panics
    /// If the network is of another shape.
    pub fn contents(&self, net: &Net) -> Vec<u128> {
        let net = &*lowered_net(net);
        let wiring = net.spec.wiring().unwrap_or_else(|error| panic!("{error}"));
        let bits = [net.spec.stream.bits as usize + 1, self.fan.delay_bits()];
        let words = self.fan.paths.iter().zip(&self.links).flat_map(|(path, link)| {
            let layer = self.fan.layers[path.target];
            let mut numbers = wiring[layer].numbers(&net.layers[layer]);
            let (_, numbers) = numbers.nth(path.number).unwrap_or_else(|| panic!("{path:?}"));
            link.contents((&self.fan, path), &numbers, self.lanes, bits)
        });
        words.collect()
    }

    /// What a spike of a unit of a source takes: 0 is the input, `p + 1` is population `p`.
    pub fn reached(&self, source: usize, unit: usize) -> Reached {
        let links = self.links.iter().zip(&self.fan.paths).filter(|(of, _)| of.source == source);
        let mut all = Reached::default();
        for (link, path) in links {
            all += link.reached(self.fan.ends(path), unit, self.lanes);
        }
        all
    }

    /// The population that a layer of the network is that the engine runs; none if it has no neurons.
    pub fn population(&self, layer: usize) -> Option<usize> {
        self.fan.layers.iter().position(|of| *of == layer)
    }

    /// Cycles of an image that has these pixels, and whose neurons' spikes take so many, in so many time steps.
    pub fn cycles(&self, image: &[u8], spikes: u64, steps: u32) -> u64 {
        let units = self.spikes_ever(image).enumerate();
        let taken = |(unit, spikes): (usize, bool)| spikes.then(|| self.reached(0, unit).cycles);
        self.scan(units.map(taken)) + self.run(steps.into()) + spikes
    }

    /// The units of the input that spike at some step: those whose rows are added.
    pub fn spiking<'a>(&'a self, image: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        self.spikes_ever(image).enumerate().filter_map(|(unit, spikes)| spikes.then_some(unit))
    }

    fn spikes_ever(&self, image: &[u8]) -> impl Iterator<Item = bool> {
        image.iter().map(|&pixel| encoder::level(self.steps as u32, pixel) > 0)
    }

    /// Additions of an image by which the sums of a neuron, one a bin and bank, become one, in so many time steps.
    pub fn joined(&self, steps: u32) -> u64 {
        let regions = self.regions.iter().enumerate();
        let of = |(population, region): (usize, &Region)| {
            self.summed(population, steps.into())
                * (region.stride() as u64 - 1)
                * region.outputs as u64
        };
        regions.map(of).sum()
    }

    /// How often an image's sums of a population become one: those of the first after the input, of others each step, if
    /// there are banks.
    fn summed(&self, population: usize, steps: u64) -> u64 {
        match self.regions[population] {
            region if region.stride() == 1 => 0,
            _ if population == 0 => 1,
            region if region.banks > 1 => steps,
            _ => 0,
        }
    }

    /// Cycles that no image exceeds.
    pub fn most_cycles(&self) -> u64 {
        let units = |source: usize| 0..self.fan.volumes[source].units();
        let taken =
            |source: usize| units(source).map(move |unit| self.reached(source, unit).cycles);
        let spikes = (1..self.fan.volumes.len()).flat_map(taken).sum::<usize>() * self.steps;
        self.scan(taken(0).map(Some)) + self.run(self.steps as u64) + spikes as u64
    }

    /// Cycles in which the inputs are read and the rows of those that spike are added, cycle by cycle. The next two are
    /// looked for while rows are being added: one is found and waits until the one before it is in its last cycle.
    fn scan(&self, taken: impl Iterator<Item = Option<usize>>) -> u64 {
        let mut inputs = taken.peekable();
        // The first cycle fetches a pixel. Dense rows are added right from where the input is found.
        let (mut cycles, mut found, mut held, mut adding) = (1, None, None, 0_usize);
        loop {
            cycles += 1;
            let ends = adding <= 1;
            let next = inputs.peek().copied();
            if (next, found, held, ends) == (None, None, None, true) {
                return cycles;
            }
            let finds = next.flatten().filter(|_| found.is_none());
            if next == Some(None) || finds.is_some() {
                inputs.next();
            }
            let last = if self.is_dense { &mut found } else { &mut held };
            let takes = if ends { last.take() } else { None };
            adding = takes.unwrap_or(adding.saturating_sub(1));
            if !self.is_dense && held.is_none() {
                held = found.take();
            }
            found = found.or(finds);
        }
    }

    /// Cycles from there on in so many time steps, but for what spikes take.
    fn run(&self, steps: u64) -> u64 {
        let mut cycles = 0;
        for (population, region) in self.regions.iter().enumerate() {
            cycles += self.summed(population, steps) * (region.words() as u64 + SETTLE);
            cycles += steps * (SETTLE + region.outputs as u64 + self.drain);
        }
        let links = self.links.iter().filter(|link| link.source > 0).count() as u64;
        cycles + steps * links * PASSED[usize::from(!self.is_dense)]
    }
}

/// The greatest common divisor; of 0 and a number the number.
fn divisor(mut a: usize, mut b: usize) -> usize {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests;
