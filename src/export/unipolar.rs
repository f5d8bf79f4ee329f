//! Unipolar export: weights shifted and scaled to 0..=1, and what makes it exact again.
//!
//! Min-max scaling maps a layer's weights `W` with minimum `m` and maximum `M` to
//!
//! ```text
//! W'_ji = (W_ji - m) / (M - m)        0 where M = m
//! ```
//!
//! so that each is the probability of a bitstream. That alone is another function: it has lost the
//! sign, and every neuron gets a drive that grows with the number of spikes. Two numbers a layer and
//! one count of the inputs, which all its neurons share, bring it back:
//!
//! ```text
//! sum_i W_ji x_i = (M - m) sum_i W'_ji x_i + m sum_i x_i
//! ```
//!
//! On streams of `B` bits `W'` becomes a code `u = round(W' (2^B - 1))`, an integer of `0..=2^B - 1`,
//! and the sum over `i` of the ones that spikes let pass is `sum_i u_ji x_i`, exact. So the layer's sum
//! is `step * ones_j + m * spiking`, with `step = (M - m) / (2^B - 1)`.

use super::{ExportError, FloatLayer};
use crate::Error;
use crate::layer::Dense;
use crate::sc::dot::Streams;
use crate::spec::{Generator, Stream};

/// A layer with its weights in 0..=1, and what brings them back.
#[derive(Clone, Debug, PartialEq)]
pub struct UnipolarLayer {
    /// Inputs.
    pub inputs: usize,
    /// `W'`, row-major `[outputs][inputs]`, each in 0..=1.
    pub weights: Vec<f32>,
    /// m, the smallest weight of the layer.
    pub minimum: f32,
    /// M, the largest.
    pub maximum: f32,
    /// One a neuron, in the units of the float weights.
    pub biases: Vec<f32>,
}

/// The layers of a net as [`UnipolarLayer::new`] makes them.
///
/// # Errors
/// As [`UnipolarLayer::new`].
pub fn to_sc_weights(layers: &[FloatLayer]) -> Result<Vec<UnipolarLayer>, Error> {
    layers.iter().enumerate().map(|(index, layer)| UnipolarLayer::new(index, layer)).collect()
}

impl UnipolarLayer {
    /// Scales a layer's weights to 0..=1; `index` is only for messages.
    ///
    /// If all weights are equal, `W'` is 0 everywhere, and `m` carries them all.
    ///
    /// # Errors
    /// What [`FloatLayer::check`] finds, a weight that is not a number among it; a layer without
    /// weights.
    pub fn new(index: usize, layer: &FloatLayer) -> Result<Self, Error> {
        layer.check(index)?;
        if layer.weights.is_empty() {
            return Err(ExportError::Empty { layer: index }.into());
        }
        let minimum = layer.weights.iter().copied().fold(f32::INFINITY, f32::min);
        let maximum = layer.weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut unipolar = Self {
            inputs: layer.inputs,
            weights: Vec::new(),
            minimum,
            maximum,
            biases: layer.biases.clone(),
        };
        let (m, range) = (f64::from(minimum), unipolar.range());
        let scaled = |w: &f32| if range == 0.0 { 0.0 } else { (f64::from(*w) - m) / range };
        unipolar.weights = layer.weights.iter().map(|w| scaled(w) as f32).collect();
        Ok(unipolar)
    }

    fn sizes(&self) -> Dense {
        Dense { inputs: self.inputs, outputs: self.biases.len() }
    }

    /// `M - m`, in f64, where it neither overflows nor rounds to 0.
    fn range(&self) -> f64 {
        f64::from(self.maximum) - f64::from(self.minimum)
    }

