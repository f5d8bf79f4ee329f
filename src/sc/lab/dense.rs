//! A dense layer of streams over batches: every input's stream made anew for each sample, every product bit counted.

use super::generators::{Pair, Place};
use super::popcount::{SIDE, VECTOR, matches};
use super::setting::LENGTHS;
use crate::Error;
use crate::sc::error::ScError;

/// Weights of 0..=1 as streams, made once.
///
/// With `x` and `w` the streams of an input and of its weight, neuron j of a sample counts
///
/// ```text
/// sum_i sum_k x_ik AND w_jik        i in 0..inputs, k in 0..L
/// ```
///
/// which over L is about the sum of the products. No table stands for a stream or for a product.
///
/// # Example
/// ```
/// use spikestream::sc::lab::{DenseStreams, generators::Pair};
///
/// let pair = Pair::named("van-der-corput/counter")?;
/// let layer = DenseStreams::new(&[0.5, 1.0, 0.25, 0.0], 2, 256, pair)?; // two inputs, two neurons
/// assert_eq!(layer.counts(&[0.5, 0.25])?, [64 + 64, 32]);
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Debug)]
pub struct DenseStreams {
    inputs: usize,
    length: usize,
    pair: Pair,
    /// `[neurons][inputs][words]`.
    weights: Vec<u64>,
    /// The numbers behind each input's stream, those of one sequence once.
    numbers: Vec<Vec<u32>>,
}

impl DenseStreams {
    /// Makes the streams of weights, `[neurons][inputs]`.
    ///
    /// # Errors
    /// A length that no stream has, or at which a generator has no whole period; no weights; a weight outside 0..=1; weights that
    /// are no whole rows.
    pub fn new(weights: &[f64], inputs: usize, length: usize, pair: Pair) -> Result<Self, Error> {
        let (least, most) = LENGTHS.into_inner();
        if !LENGTHS.contains(&length) {
            return Err(ScError::Cycles { length, least, most }.into());
        }
        let both = [pair.weights, pair.inputs];
        if let Some(one) =
            both.into_iter().find(|one| one.is_periodic() && !length.is_power_of_two())
        {
            return Err(ScError::Period { generator: one.name(), length }.into());
        }
        ensure_rows("the layer", weights, inputs)?;
        ensure_shares("weight", weights)?;
        let bits = pair.weights.bits(length);
        let mut layer = Self { inputs, length, pair, weights: Vec::new(), numbers: Vec::new() };
        let mut numbers = vec![0; length];
        for (at, share) in weights.iter().enumerate() {
            let of = Place { inputs, input: at % inputs, neuron: Some(at / inputs) };
            pair.weights.numbers(bits, pair.weights.sequence(of, bits), &mut numbers);
            let whole = f64::from(pair.weights.whole(bits));
            pair.weights.pack(bits, (share * whole).round() as u32, &numbers, &mut layer.weights);
            layer.weights.resize((at + 1) * layer.words(), 0);
        }
        layer.numbers = layer.sequences();
        Ok(layer)
    }

    /// The numbers of each input's sequence; of one that all inputs share once.
    fn sequences(&self) -> Vec<Vec<u32>> {
        let (inputs, generator) = (self.inputs, self.pair.inputs);
        let bits = generator.bits(self.length);
        let sequence = |input| generator.sequence(Place { inputs, input, neuron: None }, bits);
        let alike = (1..inputs).all(|input| sequence(input) == sequence(0));
        let numbers = |input| {
            let mut numbers = vec![0; self.length];
            generator.numbers(bits, sequence(input), &mut numbers);
            numbers
        };
        (0..if alike { 1 } else { inputs }).map(numbers).collect()
    }

    /// Words of a stream.
    fn words(&self) -> usize {
        self.length.div_ceil(64 * VECTOR) * VECTOR
    }

    /// Neurons.
    pub fn neurons(&self) -> usize {
        self.weights.len() / (self.inputs * self.words())
    }

    /// The counts of samples of shares 0..=1, `[samples][inputs]`, on one thread; `[samples][neurons]`.
    ///
    /// # Errors
    /// No samples; shares that are no whole samples, or outside 0..=1.
    pub fn counts(&self, samples: &[f64]) -> Result<Vec<u32>, Error> {
        ensure_rows("the batch", samples, self.inputs)?;
        ensure_shares("input", samples)?;
        let (neurons, size) = (self.neurons(), self.inputs * self.words());
        let mut counts = vec![0; samples.len() / self.inputs * neurons];
        let mut heard = Vec::with_capacity(SIDE * size);
        let sides = samples.chunks(SIDE * self.inputs).zip(counts.chunks_mut(SIDE * neurons));
        for (samples, counts) in sides {
            heard.clear();
            samples.chunks_exact(self.inputs).for_each(|sample| self.hear(sample, &mut heard));
            // Streams that are missing at the end are silent.
            heard.resize(SIDE * size, 0);
            let mut all = [0; SIDE];
            for (neuron, row) in self.weights.chunks_exact(size).enumerate() {
                matches(row, &heard, &mut all);
                let own = counts.iter_mut().skip(neuron).step_by(neurons);
                own.zip(all).for_each(|(count, all)| *count = all);
            }
        }
        Ok(counts)
    }

