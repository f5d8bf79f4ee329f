//! A bitstream layer's run: streams against streams, a current a step, spikes.

use super::seeds::Operand;
use super::{Gate, Inputs, ScDense, Weights};
use crate::Error;
use crate::neuron::stochastic::Membrane;
use crate::random::philox::Draws;
use crate::sc::bitstream::Bitstream;
use crate::sc::error::ScError;

/// A layer whose weights are streams; [the room](super) has its equations.
#[derive(Clone, Debug)]
pub struct ScDenseLayer {
    parts: ScDense,
    /// For each row of weights, a row of bits a cycle.
    weights: Vec<Bits>,
}

/// Bits of all inputs, a row a cycle: 64 inputs a word.
#[derive(Clone, Debug)]
struct Bits {
    rows: Vec<u64>,
    words: usize,
}

impl Bits {
    fn new(inputs: usize, length: usize) -> Self {
        let words = inputs.div_ceil(64);
        Self { rows: vec![0; words * length], words }
    }

    fn set(&mut self, cycle: usize, input: usize, bit: bool) {
        self.rows[cycle * self.words + input / 64] |= u64::from(bit) << (input % 64);
    }

    fn row(&self, cycle: usize) -> &[u64] {
        &self.rows[cycle * self.words..][..self.words]
    }
}

impl ScDenseLayer {
    /// Checks the parts and makes the streams of the weights.
    ///
    /// # Errors
    /// Streams of no cycles; no neurons, inputs, samples or frames; a range that is none; an input or a weight that is
    /// no number of its range; shapes that disagree; operands with one seed; numbers that make no neuron.
    pub fn new(parts: ScDense) -> Result<Self, Error> {
        parts.check()?;
        let [_, _, inputs] = parts.x_inputs.shape();
        let row = |(neuron, weights): (usize, &[f64])| {
            let mut bits = Bits::new(inputs, parts.length);
            for (input, weight) in weights.iter().enumerate() {
                let mut draws = parts.seeds.draws(parts.base_seed, Operand::Weight(neuron, input));
                let p = share(*weight, parts.w_range);
                (0..parts.length).for_each(|k| bits.set(k, input, bit(&mut draws, p)));
            }
            bits
        };
        let weights = parts.weight_values.rows().into_iter().enumerate().map(row).collect();
        Ok(Self { parts, weights })
    }

    /// Steps the neurons from rest; beyond the streams' length on the last current. Every call gives the same.
    ///
    /// # Errors
    /// No steps.
    pub fn run(&self, steps: usize) -> Result<Run, Error> {
        if steps == 0 {
            return Err(ScError::Length { what: "the number of steps", found: 0 }.into());
        }
        let [batch, _, _] = self.parts.x_inputs.shape();
        let mut run =
            Run { spikes: Vec::new(), counts: Vec::new(), steps, parts: self.parts.clone() };
        for sample in 0..batch {
            let currents = self.currents(sample, steps.min(self.parts.length / self.parts.cycles));
            for neuron in 0..self.parts.neurons {
                let spikes = self.spikes(neuron, steps, &currents);
                run.counts.push(spikes.ones());
                run.spikes.push(spikes);
            }
        }
        Ok(run)
    }

    /// The currents of each row of weights, one a step, without biases.
    fn currents(&self, sample: usize, steps: usize) -> Vec<Vec<f64>> {
        let ScDense { y_range: [low, high], correction, cycles, gate, .. } = self.parts;
        let [_, _, inputs] = self.parts.x_inputs.shape();
        let heard = self.heard(sample, steps * cycles);
        let ones = |row: &[u64]| row.iter().map(|word| word.count_ones()).sum::<u32>();
        let all = |step: usize| step * cycles..(step + 1) * cycles;
        let shared =
            |step| correction * f64::from(all(step).map(|k| ones(heard.row(k))).sum::<u32>());
        let shared: Vec<f64> = (0..steps).map(shared).collect();
        let count = |weights: &Bits, k: usize| {
            let pairs = heard.row(k).iter().zip(weights.row(k));
            match gate {
                Gate::And => pairs.map(|(x, w)| (x & w).count_ones()).sum::<u32>(),
                // The bits behind the last input are equal, and no products.
                Gate::Xnor => inputs as u32 - pairs.map(|(x, w)| (x ^ w).count_ones()).sum::<u32>(),
            }
        };
        let current = |weights: &Bits, step: usize| {
            let count = all(step).map(|k| count(weights, k)).sum::<u32>();
            low + ((high - low) * f64::from(count) / inputs as f64 + shared[step]) / cycles as f64
        };
        let row = |weights: &Bits| (0..steps).map(|step| current(weights, step)).collect();
        self.weights.iter().map(row).collect()
    }

