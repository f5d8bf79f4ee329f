//! MUX: a multiplexer shows one product a cycle.

use super::{Accumulation, Bench, Counter};
use crate::random::philox::Philox;
use crate::sc::lab::popcount::{Rows, signed_products};
use crate::sc::lab::streams::Streams;

/// In each cycle one of the N products is taken, the same for all neurons and chosen at random; N times its ones are the
/// sum in the mean, with N times the noise.
#[derive(Debug)]
pub(super) struct Mux;

/// The key and the stream of its choices.
const CHOICES: (u64, u64) = (42, u64::MAX);

impl Accumulation for Mux {
    fn name(&self) -> &'static str {
        "mux"
    }

    fn about(&self) -> &'static str {
        "a multiplexer takes one product a cycle, at random"
    }

    fn counter(&self, streams: Streams) -> Box<dyn Counter> {
        Box::new(Chosen::new(streams))
    }
}

#[derive(Debug)]
struct Chosen {
    streams: Streams,
    /// The input that each cycle takes.
    choices: Vec<usize>,
    /// What the weights of it are, `[neurons][words]`, and whether it counts down.
    weights: Vec<u64>,
    negative: Vec<u64>,
}

impl Chosen {
    fn new(streams: Streams) -> Self {
        let mut draws = Philox::new(CHOICES.0).stream(CHOICES.1);
        // The upper half of the product is a number below N.
        let mut choose = || ((u64::from(draws.word()) * streams.inputs as u64) >> 32) as usize;
        let choices: Vec<usize> = (0..streams.length).map(|_| choose()).collect();
        let words = streams.words();
        let mut weights = vec![0; streams.neurons * words];
        let mut negative = weights.clone();
        for (k, &input) in choices.iter().enumerate() {
            let (rows, down) = streams.row(input);
            for (neuron, down) in down.iter().enumerate() {
                let at = neuron * words + k / 64;
                weights[at] |= rows[at] & 1 << (k % 64);
                negative[at] |= u64::from(*down) << (k % 64);
            }
        }
        Self { streams, choices, weights, negative }
    }
}

impl Counter for Chosen {
    fn scale(&self) -> f64 {
        self.streams.inputs as f64 / self.streams.length as f64
    }

    fn count(&self, symbols: &[u8], at: &mut Bench, counts: &mut [i32]) -> i32 {
        let words = self.streams.words();
        at.words.clear();
        at.words.resize(words, 0);
        for (k, &input) in self.choices.iter().enumerate() {
            let stream = self.streams.of(input, usize::from(symbols[input]));
            at.words[k / 64] |= stream[k / 64] & 1 << (k % 64);
        }
        let Streams { gate, length, .. } = self.streams;
        let rows = Rows { gate, length, words: &self.weights, negative: &[] };
        signed_products(&at.words, rows, &self.negative, counts);
        at.words.iter().map(|word| word.count_ones() as i32).sum()
    }
}
