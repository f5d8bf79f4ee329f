//! The sizes that an engine follows from, its memories, and how long it works on an image.
//!
//! Whoever plans has sizes and no weights; [`super::layout`] fills the same memories with those.

use super::events::{Entry, Events, Fan, lowered};
use super::image::{MAGIC, PARAMETER_BYTES, ROW_BYTES, SHAPE_BYTES};
use super::{FEWEST_WORDS, current_bits, index_bits};
use crate::layer::Dense;
use crate::neuron::block::{Block, Port};
use crate::neuron::program::{Multipliers, Plan, Program};
use crate::neuron::words;
use crate::sc::schedule::Schedule;
use crate::spec::{NetSpec, Stream};

/// Cycles from a word's address to its dot product: one to read it, four to count.
const COUNTED: usize = 5;

/// Cycles in which a spike gets into the memory of spikes.
const COLLECTED: usize = 1;

/// Cycles between a step's last input and its first word.
const SETTLE: u64 = 2;

/// Bytes behind the two images of a page: a class, and what a board says of itself.
const IDENTITY: u64 = 16;

/// One memory of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// What it is called in the design.
    pub name: &'static str,
    /// Bits of a word.
    pub width: u64,
    /// Words.
    pub depth: u64,
    /// Whether the design writes to it.
    pub written: bool,
}

/// The sizes of a design's memories, words and counters. Two networks of the same shape give the
/// same hardware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Widths of the layers, that of the inputs first.
    pub widths: Vec<u64>,
    /// Bits of a weight, without its sign.
    pub weight_bits: u32,
    /// Time steps an image.
    pub steps: u64,
    /// The streams of the weights.
    pub stream: Stream,
    /// Bits of the word that is kept for each output of a layer.
    pub state_bits: u64,
    /// Bits of the word that is kept beside it; 0 where there is none.
    pub other_bits: u64,
    /// What a neuron computes.
    pub program: Program,
    /// Tables of logic, about, that named neurons take beyond those of `[neuron]`.
    pub tables: u64,
    /// How many multipliers make their products; the others are sums.
    pub multipliers: u64,
    /// Bits of a dot product, signed.
    pub current_bits: u64,
    /// Cycles that a neuron takes.
    pub neuron_latency: usize,
    /// How a weight is walked.
    pub schedule: Schedule,
    /// Whether the network is loaded at start; on schedule `events` alone.
    pub loaded: bool,
    /// What hears what, where it is more than each layer the one before it; then `widths` are those of populations.
    pub fan: Option<Fan>,
}

impl Shape {
    /// The sizes of a network, where no part is known: products are sums.
    ///
    /// # Panics
    /// If the engine does not have a connection of it on this schedule.
    pub fn of(spec: &NetSpec, schedule: Schedule) -> Self {
        let fan = Fan::of(spec).unwrap_or_else(|unbuilt| panic!("{unbuilt}"));
        let widths = fan.volumes.iter().map(|volume| volume.units() as u64).collect();
        let spec = &*lowered(spec);
        let (all, spec) = (spec, &spec.populated());
        let block = Block::of(spec, current_bits(all) as u32);
        Self {
            widths,
            weight_bits: spec.stream.bits,
            steps: spec.time.steps.into(),
            stream: spec.stream.clone(),
            state_bits: words::state_bits(spec).into(),
            other_bits: block.others.iter().map(|&bits| u64::from(bits)).sum(),
            tables: tables(spec, current_bits(all), &block),
            multipliers: 0,
            current_bits: current_bits(all) as u64,
            neuron_latency: block.latency(),
            program: block.program,
            schedule,
            loaded: false,
            fan: (!fan.is_dense()).then_some(fan),
        }
    }

    /// Bytes of the image of a network that is loaded, on `lanes` lanes.
    pub fn image_bytes(&self, lanes: u64) -> u64 {
        let of = |name| {
            let memories = self.memories(lanes).into_iter();
            memories.filter(|memory| memory.name == name).map(|memory| memory.depth).sum::<u64>()
        };
        let rest = (MAGIC.len() + SHAPE_BYTES + size_of::<u32>()) as u64;
        let rows = self.weight_words(lanes).max(FEWEST_WORDS as u64);
        rest + ROW_BYTES as u64 * rows + PARAMETER_BYTES as u64 * of("parameters") + of("pixels")
    }

    /// The same where a part multiplies, of a shape whose products are sums. Multipliers with registers inside cost
    /// cycles, and cells in which other words wait.
    #[must_use]
    pub fn made_with(&self, multipliers: Multipliers) -> Self {
        if multipliers.count == 0 || self.program.products().is_empty() {
            return self.clone();
        }
        let [sums, plan] = [Multipliers::NONE, multipliers].map(|of| Plan::of(&self.program, of));
        Self {
            tables: (self.tables + plan.cells()).saturating_sub(sums.cells()),
            multipliers: plan.multipliers(multipliers.bits),
            neuron_latency: plan.stages.latency(),
            ..self.clone()
        }
    }

