//! The streams of a layer: those of its weights, made once, and those of every value that an input can have.

use super::codings::{Coding, Facts};
use super::generators::{Generator, Pair, Place};
use crate::cores;
use crate::sc::bitstream::Bitstream;
use crate::sc::coding::Gate;
use crate::spec::Net;
use std::collections::HashMap;

/// How a layer's streams are made.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// The coding.
    pub coding: &'static dyn Coding,
    /// The generators.
    pub generators: Pair,
    /// Cycles of a stream.
    pub length: usize,
    /// The values that inputs can have, 0 first, each of 0..=1.
    pub values: &'a [f64],
}

/// All streams of a layer, `length.div_ceil(64)` words each.
#[derive(Debug)]
pub struct Streams {
    /// Cycles of a stream.
    pub length: usize,
    /// What multiplies.
    pub gate: Gate,
    /// Inputs.
    pub inputs: usize,
    /// Neurons.
    pub neurons: usize,
    /// Values of an input.
    pub symbols: usize,
    /// The weights', `[inputs][neurons][words]`.
    pub weights: Vec<u64>,
    /// Which weights count down, `[inputs][neurons]`.
    pub negative: Vec<bool>,
    /// The inputs', `[inputs][symbols][words]`.
    pub heard: Vec<u64>,
    /// The symbol whose share of ones is nearest to a half.
    middle: usize,
}

/// The streams of some inputs and of their weights.
#[derive(Default)]
struct Part {
    weights: Vec<u64>,
    negative: Vec<bool>,
    heard: Vec<u64>,
}

impl Streams {
    /// Those of a layer of a network, on all cores.
    ///
    /// # Panics
    /// If there is no such layer, or it is not fully connected.
    pub fn new(net: &Net, layer: usize, facts: &Facts, making: Making<'_>) -> Self {
        let neurons = net.spec.layers[layer].outputs;
        let inputs: Vec<usize> = (0..facts.inputs).collect();
        let part = |inputs: &[usize]| {
            let Making { coding, generators, length, values } = making;
            let mut part = Part::default();
            let mut weights = Maker::new(generators.weights, length);
            let mut heard = Maker::new(generators.inputs, length);
            for &input in inputs {
                let place = |neuron| Place { inputs: facts.inputs, input, neuron };
                for neuron in 0..neurons {
                    let coded = coding.weight(net.row(layer, neuron)[input].into(), facts);
                    weights.push(place(Some(neuron)), coded.ones, &mut part.weights);
                    part.negative.push(coded.is_negative);
                }
                for value in values {
                    heard.push(place(None), coding.input(*value), &mut part.heard);
                }
            }
            part
        };
        let parts = cores::share(&inputs, part);
        let from_half = |value: &f64| (making.coding.input(*value) - 0.5).abs();
        let middle = (0..making.values.len())
            .min_by(|a, b| from_half(&making.values[*a]).total_cmp(&from_half(&making.values[*b])));
        Self {
            length: making.length,
            gate: making.coding.gate(),
            inputs: facts.inputs,
            neurons,
            symbols: making.values.len(),
            weights: parts.iter().flat_map(|part| &part.weights).copied().collect(),
            negative: parts.iter().flat_map(|part| &part.negative).copied().collect(),
            heard: parts.iter().flat_map(|part| &part.heard).copied().collect(),
            middle: middle.unwrap_or(0),
        }
    }

    /// Words of a stream.
    pub fn words(&self) -> usize {
        self.length.div_ceil(64)
    }

    /// The stream of an input that has a value.
    #[inline]
    pub fn of(&self, input: usize, symbol: usize) -> &[u64] {
        let words = self.words();
        &self.heard[(input * self.symbols + symbol) * words..][..words]
    }

    /// The streams of an input's weights.
    #[inline]
    pub fn row(&self, input: usize) -> (&[u64], &[bool]) {
        let words = self.neurons * self.words();
        let negative = &self.negative[input * self.neurons..][..self.neurons];
        (&self.weights[input * words..][..words], negative)
    }

    /// The mean SCC of inputs whose streams are about half ones with their weights, of some pairs spread over the
    /// layer; none if such an input is a wire, which is correlated with nothing.
    pub fn correlation(&self) -> Option<f64> {
        let stream = |words: &[u64]| Bitstream::from_words(words.to_vec(), self.length);
        let varies =
            |stream: &Bitstream| stream.ones() > 0 && (stream.ones() as usize) < self.length;
        let (mut sum, mut pairs) = (0.0, 0);
        let step = (self.inputs * self.neurons).div_ceil(PAIRS).max(1);
        for at in (0..self.inputs * self.neurons).step_by(step) {
            let (input, neuron) = (at % self.inputs, at / self.inputs);
            let (rows, _) = self.row(input);
            let weight = stream(&rows[neuron * self.words()..][..self.words()]);
            let heard = stream(self.of(input, self.middle));
            if varies(&weight) && varies(&heard) {
                sum += heard.scc(&weight);
                pairs += 1;
            }
        }
        (pairs > 0).then(|| sum / f64::from(pairs))
    }
}