    /// The streams of a sample's inputs.
    fn heard(&self, sample: usize, cycles: usize) -> Bits {
        let parts = &self.parts;
        let [_, _, inputs] = parts.x_inputs.shape();
        let mut bits = Bits::new(inputs, cycles);
        for input in 0..inputs {
            let mut draws = parts.seeds.draws(parts.base_seed, Operand::Input(input));
            for k in 0..cycles {
                let p =
                    share(parts.x_inputs.sample(sample, k / parts.cycles)[input], parts.x_range);
                bits.set(k, input, bit(&mut draws, p));
            }
        }
        bits
    }

    fn spikes(&self, neuron: usize, steps: usize, currents: &[Vec<f64>]) -> Bitstream {
        let parts = &self.parts;
        let row = match &parts.weight_values {
            Weights::Shared(_) => &currents[0],
            Weights::Each(_) => &currents[neuron],
        };
        let bias = parts.biases.get(neuron).copied().unwrap_or(0.0);
        let mut noise = parts.seeds.noise(parts.base_seed, neuron);
        let shaken = parts.neuron.noise > 0.0;
        let mut membrane = Membrane::at_rest(&parts.neuron);
        let mut step = |k: usize| {
            let normal = if shaken { noise.normal() } else { 0.0 };
            parts.neuron.step(&mut membrane, row[k.min(row.len() - 1)] + bias, normal)
        };
        let fired: Vec<bool> = (0..steps).map(&mut step).collect();
        Bitstream::from_fn(steps, |k| fired[k])
    }
}

/// Where in a range a number lies, 0..=1.
fn share(value: f64, [low, high]: [f64; 2]) -> f64 {
    // Each end by itself, so that no difference overflows.
    let whole = high / 2.0 - low / 2.0;
    (value / 2.0 - low / 2.0) / whole
}

fn bit(draws: &mut Draws, p: f64) -> bool {
    draws.uniform() < p
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Those of each neuron, sample by sample.
    spikes: Vec<Bitstream>,
    counts: Vec<u32>,
    steps: usize,
    parts: ScDense,
}

/// How often neurons spiked.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The mean over all neurons and samples, in spikes a second.
    pub avg_firing_rate_hz: f64,
    /// That of each neuron, `[batch][neurons]`.
    pub firing_rates_hz: Vec<Vec<f64>>,
    /// Spikes in all.
    pub spikes: u64,
}

impl Run {
    /// The rates.
    pub fn summary(&self) -> Summary {
        let hertz = |spikes: f64| self.parts.neuron.hertz(spikes, self.steps);
        let spikes = self.counts.iter().map(|n| u64::from(*n)).sum::<u64>();
        let rows = self.counts.chunks(self.parts.neurons);
        Summary {
            avg_firing_rate_hz: hertz(spikes as f64 / self.counts.len() as f64),
            firing_rates_hz: rows
                .map(|row| row.iter().map(|n| hertz(f64::from(*n))).collect())
                .collect(),
            spikes,
        }
    }

    /// The spikes of a neuron, a bit a step.
    ///
    /// # Panics
    /// If there is no such sample or neuron.
    pub fn of(&self, sample: usize, neuron: usize) -> &Bitstream {
        assert!(neuron < self.parts.neurons, "neuron {neuron} of {}", self.parts.neurons);
        &self.spikes[sample * self.parts.neurons + neuron]
    }

    /// All spikes as what a next layer hears, a frame a step, each 0 or 1.
    pub fn spikes(&self) -> Inputs {
        let neurons = self.parts.neurons;
        let batch = self.spikes.len() / neurons;
        let frames = (0..batch).flat_map(|b| (0..self.steps).map(move |k| (b, k)));
        let bits = frames.flat_map(|(b, k)| {
            (0..neurons).map(move |j| f64::from(u8::from(self.of(b, j).get(k))))
        });
        Inputs::of([batch, self.steps, neurons], bits.collect())
    }
}

#[cfg(test)]
mod tests;