    /// Each layer's inputs and outputs.
    pub fn layers(&self) -> impl Iterator<Item = Dense> + '_ {
        let sizes = |pair: &[u64]| Dense { inputs: pair[0] as usize, outputs: pair[1] as usize };
        self.widths.windows(2).map(sizes)
    }

    /// The outputs of all layers.
    pub fn outputs(&self) -> u64 {
        self.layers().map(|layer| layer.outputs as u64).sum()
    }

    /// The outputs of the last layer.
    pub fn classes(&self) -> u64 {
        self.widths.last().copied().unwrap_or_default()
    }

    /// The weights of all layers.
    pub fn weights(&self) -> u64 {
        match &self.fan {
            Some(fan) => fan.paths.iter().map(|path| path.weights as u64).sum(),
            None => self.layers().map(|layer| layer.weights() as u64).sum(),
        }
    }

    /// The widths between the first and the last.
    pub fn hidden(&self) -> &[u64] {
        self.widths.get(1..self.widths.len().saturating_sub(1)).unwrap_or_default()
    }

    /// How often the words of a layer's output are walked; none of `events`, where spikes walk.
    pub fn passes(&self) -> u64 {
        match self.schedule {
            // A short stream is the upper planes, and a cycle that may be another one in each step.
            Schedule::Planes if !self.stream.is_full() => u64::from(self.stream.length.ilog2()) + 1,
            Schedule::Planes => self.weight_bits.into(),
            Schedule::Stream => self.stream.length.into(),
            Schedule::Events => 0,
        }
    }

    /// Words of signs on `lanes` lanes: one for each output and each chunk of inputs.
    pub fn words(&self, lanes: u64) -> u64 {
        self.layers().map(|layer| layer.words(lanes as usize) as u64).sum()
    }

    /// The words of the memory of weights that has most of them.
    pub fn weight_words(&self, lanes: u64) -> u64 {
        match self.schedule {
            Schedule::Planes | Schedule::Stream => self.words(lanes) * u64::from(self.weight_bits),
            Schedule::Events => self.events(lanes as usize).rows() as u64,
        }
    }

    /// Bits of a delay beside a weight; 0 where no synapse has one.
    pub fn delay_bits(&self) -> usize {
        self.fan.as_ref().map_or(0, Fan::delay_bits)
    }

    /// The walk of schedule `events` on `lanes` lanes.
    pub fn events(&self, lanes: usize) -> Events {
        let widths = || self.widths.iter().map(|&width| width as usize).collect::<Vec<_>>();
        let fan = self.fan.clone().unwrap_or_else(|| Fan::dense(&widths()));
        Events::new(fan, self.steps as usize, self.neuron_latency, lanes)
    }

    /// Cycles from a layer's last word to the first word of the next layer, less one: the pipeline's depth.
    pub fn drain(&self) -> usize {
        COUNTED + self.neuron_latency + COLLECTED
    }

    /// Clock cycles an image on `lanes` lanes; of `events`, those that no image exceeds. Otherwise every time step
    /// reads each input once, then walks the words of each layer and waits for the last to come through.
    pub fn cycles(&self, lanes: u64) -> u64 {
        let layers = self.widths.len().saturating_sub(1) as u64;
        let inputs = self.widths.first().copied().unwrap_or_default();
        if self.schedule == Schedule::Events {
            return self.events(lanes as usize).most_cycles();
        }
        self.steps
            * (inputs + SETTLE + self.words(lanes) * self.passes() + layers * self.drain() as u64)
    }

    /// Words of `lanes` bits that hold one bit for each input of each layer, and for each of the last
    /// layer's outputs.
    pub fn chunks(&self, lanes: u64) -> u64 {
        self.widths.iter().map(|width| width.div_ceil(lanes)).sum()
    }

    /// The memories on `lanes` lanes.
    pub fn memories(&self, lanes: u64) -> Vec<Memory> {
        let outputs = self.outputs();
        let parameters = words::parameter_count(outputs as usize, self.widths.len() - 1) as u64;
        let memory = |name, width, depth: u64, written| Memory {
            name,
            width,
            depth: depth.max(FEWEST_WORDS as u64),
            written,
        };
        let rom = |name, width, depth| memory(name, width, depth, false);
        let ram = |name, width, depth| memory(name, width, depth, true);
        let counts = index_bits(self.steps as usize + 1) as u64;
        let words = self.weight_words(lanes);
        let mut memories = match self.schedule {
            Schedule::Planes | Schedule::Stream => vec![
                rom("planes", lanes, words),
                rom("signs", lanes, self.words(lanes)),
                ram("spikes", lanes, self.chunks(lanes)),
            ],
            Schedule::Events => {
                let walk = self.events(lanes as usize);
                let weight = u64::from(self.weight_bits + 1) + walk.fan.delay_bits() as u64;
                vec![
                    rom("rows", lanes * weight, words),
                    ram("sums", lanes * self.current_bits, walk.depth() as u64),
                    ram("list", Entry::of(&walk).bits() as u64, walk.listed() as u64),
                ]
            }
        };
        memories.extend([
            rom("parameters", self.state_bits, parameters),
            ram("pixels", 8, 2 * self.widths[0] + IDENTITY),
            ram("membranes", self.state_bits, outputs),
            ram("counts", counts, self.classes()),
        ]);
        if self.loaded {
            memories.retain(|memory| memory.name != "rows");
        }
        if self.other_bits > 0 {
            memories.push(ram("others", self.other_bits, outputs));
        }
        memories
    }
}