/// Pairs that a correlation is taken of.
const PAIRS: usize = 2048;

/// Makes streams of one generator, each once as long as the sequence stays the same.
struct Maker {
    generator: &'static dyn Generator,
    bits: u32,
    sequence: Option<u64>,
    numbers: Vec<u32>,
    made: HashMap<u32, Vec<u64>>,
}

impl Maker {
    fn new(generator: &'static dyn Generator, length: usize) -> Self {
        let bits = generator.bits(length);
        Self { generator, bits, sequence: None, numbers: vec![0; length], made: HashMap::new() }
    }

    /// Puts the stream of a share of ones behind others. None and all ones are wires.
    fn push(&mut self, of: Place, ones: f64, words: &mut Vec<u64>) {
        let length = self.numbers.len();
        if ones <= 0.0 || ones >= 1.0 {
            let fill = if ones >= 1.0 { u64::MAX } else { 0 };
            words.resize(words.len() + length.div_ceil(64), fill);
            if let Some(last) = words.last_mut() {
                *last &= u64::MAX >> (length.div_ceil(64) * 64 - length);
            }
            return;
        }
        let sequence = self.generator.sequence(of, self.bits);
        if self.sequence != Some(sequence) {
            self.generator.numbers(self.bits, sequence, &mut self.numbers);
            self.made.clear();
            self.sequence = Some(sequence);
        }
        let value = (ones * f64::from(self.generator.whole(self.bits))).round() as u32;
        let made = self.made.entry(value).or_insert_with(|| {
            let mut words = Vec::with_capacity(length.div_ceil(64));
            self.generator.pack(self.bits, value, &self.numbers, &mut words);
            words
        });
        words.extend_from_slice(made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sc::lab::codings;
    use crate::spec::example;

    fn streams(coding: &str, pair: &str, length: usize) -> (Net, Facts, Streams) {
        let net = example(&[70, 9]);
        let facts = Facts { whole: 16, minimum: -15, maximum: 15, threshold: 20, inputs: 70 };
        let (coding, generators) = (codings::named(coding).unwrap(), Pair::named(pair).unwrap());
        let values = [0.0, 0.25, 1.0];
        let making = Making { coding, generators, length, values: &values };
        let made = Streams::new(&net, 0, &facts, making);
        (net, facts, made)
    }

    /// Every weight and every value has as many ones as its share says, at its own place.
    #[test]
    fn streams_have_their_shares_of_ones() {
        let ones = |words: &[u64]| words.iter().map(|word| word.count_ones()).sum::<u32>();
        let (net, _, made) = streams("sign-magnitude", "van-der-corput/counter", 128);
        for input in 0..70 {
            let (rows, negative) = made.row(input);
            for neuron in 0..9 {
                let q = net.row(0, neuron)[input];
                assert_eq!(ones(&rows[2 * neuron..][..2]), 8 * u32::from(q.unsigned_abs()));
                assert_eq!(negative[neuron], q < 0);
            }
            assert_eq!([0, 1, 2].map(|symbol| ones(made.of(input, symbol))), [0, 32, 128]);
        }
    }

    /// Streams of one value are kept from operand to operand only where these have one sequence.
    #[test]
    fn operands_with_sequences_of_their_own_have_streams_of_their_own() {
        for (pair, alike) in
            [("random", false), ("lfsr", false), ("sobol", false), ("counter", true)]
        {
            let made = streams("sign-magnitude", pair, 256).2;
            assert_eq!(made.of(0, 1) == made.of(1, 1), alike, "{pair}");
        }
    }

    #[test]
    fn wires_end_where_streams_do() {
        let (_, _, made) = streams("sign-magnitude", "counter", 16);
        assert_eq!([made.of(0, 0)[0], made.of(0, 1)[0], made.of(0, 2)[0]], [0, 0xf, 0xffff]);
    }

    #[test]
    fn correlation_tells_a_shared_sequence_from_two() {
        let scc = |pair, length| streams("sign-magnitude", pair, length).2.correlation().unwrap();
        assert!((scc("counter", 256) - 1.0).abs() < 1e-9);
        assert!(scc("van-der-corput/counter", 256).abs() < 0.05);
        assert!(scc("random", 256).abs() < 0.05);
    }
}