    /// `sum_i W_ji x_i + b_j` of each neuron, from `W'` and the correction.
    ///
    /// # Errors
    /// Not as many inputs as the layer has.
    pub fn forward(&self, inputs: &[f32]) -> Result<Vec<f64>, Error> {
        ensure_inputs(inputs.len(), self.inputs)?;
        let shared: f64 = inputs.iter().map(|x| f64::from(*x)).sum();
        let correction = f64::from(self.minimum) * shared;
        let rows = self.sizes().rows(&self.weights).zip(&self.biases);
        let sum = |(row, bias): (&[f32], &f32)| {
            let products = row.iter().zip(inputs).map(|(w, x)| f64::from(*w) * f64::from(*x));
            self.range() * products.sum::<f64>() + correction + f64::from(*bias)
        };
        Ok(rows.map(sum).collect())
    }

    /// The layer on bitstreams: `W'` in `bits` bits, each code a whole stream of the generator.
    ///
    /// # Errors
    /// Bits that are not 1 to 7.
    pub fn streams(&self, generator: Generator, bits: u32) -> Result<UnipolarStreams, Error> {
        if !(1..=7).contains(&bits) {
            return Err(ExportError::Bits { bits }.into());
        }
        let largest = f64::from((1 << bits) - 1);
        let code = |w: &f32| (f64::from(*w) * largest).round() as i8;
        let codes: Vec<i8> = self.weights.iter().map(code).collect();
        let rows = self.sizes().rows(&codes);
        Ok(UnipolarStreams {
            inputs: self.inputs,
            streams: Streams::generate(&Stream::full(bits, generator), rows),
            codes,
            step: self.range() / largest,
            minimum: self.minimum.into(),
            biases: self.biases.clone(),
        })
    }
}

/// A layer on unipolar bitstreams.
#[derive(Clone, Debug)]
pub struct UnipolarStreams {
    inputs: usize,
    codes: Vec<i8>,
    streams: Streams,
    step: f64,
    minimum: f64,
    biases: Vec<f32>,
}

/// What counters see of a layer in one time step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnipolarCounts {
    /// Ones that the spikes let pass, `sum_i u_ji x_i`, of each neuron.
    pub ones: Vec<i32>,
    /// Inputs that spike, `sum_i x_i`: one popcount for all neurons.
    pub spiking: u32,
}

impl UnipolarStreams {
    /// `u`, row-major `[outputs][inputs]`, each in `0..=2^B - 1`.
    pub fn codes(&self) -> &[i8] {
        &self.codes
    }

    /// What a code of 1 weighs, `(M - m) / (2^B - 1)`.
    pub fn step(&self) -> f64 {
        self.step
    }

    /// Runs all cycles of every stream: an AND gate a synapse, a counter a neuron.
    ///
    /// # Errors
    /// Not as many spikes as the layer has inputs.
    pub fn count(&self, spikes: &[bool]) -> Result<UnipolarCounts, Error> {
        ensure_inputs(spikes.len(), self.inputs)?;
        let pack = |chunk: &[bool]| {
            chunk.iter().enumerate().fold(0_u64, |word, (i, on)| word | u64::from(*on) << i)
        };
        let words: Vec<u64> = spikes.chunks(64).map(pack).collect();
        let ones = (0..self.biases.len()).map(|j| self.streams.dot(j, &words, 0)).collect();
        Ok(UnipolarCounts { ones, spiking: words.iter().map(|word| word.count_ones()).sum() })
    }

    /// `sum_i W_ji x_i + b_j` of each neuron, as [`UnipolarStreams::count`] and the correction give
    /// it.
    ///
    /// # Errors
    /// As [`UnipolarStreams::count`].
    pub fn forward(&self, spikes: &[bool]) -> Result<Vec<f64>, Error> {
        let counts = self.count(spikes)?;
        let correction = self.minimum * f64::from(counts.spiking);
        let neurons = counts.ones.iter().zip(&self.biases);
        let sum = |(ones, bias): (&i32, &f32)| {
            self.step * f64::from(*ones) + correction + f64::from(*bias)
        };
        Ok(neurons.map(sum).collect())
    }
}