/// What a block takes beyond that of the same network without named neurons.
fn tables(spec: &NetSpec, current_bits: usize, block: &Block) -> u64 {
    let mut plain = spec.clone();
    plain.layers.iter_mut().for_each(|layer| layer.neuron = None);
    let plain = Block::of(&plain, current_bits as u32);
    let more = block.program.tables().saturating_sub(plain.program.tables());
    // The sum for second synapses beside that of all.
    let second = block.ports.contains(&Port::Inhibition);
    more + if second { current_bits as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    #[test]
    fn sizes_are_those_of_the_network() {
        let mut spec = example(&[64, 24, 10]).spec;
        (spec.stream.bits, spec.stream.length, spec.time.steps) = (3, 8, 8);
        let shape = Shape::of(&spec, Schedule::Planes);
        assert_eq!(shape.widths, [64, 24, 10]);
        assert_eq!((shape.weight_bits, shape.steps, shape.state_bits), (3, 8, 16));
        assert_eq!((shape.words(16), shape.hidden()), (24 * 4 + 10 * 2, &[24][..]));
        assert_eq!(shape.cycles(16), 8 * (64 + 2 + 116 * 3 + 18));
        assert_eq!((shape.outputs(), shape.classes(), shape.passes()), (34, 10, 3));
        assert_eq!(Shape::of(&spec, Schedule::Stream).passes(), 8, "2^B cycles a weight");
    }

    #[test]
    fn memories_hold_what_the_network_and_an_image_need() {
        let mut spec = example(&[64, 24, 10]).spec;
        (spec.stream.bits, spec.stream.length, spec.time.steps) = (3, 8, 8);
        let of = |spec: &NetSpec| Shape::of(spec, Schedule::Planes).memories(16);
        let sizes = |memory: &Memory| (memory.name, memory.width, memory.depth, memory.written);
        let expected = [
            ("planes", 16, 3 * 116, false), // a plane a bit of a weight
            ("signs", 16, 116, false),
            ("spikes", 16, 4 + 2 + 1, true),
            ("parameters", 16, 34 + 2, false), // a bias each, a threshold a layer
            ("pixels", 8, 2 * 64 + 16, true),  // an image, the self-test's and the identity
            ("membranes", 16, 34, true),
            ("counts", 4, 10, true), // 0 to 8 spikes of each class
        ];
        assert_eq!(of(&spec).iter().map(sizes).collect::<Vec<_>>(), expected);
        let events = Shape::of(&spec, Schedule::Events).memories(8);
        let expected = [
            ("rows", 8 * 4, 64 * 3 + 24 * 2, false), // a sign and three bits
            ("sums", 8 * 10, 3 * 8 + 2 * 2, true), // eight steps; two banks of a layer of two groups
            ("list", 8, 24, true),                 // a row each of the hidden neurons
        ];
        assert_eq!(events[..3].iter().map(sizes).collect::<Vec<_>>(), expected);
        let loaded = Shape { loaded: true, ..Shape::of(&spec, Schedule::Events) };
        assert!(loaded.memories(8).iter().all(|memory| memory.name != "rows"));
        assert_eq!(loaded.image_bytes(8), 12 + 8 * (64 * 3 + 24 * 2) + 2 * 36 + 144 + 4);
        spec.neuron.refractory = 2;
        let resting = of(&spec);
        assert_eq!((resting.len(), sizes(&resting[7]).0, resting[7].depth), (8, "others", 34));
        // No memory has one word.
        assert!(of(&example(&[1, 1]).spec).iter().all(|memory| memory.depth >= 2));
    }
}