    /// Makes the streams of a sample, behind others.
    fn hear(&self, sample: &[f64], heard: &mut Vec<u64>) {
        let (generator, words) = (self.pair.inputs, self.words());
        let bits = generator.bits(self.length);
        let whole = f64::from(generator.whole(bits));
        for (input, share) in sample.iter().enumerate() {
            let end = heard.len() + words;
            let numbers = &self.numbers[input % self.numbers.len()];
            generator.pack(bits, (share * whole).round() as u32, numbers, heard);
            heard.resize(end, 0);
        }
    }
}

fn ensure_rows(what: &str, values: &[f64], inputs: usize) -> Result<(), ScError> {
    if values.is_empty() || inputs == 0 {
        return Err(ScError::Empty { what: "inputs" });
    }
    if !values.len().is_multiple_of(inputs) {
        let (what, found) = (what.to_owned(), format!("{} values", values.len()));
        return Err(ScError::Shape { what, found, expected: format!("whole rows of {inputs}") });
    }
    Ok(())
}

fn ensure_shares(what: &'static str, values: &[f64]) -> Result<(), ScError> {
    match values.iter().enumerate().find(|(_, share)| !(0.0..=1.0).contains(*share)) {
        None => Ok(()),
        Some((at, &value)) => {
            Err(ScError::Outside { what, at: at.to_string(), value, low: 0.0, high: 1.0 })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::philox::Philox;
    use crate::sc::lab::generators::Generator;

    fn bit(generator: &dyn Generator, of: Place, share: f64, length: usize, k: usize) -> bool {
        let bits = generator.bits(length);
        let mut numbers = vec![0; length];
        generator.numbers(bits, generator.sequence(of, bits), &mut numbers);
        let mut words = Vec::new();
        let value = (share * f64::from(generator.whole(bits))).round() as u32;
        generator.pack(bits, value, &numbers, &mut words);
        words[k / 64] >> (k % 64) & 1 == 1
    }

    /// Cycle by cycle and bit by bit, for numbers of samples and inputs that fill no vector.
    #[test]
    fn counts_are_those_of_single_bits() {
        let (inputs, neurons, samples) = (5, 3, 6);
        let mut draws = Philox::new(3).stream(0);
        let mut shares = |count: usize| (0..count).map(|_| draws.uniform()).collect::<Vec<f64>>();
        let (weights, batch) = (shares(inputs * neurons), shares(inputs * samples));
        for (pair, length) in [("van-der-corput/counter", 64), ("sobol", 1024), ("random", 100)] {
            let pair = Pair::named(pair).unwrap();
            let layer = DenseStreams::new(&weights, inputs, length, pair).unwrap();
            let count = |sample: usize, neuron: usize| {
                let both = |(input, k): (usize, usize)| {
                    let place = |neuron| Place { inputs, input, neuron };
                    let x = batch[sample * inputs + input];
                    let w = weights[neuron * inputs + input];
                    bit(pair.inputs, place(None), x, length, k)
                        && bit(pair.weights, place(Some(neuron)), w, length, k)
                };
                let all = (0..inputs).flat_map(|input| (0..length).map(move |k| (input, k)));
                all.filter(|at| both(*at)).count() as u32
            };
            let expected: Vec<u32> = (0..samples)
                .flat_map(|sample| (0..neurons).map(move |neuron| (sample, neuron)))
                .map(|(sample, neuron)| count(sample, neuron))
                .collect();
            assert_eq!(layer.counts(&batch).unwrap(), expected, "{pair}, {length}");
        }
    }

    #[test]
    fn what_is_no_layer_and_no_batch_is_refused() {
        let pair = Pair::named("van-der-corput/counter").unwrap();
        let code = |weights: &[f64], inputs, length| {
            DenseStreams::new(weights, inputs, length, pair).unwrap_err().code()
        };
        assert_eq!(code(&[0.5], 1, 1), "spikestream::sc::cycles");
        assert_eq!(code(&[0.5], 1, 100), "spikestream::sc::period");
        assert_eq!(code(&[0.5; 3], 2, 64), "spikestream::sc::shape");
        assert_eq!(code(&[], 2, 64), "spikestream::sc::empty");
        assert_eq!(code(&[0.5, 1.5], 2, 64), "spikestream::sc::outside");
        let layer = DenseStreams::new(&[0.5; 4], 2, 64, pair).unwrap();
        assert_eq!(layer.counts(&[0.5; 3]).unwrap_err().code(), "spikestream::sc::shape");
        assert_eq!(layer.counts(&[0.5, f64::NAN]).unwrap_err().code(), "spikestream::sc::outside");
    }
}