fn ensure_inputs(found: usize, inputs: usize) -> Result<(), Error> {
    if found == inputs {
        return Ok(());
    }
    Err(Error::Shape {
        what: "a time step".into(),
        found: format!("{found} inputs"),
        expected: inputs.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn layer(inputs: usize, weights: &[f32], biases: &[f32]) -> FloatLayer {
        FloatLayer { inputs, weights: weights.to_vec(), biases: biases.to_vec() }
    }

    /// The signed sums that training takes, in f64.
    fn direct(layer: &FloatLayer, inputs: &[f32]) -> Vec<f64> {
        let dot = |row: &[f32]| -> f64 {
            row.iter().zip(inputs).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum()
        };
        layer.rows().zip(&layer.biases).map(|(row, b)| dot(row) + f64::from(*b)).collect()
    }

    fn floats(spikes: &[bool]) -> Vec<f32> {
        spikes.iter().map(|s| f32::from(u8::from(*s))).collect()
    }

    #[test]
    fn codes_are_whole_steps_of_the_range() {
        let layer = layer(2, &[-1.0, 1.0, 0.25, 0.5], &[0.0, 0.0]);
        let streams = to_sc_weights(&[layer]).unwrap()[0].streams(Generator::Ruler, 2).unwrap();
        assert_eq!(streams.codes(), [0, 3, 2, 2]); // of 3 steps: 0, 3, 1.875 and 2.25
        assert_eq!(streams.step(), 2.0 / 3.0);
    }

    proptest! {
        /// Integers of B bits and a sign, both ends taken: no number differs at all.
        #[test]
        fn on_the_grid_streams_equal_the_signed_sum_exactly(
            bits in 1_u32..=7, low in -127_i32..=0, generator in 0..Generator::ALL.len(),
            raw in vec(any::<u32>(), 3 * 70), spikes in vec(any::<bool>(), 70),
            biases in vec(-500_i32..500, 3),
        ) {
            let top = (1 << bits) - 1;
            let mut q: Vec<i32> = raw.iter().map(|r| low + (r % (top as u32 + 1)) as i32).collect();
            (q[0], q[1]) = (low, low + top);
            let weights: Vec<f32> = q.iter().map(|q| *q as f32).collect();
            let floats: Vec<f32> = biases.iter().map(|b| *b as f32).collect();
            let unipolar = UnipolarLayer::new(0, &layer(70, &weights, &floats)).unwrap();
            let streams = unipolar.streams(Generator::ALL[generator], bits).unwrap();
            prop_assert_eq!(streams.step(), 1.0);
            let sums = q.chunks(70).zip(&biases).map(|(row, bias)| {
                row.iter().zip(&spikes).filter(|(_, s)| **s).map(|(q, _)| q).sum::<i32>() + bias
            });
            let expected: Vec<f64> = sums.map(f64::from).collect();
            prop_assert_eq!(streams.forward(&spikes).unwrap(), expected);
        }

        /// Any weights: W' and its correction are the layer, to the rounding of W' to f32; the
        /// streams are, to half a step an input that spikes.
        #[test]
        fn off_the_grid_the_correction_is_exact_to_rounding(
            weights in vec(-3.0_f32..3.0, 3 * 20), biases in vec(-1.0_f32..1.0, 3),
            inputs in vec(0.0_f32..1.0, 20), spikes in vec(any::<bool>(), 20),
        ) {
            let layer = layer(20, &weights, &biases);
            let unipolar = UnipolarLayer::new(0, &layer).unwrap();
            prop_assert!(unipolar.weights.iter().all(|w| (0.0..=1.0).contains(w)));
            let rounding = 20.0 * 6.0 * f64::from(f32::EPSILON);
            for (a, b) in unipolar.forward(&inputs).unwrap().iter().zip(direct(&layer, &inputs)) {
                prop_assert!((a - b).abs() <= rounding, "{} and {}", a, b);
            }
            let streams = unipolar.streams(Generator::Ruler, 7).unwrap();
            let spiking = f64::from(streams.count(&spikes).unwrap().spiking);
            let bound = 0.5 * streams.step() * spiking + rounding;
            let expected = direct(&layer, &floats(&spikes));
            for (a, b) in streams.forward(&spikes).unwrap().iter().zip(expected) {
                prop_assert!((a - b).abs() <= bound, "{} and {}", a, b);
            }
        }
    }

    /// What the page's export does: the same numbers, and another function without the rest.
    #[test]
    fn without_the_correction_it_is_another_function() {
        let layer = layer(2, &[-1.0, 1.0, 0.0, 3.0], &[0.0, 0.0]);
        let unipolar = to_sc_weights(&[layer]).unwrap().remove(0);
        assert_eq!(unipolar.weights, [0.0, 0.5, 0.25, 1.0]);
        assert_eq!((unipolar.minimum, unipolar.maximum), (-1.0, 3.0));
        let plain: Vec<f32> = unipolar.weights.chunks(2).map(|row| row[0] + row[1]).collect();
        assert_eq!(plain, [0.5, 1.25]);
        assert_eq!(unipolar.forward(&[1.0, 1.0]).unwrap(), [0.0, 3.0]);
    }

    #[test]
    fn equal_weights_are_all_in_the_minimum() {
        let layer = layer(3, &[-0.7; 6], &[0.25, 0.0]);
        let unipolar = UnipolarLayer::new(0, &layer).unwrap();
        assert_eq!(unipolar.weights, [0.0; 6]);
        let spikes = [true, false, true];
        let expected = direct(&layer, &floats(&spikes));
        assert_eq!(unipolar.forward(&floats(&spikes)).unwrap(), expected);
        let streams = unipolar.streams(Generator::Lfsr, 4).unwrap();
        assert_eq!(streams.forward(&spikes).unwrap(), expected);
    }

    #[test]
    fn the_widest_and_the_narrowest_range_stay_numbers() {
        for (low, high) in [(f32::MIN, f32::MAX), (0.0, 1e-45), (1.0, 1.0 + f32::EPSILON)] {
            let unipolar = UnipolarLayer::new(0, &layer(2, &[low, high], &[0.0])).unwrap();
            assert_eq!(unipolar.weights, [0.0, 1.0]);
            assert_eq!(unipolar.forward(&[0.0, 1.0]).unwrap(), [f64::from(high)]);
        }
    }

    #[test]
    fn what_has_no_range_is_refused() {
        let code =
            |layer: &FloatLayer| UnipolarLayer::new(1, layer).map_or_else(|e| e.code(), |_| "ok");
        assert_eq!(code(&layer(2, &[1.0, 2.0], &[0.0])), "ok");
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(code(&layer(2, &[1.0, bad], &[0.0])), "spikestream::export::not-finite");
            assert_eq!(code(&layer(1, &[1.0], &[bad])), "spikestream::export::not-finite");
        }
        assert_eq!(code(&layer(0, &[], &[0.0])), "spikestream::export::empty");
        assert_eq!(code(&layer(2, &[], &[])), "spikestream::export::empty");
        assert_eq!(code(&layer(2, &[1.0], &[0.0])), "spikestream::net::shape");
    }

    #[test]
    fn other_inputs_and_other_bits_are_refused() {
        let unipolar = UnipolarLayer::new(0, &layer(2, &[1.0, 2.0], &[0.0])).unwrap();
        let streams = unipolar.streams(Generator::Ruler, 4).unwrap();
        assert_eq!(unipolar.forward(&[1.0]).unwrap_err().code(), "spikestream::net::shape");
        assert_eq!(streams.count(&[true; 3]).unwrap_err().code(), "spikestream::net::shape");
        for bits in [0, 8, 40] {
            let error = unipolar.streams(Generator::Ruler, bits).unwrap_err();
            assert_eq!(error.code(), "spikestream::export::bits");
        }
    }
}
